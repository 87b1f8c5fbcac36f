"""One rendering in a process of its own, which says on stdout what it cost. The control keeps a picture each second."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from meetings.pictures.render import Drawing, render
from meetings.pictures.script import RATE, read


def main(side: str, path: Path) -> None:
    script = read(path)
    start = time.monotonic()
    kept = []
    drawing = Drawing(script) if side == "control" else None
    for number, _ in enumerate(render(script)):
        if drawing and number % RATE == 0 and number < script.duration * RATE:
            kept.append([plane.copy() for plane in drawing.at(number / RATE).planes])
    used = resource.getrusage(resource.RUSAGE_SELF)
    wall_s, cpu_s = time.monotonic() - start, used.ru_utime + used.ru_stime
    print(json.dumps({"wall_s": wall_s, "cpu_s": cpu_s, "peak_kb": used.ru_maxrss}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
