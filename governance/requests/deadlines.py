"""How long one has to answer (GDPR, art. 12.3): one month from the day of receipt, and two more with a reason."""

from __future__ import annotations

import calendar
from datetime import date

ANSWER_MONTHS = 1
EXTENSION_MONTHS = 2


def months_after(day: date, months: int) -> date:
    """The same day of a later month; its last one where there is no such day (Regulation 1182/71, art. 3.2.c)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_on(received_on: date) -> date:
    return months_after(received_on, ANSWER_MONTHS)


def extended(received_on: date) -> date:
    return months_after(received_on, ANSWER_MONTHS + EXTENSION_MONTHS)
