"""What the joins say: two ratios, if the run can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import fmean, median

from bench.join.measure import Join
from bench.report import Report, Void, quartiles, ratio_of_medians, ratios, require_light_load

CONTROL_DELAY_MS = 200
MILESTONES = ("joined", "first_frame", "first_audio")


@dataclass(frozen=True, slots=True)
class Round:
    """Three joins, one after the other. `control` is the bare page, CONTROL_DELAY_MS late on purpose."""

    visio: Join
    bare: Join
    control: Join


def judge(rounds: Sequence[Round]) -> Report:
    """Raises Void when the load side was the limit, or when the negative control does not show."""
    joins = [join for one in rounds for join in (one.visio, one.bare, one.control)]
    watched_s = sum(join.watched_s for join in joins)
    load = require_light_load(sum(join.load_cpu_s for join in joins), watched_s)
    added_ms = median(one.control.first_frame_ms - one.bare.first_frame_ms for one in rounds)
    if not CONTROL_DELAY_MS / 2 <= added_ms <= CONTROL_DELAY_MS * 2:
        raise Void(
            f"the negative control does not show: it is {CONTROL_DELAY_MS} ms late, and {added_ms:.0f} ms were seen"
        )
    ours = [one.visio for one in rounds]
    peers = [one.bare for one in rounds]
    pairs = {f"{name}_ratio": (_times(ours, name), _times(peers, name)) for name in ("first_frame", "first_audio")}
    return Report(
        bench="join",
        figures={name: ratio_of_medians(*pair) for name, pair in pairs.items()},
        spread={name: quartiles(ratios(*pair)) for name, pair in pairs.items()},
        runs=len(rounds),
        information={
            **_information("visio", ours),
            **_information("bare", peers),
            "control_added_ms": added_ms,
            "load_cores": load,
            # Above a fraction of a core, the side that is made of more processes waits more often for its turn.
            "strangers_cores": sum(join.strangers_cpu_s for join in joins) / watched_s,
        },
    )


def _information(side: str, joins: Sequence[Join]) -> dict[str, float]:
    times = {f"{side}_{name}_ms": median(_times(joins, name)) for name in MILESTONES}
    # The mean: a join costs about as much as the clock's tick.
    return {**times, f"{side}_server_cpu_s": fmean(join.server_cpu_s for join in joins)}


def _times(joins: Sequence[Join], milestone: str) -> list[float]:
    return [attrgetter(f"{milestone}_ms")(join) for join in joins]
