"""Between the rule of a series and what a form shows of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from meetings.scheduling.recurrence import MAX_OCCURRENCES, Day, Frequency, Rule

WORKING_DAYS = tuple(Day(weekday) for weekday in range(5))


class Repeat(StrEnum):
    NEVER = "never"
    DAILY = "daily"
    WORKING_DAYS = "working-days"
    WEEKLY = "weekly"
    MONTHLY_BY_DATE = "monthly-date"
    MONTHLY_BY_WEEKDAY = "monthly-weekday"
    YEARLY = "yearly"


FREQUENCY: dict[Repeat, Frequency] = {
    Repeat.DAILY: "DAILY",
    Repeat.WORKING_DAYS: "WEEKLY",
    Repeat.WEEKLY: "WEEKLY",
    Repeat.MONTHLY_BY_DATE: "MONTHLY",
    Repeat.MONTHLY_BY_WEEKDAY: "MONTHLY",
    Repeat.YEARLY: "YEARLY",
}


def rule_of(
    repeat: Repeat,
    first: date,
    *,
    interval: int,
    weekdays: list[int],
    count: int | None,
    until: date | None,
    time_zone: str,
) -> Rule | None:
    """`until` is a day of the zone, included. The nth weekday of the month, or its day, is that of `first`."""
    if repeat == Repeat.NEVER:
        return None
    days: tuple[Day, ...] = ()
    if repeat == Repeat.WORKING_DAYS:
        days = WORKING_DAYS
    elif repeat == Repeat.WEEKLY:
        days = tuple(Day(weekday) for weekday in sorted(weekdays or [first.weekday()]))
    elif repeat == Repeat.MONTHLY_BY_WEEKDAY:
        days = (Day(first.weekday(), _nth(first)),)
    month_days = (first.day,) if repeat == Repeat.MONTHLY_BY_DATE else ()
    rule = Rule(FREQUENCY[repeat], interval, days, month_days)
    if until is None:
        return replace(rule, count=count or MAX_OCCURRENCES)
    return replace(rule, until=_end_of(until, time_zone))


def _nth(day: date) -> int:
    """A fifth one is the last one: most months have none."""
    nth = (day.day - 1) // 7 + 1
    return nth if nth < 5 else -1


def _end_of(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(time_zone)).astimezone(UTC)


def fields_of(rule: Rule | None, time_zone: str) -> dict[str, Any]:
    """What the form shows of a rule that it made."""
    if rule is None:
        return {"repeat": Repeat.NEVER.value}
    fields: dict[str, Any] = {"repeat": repeat_of(rule).value, "interval": rule.interval}
    fields["weekdays"] = [str(day.weekday) for day in rule.days if not day.nth]
    if rule.until:
        return {**fields, "ends": "until", "until": rule.until.astimezone(ZoneInfo(time_zone)).date()}
    return {**fields, "ends": "count", "count": rule.count}


def repeat_of(rule: Rule) -> Repeat:
    if rule.frequency == "DAILY":
        return Repeat.DAILY
    if rule.frequency == "WEEKLY":
        return Repeat.WORKING_DAYS if set(rule.days) == set(WORKING_DAYS) else Repeat.WEEKLY
    if rule.frequency == "MONTHLY":
        return Repeat.MONTHLY_BY_WEEKDAY if rule.days else Repeat.MONTHLY_BY_DATE
    return Repeat.YEARLY


def settled(typed: Rule | None, kept: Rule | None, time_zone: str, *, same_day: bool) -> Rule | None:
    """`kept` where the form can't tell `typed` from it.

    UNTIL is typed as a day, and the fourth Friday of a month may be meant as its last.
    """
    if typed is None or kept is None:
        return typed
    if kept.until and typed.until == _end_of(kept.until.astimezone(ZoneInfo(time_zone)).date(), time_zone):
        typed = replace(typed, until=kept.until)
    if same_day and repeat_of(typed) == repeat_of(kept) == Repeat.MONTHLY_BY_WEEKDAY:
        typed = replace(typed, days=kept.days)
    return typed
