"""The published formula, by day; and what will be stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from governance.figures import forecast, savings
from governance.figures.forecast import Flow
from governance.figures.savings import Batch

TEN = Decimal(10)


def test_hundred_thousand_users_save_a_million_in_a_whole_year() -> None:
    batches = [Batch(100_000, date(2026, 3, 31))]
    assert savings.by_formula(batches, 2027, TEN) == 1_000_000
    assert savings.by_formula(batches, 2025, TEN) == 0


@pytest.mark.parametrize(
    ("day", "year", "days"),
    [
        (date(2026, 12, 31), 2026, Decimal(1) / 365),
        (date(2026, 1, 1), 2026, Decimal(1)),
        (date(2026, 7, 2), 2026, Decimal(183) / 365),
        (date(2028, 12, 31), 2028, Decimal(1) / 366),
    ],
)
def test_year_in_which_licences_are_given_up_counts_by_the_day(day: date, year: int, days: Decimal) -> None:
    assert savings.by_formula([Batch(365, day)], year, TEN) == 365 * 10 * days


def test_contracts_count_where_a_price_was_entered() -> None:
    batches = [Batch(10, date(2025, 5, 1), Decimal("120.50")), Batch(90, date(2025, 5, 1))]
    assert savings.by_contract(batches, 2026) == Decimal("1205.00")
    assert savings.by_formula(batches, 2026, TEN) == 1000


MONTH = 365.25 / 12


def test_what_comes_in_as_before_stays_level() -> None:
    flow = Flow(kept=30_000, per_month=10_000, kept_days=round(3 * MONTH))  # 91 of 91.3 days
    assert {round(forecast.expected([flow], ahead), -3) for ahead in range(13)} == {30_000}
    assert round(forecast.level([flow])) == 29_897


def test_young_service_grows_until_the_clock_takes_as_much_as_comes() -> None:
    flow = Flow(kept=0, per_month=100, kept_days=round(4 * MONTH))
    assert [round(forecast.expected([flow], ahead)) for ahead in (0, 1, 3, 4, 9)] == [0, 100, 300, 400, 401]
    assert forecast.reached_in([flow], 250) == 3
    assert forecast.reached_in([flow], 500) is None


def test_what_nobody_brings_any_more_goes() -> None:
    flow = Flow(kept=900, per_month=0, kept_days=91)
    assert round(forecast.expected([flow], 1)) == 599
    assert forecast.expected([flow], 3) == 0
    assert forecast.reached_in([flow], 900) == 0


def test_clock_of_no_days_divides_nothing() -> None:
    assert forecast.expected([Flow(10, 10, 0)], 1) < 1
