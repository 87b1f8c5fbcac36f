"""What will be stored: what comes in each month stays as long as the policy says. Pure: no database, no clock.

What is there now is taken to leave evenly over that time; where as much comes in as before, it then stays level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DAYS_OF_A_MONTH = 365.25 / 12
FURTHEST = 36  # months


@dataclass(frozen=True, slots=True)
class Flow:
    """Of one kind of files of one institution, in bytes."""

    kept: float
    per_month: float
    kept_days: int

    @property
    def kept_months(self) -> float:
        return max(self.kept_days, 1) / DAYS_OF_A_MONTH


def expected(flows: Sequence[Flow], ahead: float) -> float:
    """In so many months, in bytes."""
    return sum(_expected(flow, ahead) for flow in flows)


def _expected(flow: Flow, ahead: float) -> float:
    still_there = max(0.0, 1 - ahead / flow.kept_months)
    return flow.kept * still_there + flow.per_month * min(ahead, flow.kept_months)


def level(flows: Sequence[Flow]) -> float:
    """Where it ends, if as much comes in as now."""
    return sum(flow.per_month * flow.kept_months for flow in flows)


def reached_in(flows: Sequence[Flow], limit: float) -> int | None:
    """Months until `limit`; 0 when it is reached; None when it is not, as far as we look."""
    return next((ahead for ahead in range(FURTHEST + 1) if expected(flows, ahead) >= limit), None)
