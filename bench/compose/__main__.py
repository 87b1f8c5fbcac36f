"""Videos of 4 and 12 people, ten minutes, 720p, from their tracks to an MP4; and of 4 people for an hour, for memory.

Each rendering is a process of its own, as the worker starts it. There is no peer: what is told is how much faster than
the meeting it is. Memory is the peak of that process, an hour over ten minutes. The control keeps a picture a second.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.compose.material import script_of
from bench.report import FEWEST_RUNS, Report, Void, quartiles, report, say, scaled
from meetings.pictures import script

RUNS = 5
SECONDS, HOUR_S = 600, 3600
PEOPLE = (4, 12)
CONTROL_LEAST = 1.3  # its peak over ours, of ten minutes


@dataclass(frozen=True, slots=True)
class Cost:
    wall_s: float
    cpu_s: float
    peak_kb: float


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    seconds, hour_s = scaled(SECONDS, least=60), scaled(HOUR_S, least=120)
    runs = scaled(RUNS, least=FEWEST_RUNS)
    costs: dict[int, list[Cost]] = {people: [] for people in PEOPLE}
    with tempfile.TemporaryDirectory(prefix="visio-bench-") as name:
        folder = Path(name)
        for number in range(1, runs + 1):
            for people in PEOPLE:
                costs[people].append(_run("ours", folder, people, seconds))
            walls = ", ".join(f"{people} people {costs[people][-1].wall_s:.1f} s" for people in PEOPLE)
            say(f"{number}/{runs}  {walls}")
        control = _run("control", folder, PEOPLE[0], seconds)
        long = _run("ours", folder, PEOPLE[0], hour_s)
    return judge(costs, control, long, seconds)


def _run(side: str, folder: Path, people: int, seconds: int) -> Cost:
    plan = folder / "script.json"
    script.write(script_of(folder, people, seconds), plan)
    command = [sys.executable, "-m", "bench.compose.worker", side, str(plan)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Void(f"{people} people, {seconds} s: {done.stderr[-2000:]}")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def judge(costs: dict[int, list[Cost]], control: Cost, long: Cost, seconds: int) -> Report:
    """Raises Void."""
    few, many = PEOPLE
    peak_kb = median(cost.peak_kb for cost in costs[few])
    if control.peak_kb < CONTROL_LEAST * peak_kb:
        raise Void(f"the negative control does not show: {control.peak_kb / peak_kb:.2f}")
    multiples = {people: [seconds / cost.wall_s for cost in found] for people, found in costs.items()}
    return Report(
        bench="compose",
        figures={
            "realtime_multiple_4": median(multiples[few]),
            "realtime_multiple_12": median(multiples[many]),
            "peak_memory_growth_1h": long.peak_kb / peak_kb,
        },
        spread={
            "realtime_multiple_4": quartiles(multiples[few]),
            "realtime_multiple_12": quartiles(multiples[many]),
        },
        runs=len(costs[few]),
        information={
            "peak_mb_4": peak_kb / 1024,
            "peak_mb_12": median(cost.peak_kb for cost in costs[many]) / 1024,
            "cpu_s_per_minute_4": median(cost.cpu_s for cost in costs[few]) / seconds * 60,
            "cpu_s_per_minute_12": median(cost.cpu_s for cost in costs[many]) / seconds * 60,
            "control_ratio": control.peak_kb / peak_kb,
        },
    )


if __name__ == "__main__":
    sys.exit(report(measure))
