"""A series of Claire's, Bilal of the directory invited to it, and Zoé by her address."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from meetings.models import Invitation, Occurrence, Series
from meetings.scheduling import recurrence
from tests.cast import make_agent, make_room

TOMORROW = timezone.now().replace(hour=8, minute=30, second=0, microsecond=0) + timedelta(days=1)
BEFORE_OCTOBER = datetime(2027, 10, 25, 7, 30, tzinfo=UTC)  # 09:30 in Paris, six days before the change


@pytest.fixture
def claire(db: None) -> User:
    """Organises: here, the agent herself."""
    return make_agent("claire")


def make_series(
    organiser: User,
    *,
    title: str = "Comité de suivi",
    agenda: str = "",
    start: datetime = TOMORROW,
    rule: str = "",
) -> Series:
    series = Series.objects.create(
        room=make_room(organiser, title),
        title=title,
        agenda=agenda,
        start=start,
        duration_minutes=30,
        time_zone="Europe/Paris",
        rule=rule,
        uid=f"{uuid.uuid4()}@visio.example",
        created_by=organiser,
    )
    for date in recurrence.starts(recurrence.parse(rule) if rule else None, start, series.time_zone):
        Occurrence.objects.create(series=series, original_start=date, start=date, end=date + timedelta(minutes=30))
    return series


def invite(series: Series, who: User | str, *, language: str = "fr", name: str = "") -> Invitation:
    user = who if isinstance(who, User) else None
    return Invitation.objects.create(
        series=series,
        user=user,
        email=who.email if isinstance(who, User) else who,
        name=name,
        language=language,
        invited_by=series.room.organiser,
    )


@pytest.fixture
def series(claire: User) -> Series:
    return make_series(claire, agenda="1. Budget\n2. Calendrier")


@pytest.fixture
def zoe(series: Series) -> Invitation:
    """A guest, known by an address only."""
    return invite(series, "zoe@example.org", name="Zoé Lambert")


@pytest.fixture
def bilals(series: Series, bilal: User) -> Invitation:
    """Of an agent of the directory."""
    return invite(series, bilal)
