"""One calendar month, and two more."""

from __future__ import annotations

from datetime import date

import pytest

from governance.requests.deadlines import due_on, extended


@pytest.mark.parametrize(
    ("received", "due", "longest"),
    [
        (date(2026, 11, 30), date(2026, 12, 30), date(2027, 2, 28)),
        (date(2027, 1, 31), date(2027, 2, 28), date(2027, 4, 30)),
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 4, 30)),
        (date(2026, 12, 15), date(2027, 1, 15), date(2027, 3, 15)),
    ],
)
def test_same_day_of_a_later_month_or_its_last(received: date, due: date, longest: date) -> None:
    assert due_on(received) == due
    assert extended(received) == longest
