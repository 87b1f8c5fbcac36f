"""What somebody wants to hold: its words, its dates, its people. Values that actions compare with the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from meetings.models import Room, Series
from meetings.scheduling import recurrence
from meetings.scheduling.recurrence import Rule, RuleError


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Wording:
    title: str
    agenda: str = ""
    links: tuple[Link, ...] = ()

    @classmethod
    def of(cls, series: Series) -> Wording:
        links = tuple(Link(link["label"], link["url"]) for link in series.links)
        return cls(series.title, series.agenda, links)

    def write(self, series: Series) -> None:
        series.title, series.agenda = self.title, self.agenda
        series.links = [{"label": link.label, "url": link.url} for link in self.links]


@dataclass(frozen=True, slots=True)
class Timing:
    """`start` is the first date, or the day from which the rule looks for it. No rule: once."""

    start: datetime
    duration_minutes: int
    time_zone: str
    rule: Rule | None = None

    @classmethod
    def of(cls, series: Series) -> Timing:
        rule = recurrence.parse(series.rule) if series.rule else None
        return cls(series.start, series.duration_minutes, series.time_zone, rule)

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_minutes)

    def dates(self) -> list[datetime]:
        """Raises RuleError; also when the first date falls into the hour that the spring change skips."""
        dates = recurrence.starts(self.rule, self.start, self.time_zone)
        if recurrence.wall_clock(dates[0], self.time_zone) != recurrence.wall_clock(self.start, self.time_zone):
            raise RuleError("shifted-date")
        return dates

    def write(self, series: Series, first: datetime) -> None:
        series.start, series.duration_minutes = first, self.duration_minutes
        series.time_zone, series.rule = self.time_zone, str(self.rule) if self.rule else ""


@dataclass(frozen=True, slots=True)
class Invitee:
    """`language` is that of the mails that they get."""

    email: str
    required: bool = True
    user: User | None = None
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class RoomChoices:
    """A room of theirs, or the rules that a new one chooses: see `rooms.actions.configure`."""

    room: Room | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class People:
    invitees: tuple[Invitee, ...] = ()
    co_organisers: tuple[User, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form showed of the people, in lower-case addresses: only what was typed otherwise is a change."""

    invitees: frozenset[str]
    co_organisers: frozenset[str]
    language: str
