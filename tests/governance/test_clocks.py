"""From rules and states to dates: a table."""

from __future__ import annotations

from datetime import date

import pytest

from governance.clocks import Dates, Days, Life, dates_of

DAYS = Days(sound=90, transcript=365, minutes=3650)
ENDED, APPROVED, LATER = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 3)
SOUND = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("life", "days", "expected"),
    [
        (Life(None), DAYS, Dates()),
        (Life(ENDED), DAYS, Dates(SOUND, None, SOUND)),
        (Life(ENDED, has_words=True), DAYS, Dates(SOUND, date(2027, 1, 1), date(2027, 1, 1))),
        (Life(ENDED, has_words=True), Days(90, 30, 3650), Dates(SOUND, date(2026, 1, 31), SOUND)),
        (Life(ENDED, True, APPROVED), DAYS, Dates(SOUND, date(2027, 2, 1), date(2036, 1, 30), True)),
        (Life(ENDED, True, APPROVED), Days(90, 30, 10), Dates(SOUND, LATER, SOUND, True)),
        (
            Life(ENDED, True, APPROVED),
            Days(1, 30, 10),
            Dates(date(2026, 1, 2), LATER, LATER, True),
        ),
    ],
)
def test_dates(life: Life, days: Days, expected: Dates) -> None:
    assert dates_of(life, days) == expected
