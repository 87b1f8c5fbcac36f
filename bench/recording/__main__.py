"""Files of Janus', small to large, into the store: by Visio's media worker, and by janus-pp-rec and a copy, in turn.

Held equal: the file, the object store, the account; each run is a process of its own, whose clock starts when its
settings and rows are there. Memory is the peak of our process: largest file over smallest. Passes are the bytes that
our process read, over the file's. The control converts each file once for nothing.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import astuple
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from bench.recording.files import Spoken, write_mjr  # noqa: E402
from bench.recording.verdict import Cost, Round, judge  # noqa: E402
from bench.report import FEWEST_RUNS, Report, Void, report, say, scaled  # noqa: E402

SIZES_MB = (10, 100, 1000)
RUNS = 5
SIDES = ("ours", "peer", "control")


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    call_command("migrate", verbosity=0)
    runs = scaled(RUNS, least=FEWEST_RUNS)
    rounds: dict[int, list[Round]] = {}
    for full in SIZES_MB:
        megabytes = scaled(full)
        with tempfile.TemporaryDirectory(prefix="visio-bench-") as scratch:
            source = Path(scratch) / "source"
            say(f"writing {megabytes} MB")
            spoken = write_mjr(source, size_bytes=megabytes * 1_000_000)
            rounds[megabytes] = [_round(source, spoken, megabytes, number) for number in range(1, runs + 1)]
    return judge(rounds)


def _round(source: Path, spoken: Spoken, megabytes: int, number: int) -> Round:
    one = Round(**{side: _run(side, source, spoken) for side in SIDES})
    walls = ", ".join(f"{side} {getattr(one, side).wall_s:.2f} s" for side in SIDES)
    say(f"{megabytes} MB, {number}: {walls}")
    return one


def _run(side: str, source: Path, spoken: Spoken) -> Cost:
    with tempfile.TemporaryDirectory(prefix="run-", dir=source.parent) as folder:
        command = [
            sys.executable,
            "-m",
            "bench.recording.worker",
            side,
            folder,
            str(source),
            *map(str, astuple(spoken)),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Void(f"{side} failed: {done.stderr[-2000:]}")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(report(measure))
