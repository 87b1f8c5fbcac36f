"""What the renderings say: a growth, if the run can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.report import Report, Void, quartiles, ratio_of_medians, ratios

CONTROL_LEAST = 1.5  # times the page that it makes slow on purpose


@dataclass(frozen=True, slots=True)
class Round:
    """CPU seconds of one rendering of the page with few, some, many meetings; of the last with the control beside."""

    few: float
    some: float
    many: float
    control: float


def judge(rounds: Sequence[Round], *, queries_max: int, information: dict[str, float]) -> Report:
    """Raises Void when the negative control does not show."""
    few, some, many = ([getattr(one, name) for one in rounds] for name in ("few", "some", "many"))
    control = ratio_of_medians([one.control for one in rounds], many)
    if control < CONTROL_LEAST:
        raise Void(f"the negative control does not show: it costs {control:.2f} times the page")
    return Report(
        bench="pages",
        figures={"queries_max": queries_max, "cpu_growth": ratio_of_medians(many, few)},
        spread={"cpu_growth": quartiles(ratios(many, few))},
        runs=len(rounds),
        information={
            "few_cpu_ms": median(few) * 1000,
            "some_cpu_ms": median(some) * 1000,
            "many_cpu_ms": median(many) * 1000,
            "control_growth": control,
            **information,
        },
    )
