"""A clock that stands still, a Tuesday morning, and a series planned from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from meetings.models import Occurrence, OutgoingMail, Series
from meetings.scheduling import actions, recurrence
from meetings.scheduling.plan import Invitee, People, RoomChoices, Timing, Wording
from tests.cast import make_agent

PARIS = "Europe/Paris"
WORDING = Wording("Comité", "1. Budget")
WEEKS = ["11-24 09:30", "12-01 09:30", "12-08 09:30", "12-15 09:30", "12-22 09:30", "12-29 09:30"]


@pytest.fixture
def claire(db: None) -> User:
    """Organises: the agent, not her participation."""
    return make_agent("claire")


@pytest.fixture
def bilal(db: None) -> User:
    return make_agent("bilal")


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    return clock


def at(month: int, day: int, hour: int | None = None, minute: int = 0) -> datetime:
    """In Paris, 2026 until December, 2027 after; at 09:30 if nothing is said."""
    if hour is None:
        hour, minute = 9, 30
    return datetime(2026 if month > 10 else 2027, month, day, hour, minute, tzinfo=ZoneInfo(PARIS))


def timing(rule: str = "FREQ=WEEKLY;COUNT=6", start: datetime | None = None, minutes: int = 60) -> Timing:
    return Timing(start or at(11, 24), minutes, PARIS, recurrence.parse(rule) if rule else None)


Plan = Callable[..., Series]


@pytest.fixture
def plan(clock: Clock, claire: User, bilal: User) -> Plan:
    """Planned by Claire; Bilal and somebody without an account are invited."""

    def plan(rule: str = "FREQ=WEEKLY;COUNT=6") -> Series:
        asked = People((Invitee(bilal.email, True, bilal), Invitee("guest@example.org", False)))
        return actions.schedule(WORDING, timing(rule), asked, RoomChoices(), key=uuid4(), actor=claire)

    return plan


def days(series: Series) -> list[str]:
    """Dates of what is on, in Paris."""
    kept = series.occurrences.filter(cancelled_at=None).order_by("start")
    return [f"{row.start.astimezone(ZoneInfo(PARIS)):%m-%d %H:%M}" for row in kept]


def nth(series: Series, index: int) -> Occurrence:
    return list(series.occurrences.order_by("original_start"))[index]


def mails() -> list[tuple[str, int]]:
    """Kind and sequence of the mails that wait, and forget them."""
    found = sorted(OutgoingMail.objects.values_list("kind", "sequence"))
    OutgoingMail.objects.all().delete()
    return found
