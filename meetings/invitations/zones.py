"""VTIMEZONE (RFC 5545, 3.6.5) of an IANA zone, from the machine's own time zone data.

`Calendar.add_missing_timezones` of icalendar 7.3 puts the spring change an hour late, and lists dates, where
Outlook wants a yearly rule.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import icalendar

YEARS_TO_COMPARE = 5  # so few, and the last Sunday would be taken for the fourth
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    """`onset` is in the wall clock before the change."""

    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool
    onset: datetime

    @property
    def kind(self) -> tuple[bool, timedelta, timedelta, str]:
        return self.is_daylight, self.before, self.after, self.name


def vtimezone(name: str, first: datetime, last: datetime) -> icalendar.Timezone:
    """Right from the year of `first` to that of `last`, and further where the change follows a yearly rule."""
    zone = ZoneInfo(name)
    years = range(first.year - 1, max(last.year, first.year + YEARS_TO_COMPARE) + 2)
    component = icalendar.Timezone()
    component.add("tzid", name)
    changes = sorted(_changes(zone, years), key=lambda change: change.kind)
    begin = datetime(years[0], 1, 1, tzinfo=zone)
    if not changes or min(change.onset for change in changes) > begin.replace(tzinfo=None):
        offset = begin.utcoffset() or timedelta()
        changes.insert(0, _Change(offset, offset, begin.tzname() or name, False, begin.replace(tzinfo=None)))
    for _, alike in groupby(changes, key=lambda change: change.kind):
        component.add_component(_observance(list(alike)))
    return component


def _changes(zone: ZoneInfo, years: range) -> Iterator[_Change]:
    """By the hour, then by the minute: zones have changed at :00, :30 and :01."""
    moment, end = datetime(years[0], 1, 1, tzinfo=UTC), datetime(years[-1] + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        after = moment + timedelta(days=1)
        if _offset(zone, moment) != _offset(zone, after):
            yield _change(zone, _bisected(zone, moment, after))
        moment = after


def _bisected(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first minute of the new offset."""
    old = _offset(zone, low)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high


def _change(zone: ZoneInfo, moment: datetime) -> _Change:
    before, here = _offset(zone, moment - timedelta(minutes=1)), moment.astimezone(zone)
    onset = (moment + before).replace(tzinfo=None)
    return _Change(before, _offset(zone, moment), here.tzname() or "", bool(here.dst()), onset)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _observance(alike: list[_Change]) -> icalendar.Component:
    first = alike[0]
    observance = icalendar.TimezoneDaylight() if first.is_daylight else icalendar.TimezoneStandard()
    observance.add("dtstart", first.onset)
    observance.add("tzoffsetfrom", first.before)
    observance.add("tzoffsetto", first.after)
    observance.add("tzname", first.name)
    rule = _yearly_rule([change.onset for change in alike])
    if rule:
        observance.add("rrule", icalendar.vRecur.from_ical(rule))
    else:
        for change in alike[1:]:
            observance.add("rdate", change.onset)
    return observance


def _yearly_rule(onsets: list[datetime]) -> str:
    """The rule that all of them follow, or nothing."""
    if len(onsets) < 3:
        return ""
    if any(later.year - earlier.year != 1 for earlier, later in pairwise(onsets)):
        return ""
    for rank in (_rank_from_end, _rank):
        seen = {(onset.month, rank(onset), onset.weekday(), onset.time()) for onset in onsets}
        if len(seen) == 1:
            month, nth, weekday, _ = seen.pop()
            return f"FREQ=YEARLY;BYMONTH={month};BYDAY={nth}{WEEKDAYS[weekday]}"
    return ""


def _rank(day: datetime) -> int:
    return (day.day - 1) // 7 + 1


def _rank_from_end(day: datetime) -> int:
    return -((calendar.monthrange(day.year, day.month)[1] - day.day) // 7 + 1)
