"""Euros saved by licences that were given up. Pure: no database, no clock."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Batch:
    """Licences given up on one day. `price` is that of the contract, per licence and year, where it is known."""

    licences: int
    given_up_on: date
    price: Decimal | None = None


def share_of(year: int, given_up_on: date) -> Decimal:
    """Of the year, that is left from then on, the day itself included: 0 to 1."""
    start, end = max(given_up_on, date(year, 1, 1)), date(year + 1, 1, 1)
    return max(Decimal(0), Decimal((end - start).days) / (366 if isleap(year) else 365))


def by_formula(batches: Iterable[Batch], year: int, euros_per_user: Decimal) -> Decimal:
    """A licence counts as a user."""
    return sum((batch.licences * euros_per_user * share_of(year, batch.given_up_on) for batch in batches), Decimal(0))


def by_contract(batches: Iterable[Batch], year: int) -> Decimal:
    """Of those batches whose price was entered."""
    priced = (batch for batch in batches if batch.price is not None)
    return sum(
        (batch.licences * (batch.price or 0) * share_of(year, batch.given_up_on) for batch in priced), Decimal(0)
    )
