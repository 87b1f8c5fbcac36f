"""python -m bench.pipeline.peak FILE: kilobytes at the peak of a process that hears FILE, mapped files left out."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from bench.cpu import use_one_thread
from bench.pipeline import stub
from transcripts.pipeline.track import Request, transcribe_track


def _anonymous_kb() -> int:
    """What is mapped of a file can be dropped by the kernel at any time: it is disk, not memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0])


def main() -> None:
    stub.COST_OF_A_SECOND = 0.0
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, _anonymous_kb())

    models = stub.StubModels()
    models.load()
    use_one_thread()
    watcher = threading.Thread(target=watch)
    watcher.start()
    transcribe_track(Path(sys.argv[1]), Request(), models=models, progress=lambda _: None)
    done.set()
    watcher.join()
    print(peak)


if __name__ == "__main__":
    main()
