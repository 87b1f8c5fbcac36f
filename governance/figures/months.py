"""Months, known by their first day, in the time zone of the service."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

SHOWN = 12
RECOUNTED = 2  # the current one, and the one before, to which late recordings still come
FIRST_COUNT = 24  # where nothing was counted yet


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def current() -> date:
    return timezone.localtime(timezone=zone()).date().replace(day=1)


def back(month: date, count: int = 1) -> date:
    """So many months before; after, where negative."""
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def last(count: int) -> list[date]:
    """The current one, and those before, the oldest first."""
    return [back(current(), ago) for ago in reversed(range(count))]


def bounds(month: date) -> tuple[datetime, datetime]:
    """From, included, and to, left out."""
    after = back(month, -1)
    return _midnight(month), _midnight(after)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone())
