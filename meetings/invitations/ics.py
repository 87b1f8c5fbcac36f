"""Calendar objects (RFC 5545, RFC 5546) of meetings, as bytes. Pure: `events` makes the values out of rows.

What people wrote is text here, whatever it looks like: icalendar escapes it and folds it, and control characters,
which no escape covers, are taken out first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import quote
from zoneinfo import ZoneInfo

import icalendar

from meetings.invitations.zones import vtimezone

PRODID = "-//Visio//Visio//FR"
CONTENT_TYPE = "text/calendar; charset=utf-8"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_IN_AN_ADDRESS = "@+.-_'"  # what quote() leaves as it is


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attendee:
    person: Person
    required: bool
    answer: str  # PARTSTAT


@dataclass(frozen=True, slots=True)
class Date:
    """One date of an event. `original_start` is its RECURRENCE-ID."""

    original_start: datetime
    start: datetime
    end: datetime
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Event:
    """A planned meeting. `rule` (RRULE) without `excluded`, with `added`, gives the dates; `changed` are unlike it."""

    uid: str
    sequence: int
    stamp: datetime
    time_zone: str
    link: str
    organiser: Person
    whole: Date
    attendees: tuple[Attendee, ...] = ()
    rule: str = ""
    excluded: tuple[datetime, ...] = ()
    added: tuple[datetime, ...] = ()
    changed: tuple[Date, ...] = ()
    cancelled: bool = False


def render(method: Method, events: Iterable[Event], *, only: Date | None = None, name: str = "") -> bytes:
    """With `only`: of that one date, and nothing of the others. PUBLISH names no attendee (RFC 5546, 3.2.1)."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    if name:
        calendar.add("name", one_line(name))
        calendar.add("x-wr-calname", one_line(name))  # what most clients read
    shown = [replace(event, attendees=()) if method is Method.PUBLISH else event for event in events]
    for zone in _zones(shown):
        calendar.add_component(zone)
    for event in shown:
        dates = [only] if only else list(event.changed)
        if not only:
            calendar.add_component(_master(method, event))
        for date in dates:
            calendar.add_component(_override(method, event, date))
    return bytes(calendar.to_ical())


def one_line(text: str) -> str:
    """Without line breaks nor control characters: for headers and parameters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _zones(events: list[Event]) -> list[icalendar.Timezone]:
    found = []
    for name in sorted({event.time_zone for event in events}):
        dates = [date for event in events if event.time_zone == name for date in (event.whole, *event.changed)]
        first, last = min(date.start for date in dates), max(date.end for date in dates)
        found.append(vtimezone(name, min(first, min(date.original_start for date in dates)), last))
    return found


def _master(method: Method, event: Event) -> icalendar.Event:
    component = _component(method, event, event.whole)
    if event.rule:
        component.add("rrule", icalendar.vRecur.from_ical(event.rule))
    for name, dates in (("exdate", event.excluded), ("rdate", event.added)):
        for date in dates:
            component.add(name, _local(event, date))
    return component


def _override(method: Method, event: Event, date: Date) -> icalendar.Event:
    component = _component(method, event, date)
    component.add("recurrence-id", _local(event, date.original_start))
    return component


def _component(method: Method, event: Event, date: Date) -> icalendar.Event:
    component = icalendar.Event()
    component.add("uid", event.uid)
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.stamp.astimezone(UTC))
    component.add("dtstart", _local(event, date.start))
    component.add("dtend", _local(event, date.end))
    component.add("summary", one_line(date.title))
    component.add("description", _text(date.description))
    component.add("location", event.link)
    component.add("url", event.link)
    component.add("conference", event.link, parameters={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Visio"})
    component.add("status", "CANCELLED" if event.cancelled or method is Method.CANCEL else "CONFIRMED")
    component.add("organizer", _address(event.organiser))
    for attendee in event.attendees:
        component.add("attendee", _attendee(method, attendee))
    return component


def _local(event: Event, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(event.time_zone))


def _attendee(method: Method, attendee: Attendee) -> icalendar.vCalAddress:
    address = _address(attendee.person)
    address.params["ROLE"] = "REQ-PARTICIPANT" if attendee.required else "OPT-PARTICIPANT"
    address.params["PARTSTAT"] = attendee.answer.upper()
    if method is Method.REQUEST:
        address.params["RSVP"] = "TRUE"
    return address


def _address(person: Person) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(f"mailto:{quote(person.email, safe=_NOT_IN_AN_ADDRESS)}")
    name = one_line(person.name).replace('"', "'")  # RFC 6868 has an escape, which few clients know
    if name:
        address.params["CN"] = name
    return address


def _text(words: str) -> str:
    return _CONTROL.sub(" ", words.replace("\r\n", "\n").replace("\r", "\n"))
