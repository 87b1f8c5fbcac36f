"""What the pages say: the most queries, and how long all but the slowest twentieth take; if the run can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median, quantiles

from bench.report import Report, Void, quartiles

CONTROL_LEAST = 1.5  # times the middle page that it makes slow on purpose


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


def judge(
    rounds: Sequence[Mapping[str, float]], controls: Sequence[float], *, queries: Mapping[str, int], rows: int
) -> Report:
    """`rounds`: milliseconds of each page. Raises Void when the negative control does not show."""
    usual = median(value for one in rounds for value in one.values())
    control = median(controls) / usual
    if control < CONTROL_LEAST:
        raise Void(f"the negative control does not show: it costs {control:.2f} times the page")
    each = {name: median(one[name] for one in rounds) for name in rounds[0]}
    slowest = sorted(each, key=lambda name: each[name], reverse=True)[:5]
    runs = [p95(list(one.values())) for one in rounds]
    return Report(
        bench="admin",
        figures={"queries_max": max(queries.values()), "p95_ms": median(runs)},
        spread={"p95_ms": quartiles(runs)},
        runs=len(rounds),
        information={
            "rows": rows,
            "pages": len(each),
            "p50_ms": usual,
            "control_growth": control,
            **{f"slowest {name}": each[name] for name in slowest},
        },
    )
