"""Rules of repetition (RFC 5545, 3.3.10), in a wall clock. Pure: no Django, no clock; the dates come from dateutil.

The wall clock of the zone is what repeats: 09:30 in Paris stays 09:30 across October. A time that the spring change
skips is read with the offset before it (02:30 becomes 03:30 that day), and one that the autumn change holds twice
is the first of both: RFC 5545, 3.3.5. UNTIL is in UTC, since the first date has a zone, and is itself included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

MAX_OCCURRENCES = 750
MAX_SPAN = timedelta(days=3 * 366)
MAX_INTERVAL = 400
LAST_YEAR = 2200  # far from where datetimes end
MAX_LENGTH = 200  # characters: that of the column

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
FREQUENCIES: dict[str, Frequency] = {"DAILY": "DAILY", "WEEKLY": "WEEKLY", "MONTHLY": "MONTHLY", "YEARLY": "YEARLY"}
_RRULE_FREQUENCY = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL"})
_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_UNTIL_FORMAT = "%Y%m%dT%H%M%SZ"


class RuleError(ValueError):
    """The rule can't be read, or gives dates that we do not keep. `code` says why, to programs."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday (0 is Monday), each of them, or the nth of a period: -1 is the last."""

    weekday: int
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.nth or ''}{WEEKDAYS[self.weekday]}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Has either `count` or `until`."""

    frequency: Frequency
    interval: int = 1
    days: tuple[Day, ...] = ()
    month_days: tuple[int, ...] = ()
    count: int | None = None
    until: datetime | None = None

    def __str__(self) -> str:
        parts = [f"FREQ={self.frequency}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.days:
            parts.append(f"BYDAY={','.join(map(str, self.days))}")
        if self.month_days:
            parts.append(f"BYMONTHDAY={','.join(map(str, self.month_days))}")
        if self.until:
            parts.append(f"UNTIL={self.until.astimezone(UTC).strftime(_UNTIL_FORMAT)}")
        else:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)


@dataclass(frozen=True, slots=True)
class Split:
    """A rule cut in two before one of its dates."""

    before: Rule
    after: Rule
    after_start: datetime


def parse(text: str) -> Rule:
    """The rule in an RRULE without its prefix. Raises RuleError."""
    parts = _parts(text)
    if parts.get("FREQ") not in FREQUENCIES:
        raise RuleError("frequency")
    rule = Rule(
        frequency=FREQUENCIES[parts["FREQ"]],
        interval=_number(parts.get("INTERVAL", "1"), "interval", most=MAX_INTERVAL),
        days=tuple(_day(day) for day in _listed(parts, "BYDAY")),
        month_days=tuple(_month_day(day) for day in _listed(parts, "BYMONTHDAY")),
        count=_number(parts["COUNT"], "count", most=MAX_OCCURRENCES) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
    )
    _check(rule)
    return rule


def _parts(text: str) -> dict[str, str]:
    if len(text) > MAX_LENGTH:
        raise RuleError("too-long-text")
    pairs = [part.partition("=") for part in text.upper().split(";")]
    parts = {name: value for name, _, value in pairs}
    if not text.isascii() or len(parts) != len(pairs) or not parts.keys() <= _PARTS or not all(parts.values()):
        raise RuleError("syntax")
    return parts


def _listed(parts: dict[str, str], name: str) -> list[str]:
    listed = parts[name].split(",") if name in parts else []
    if len(set(listed)) != len(listed):
        raise RuleError("syntax")
    return listed


def _number(text: str, code: str, *, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= most:
        raise RuleError(code)
    return int(text)


def _day(text: str) -> Day:
    found = _DAY.fullmatch(text)
    if not found or (found[1] and int(found[1]) == 0):
        raise RuleError("day")
    return Day(WEEKDAYS.index(found[2]), int(found[1] or 0))


def _month_day(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,2}", text) or not 1 <= abs(int(text)) <= 31:
        raise RuleError("month-day")
    return int(text)


def _until(text: str) -> datetime:
    if not _UNTIL.fullmatch(text):
        raise RuleError("until")
    try:
        return datetime.strptime(text, _UNTIL_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise RuleError("until") from error


def _check(rule: Rule) -> None:
    if (rule.count is None) == (rule.until is None):
        raise RuleError("end")
    numbered = [day for day in rule.days if day.nth]
    most = {"MONTHLY": 5, "YEARLY": 53}.get(rule.frequency, 0)
    if any(abs(day.nth) > most for day in numbered):
        raise RuleError("day")
    if numbered and len(numbered) < len(rule.days):
        raise RuleError("mixed-days")  # dateutil would take what is in both, RFC 5545 what is in either
    if rule.frequency == "YEARLY" and rule.days and rule.month_days:
        raise RuleError("mixed-days")
    if rule.frequency == "DAILY" and rule.interval > 1 and (rule.days or rule.month_days):
        raise RuleError("mixed-days")  # may never meet: dateutil would look until the year 9999
    if rule.frequency == "WEEKLY" and rule.month_days:
        raise RuleError("month-day")


def starts(rule: Rule | None, first: datetime, time_zone: str) -> list[datetime]:
    """Every date, in UTC and in order, from the rule's first one at or after `first`. No rule: `first` alone.

    Raises RuleError: no date at all, more than MAX_OCCURRENCES, or further than MAX_SPAN.
    """
    if rule is None:
        return [first.astimezone(UTC)]
    if first.year > LAST_YEAR or (rule.until and rule.until - first > MAX_SPAN):
        raise RuleError("too-far")
    dates = list(islice(_dates(rule, first, ZoneInfo(time_zone)), MAX_OCCURRENCES + 1))
    if rule.until:
        dates = [date for date in dates if date <= rule.until]
    if not dates:
        raise RuleError("no-date")
    if len(dates) > MAX_OCCURRENCES:
        raise RuleError("too-many")
    if rule.count and len(dates) < rule.count:
        raise RuleError("too-far")
    return dates


def _dates(rule: Rule, first: datetime, zone: ZoneInfo) -> islice[datetime]:
    """Dates as far as we keep any. The bound is not UNTIL, which is compared in UTC: see `starts`."""
    wall = first.astimezone(zone).replace(tzinfo=None, fold=0, microsecond=0)
    found = rrule.rrule(
        _RRULE_FREQUENCY[rule.frequency],
        dtstart=wall,
        interval=rule.interval,
        until=wall + MAX_SPAN,
        byweekday=[rrule.weekday(day.weekday, day.nth or None) for day in rule.days] or None,
        bymonthday=list(rule.month_days) or None,
        cache=False,
    )
    return islice((date.replace(tzinfo=zone).astimezone(UTC) for date in found), rule.count)


def split(rule: Rule, first: datetime, time_zone: str, at: datetime) -> Split:
    """Cut before `at`, one of the dates but the first: the dates of both halves are those of the whole.

    Raises RuleError: `at` is no such date, or was shifted by the spring change, so that the second
    half would keep the wrong wall clock from there on.
    """
    dates = starts(rule, first, time_zone)
    if at not in dates[1:]:
        raise RuleError("no-such-date")
    if wall_clock(at, time_zone) != wall_clock(first, time_zone):
        raise RuleError("shifted-date")
    kept = dates.index(at)
    if rule.count:
        return Split(replace(rule, count=kept), replace(rule, count=rule.count - kept), at)
    return Split(replace(rule, until=dates[kept - 1]), rule, at)


def wall_clock(date: datetime, time_zone: str) -> str:
    return date.astimezone(ZoneInfo(time_zone)).strftime("%H:%M:%S")


def exists(wall: datetime, time_zone: str) -> bool:
    """Is there such a time that day? The spring change skips an hour. `wall` is naive."""
    zone = ZoneInfo(time_zone)
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == wall
