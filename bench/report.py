"""What a benchmark says in the end: medians, spreads, one line of JSON; or why its run is void."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

FEWEST_RUNS = 5
LOAD_CORES_MAX = 0.85  # above, the side that makes the load may be what was measured


class Void(Exception):
    """The run can't be believed, for the reason that the message gives."""


@dataclass(frozen=True, slots=True)
class Report:
    """`figures` have goals, and `why` for each of them that is None; `information` is for the reader only."""

    bench: str
    figures: dict[str, float | None]
    spread: dict[str, tuple[float, float]]
    runs: int
    information: dict[str, float] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if {name for name, value in self.figures.items() if value is None} != set(self.why):
            raise ValueError("a figure is missing without a reason, or has both")

    def line(self) -> str:
        """One line of JSON; numbers to four digits."""
        return json.dumps(
            {
                "bench": self.bench,
                "figures": {name: _rounded(value) for name, value in self.figures.items()},
                "spread": {name: [_rounded(low), _rounded(high)] for name, (low, high) in self.spread.items()},
                "runs": self.runs,
                "machine": f"{len(os.sched_getaffinity(0))} cores",
                **({"information": {name: _rounded(value) for name, value in self.information.items()}}),
                **({"why": self.why} if self.why else {}),
            },
            ensure_ascii=False,
            allow_nan=False,
        )


def scaled(full: int, *, least: int = 1) -> int:
    """`full`, made smaller by BENCH_SCALE for a quick look. Raises Void when that is not in ]0, 1]."""
    text = os.environ.get("BENCH_SCALE", "1")
    try:
        scale = float(text)
    except ValueError as error:
        raise Void(f"BENCH_SCALE must be a number, not {text!r}") from error
    if not 0 < scale <= 1:
        raise Void(f"BENCH_SCALE must be above 0, and 1 at most, not {text}")
    return max(least, round(full * scale))


def ratio_of_medians(ours: Sequence[float], peers: Sequence[float]) -> float:
    return median(ours) / median(peers)


def ratios(ours: Sequence[float], peers: Sequence[float]) -> list[float]:
    """Of each run of ours to the peer's run beside it, which met the same weather."""
    return [our / peer for our, peer in zip(ours, peers, strict=True)]


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    """The first and the third: half of the values lie between."""
    low, _, high = quantiles(values, n=4, method="inclusive")
    return low, high


def require_light_load(cpu_s: float, wall_s: float) -> float:
    """The cores that the load side kept busy. Raises Void above LOAD_CORES_MAX."""
    cores = cpu_s / wall_s
    if cores > LOAD_CORES_MAX:
        raise Void(f"the load side used {cores:.0%} of a core, above {LOAD_CORES_MAX:.0%}: it may be what was measured")
    return cores


def say(text: str) -> None:
    """Progress, for whoever waits: not on stdout, which ends with the report."""
    print(text, file=sys.stderr, flush=True)


def report(measure: Callable[[], Coroutine[None, None, Report]]) -> int:
    """Run a benchmark and print its line; the exit status: 0 when it could measure, whatever it found."""
    try:
        found = asyncio.run(measure())
    except Void as error:
        say(f"Void: {error}.")
        return 1
    print(found.line(), flush=True)
    return 0


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
