"""When the runs may be believed, and what they say then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.report import Report, Void, quartiles, ratio_of_medians, ratios

CONTROL_LEAST = 1.15  # the control over ours, with the largest file


@dataclass(frozen=True, slots=True)
class Cost:
    wall_s: float
    cpu_s: float
    peak_kb: float
    passes: float


@dataclass(frozen=True, slots=True)
class Round:
    """One after the other, in the same weather."""

    ours: Cost
    peer: Cost
    control: Cost


def judge(rounds: Mapping[int, Sequence[Round]]) -> Report:
    """`rounds` by size in MB. `wall_ratio` is that of the size where it is worst. Raises Void."""
    smallest, largest = min(rounds), max(rounds)
    walls = {
        size: [_values(some, side, "wall_s") for side in ("ours", "peer", "control")] for size, some in rounds.items()
    }
    ours, _, control = walls[largest]
    if ratio_of_medians(control, ours) < CONTROL_LEAST:
        raise Void(f"the negative control does not show: {ratio_of_medians(control, ours):.2f}")
    wall_ratios = {size: ratio_of_medians(ours, peer) for size, (ours, peer, _) in walls.items()}
    worst = max(wall_ratios, key=lambda size: wall_ratios[size])
    cpu = [_values(rounds[largest], side, "cpu_s") for side in ("ours", "peer")]
    return Report(
        bench="recording",
        figures={
            "wall_ratio": wall_ratios[worst],
            "peak_memory_growth": ratio_of_medians(
                _values(rounds[largest], "ours", "peak_kb"), _values(rounds[smallest], "ours", "peak_kb")
            ),
            "passes": median(_values(rounds[largest], "ours", "passes")),
        },
        spread={"wall_ratio": quartiles(ratios(*walls[worst][:2]))},
        runs=len(rounds[largest]),
        information={
            **{f"wall_ratio_{size}_mb": ratio for size, ratio in wall_ratios.items()},
            "mb_per_s": largest / median(ours),
            "peer_mb_per_s": largest / median(walls[largest][1]),
            "cpu_ratio": ratio_of_medians(*cpu),
            "peak_mb": median(_values(rounds[largest], "ours", "peak_kb")) / 1024,
            "control_ratio": ratio_of_medians(control, ours),
        },
    )


def _values(rounds: Sequence[Round], side: str, name: str) -> list[float]:
    return [getattr(getattr(one, side), name) for one in rounds]
