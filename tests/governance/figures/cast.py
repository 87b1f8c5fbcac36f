"""Meetings of two institutions, as rows, for the figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from accounts.models import Institution, User
from governance.figures import months
from governance.models import MonthlyFigures, MonthlyStorage, QualityHour
from meetings.models import Meeting, Room, Track
from tests.cast import make_meeting, make_participation, make_recording, make_room, make_track

OCTOBER = datetime(2026, 10, 14, 9, 0, tzinfo=UTC)


def make_agents(institution: Institution, count: int, prefix: str = "agent") -> list[User]:
    return [
        User.objects.create(
            sub=f"sub-{institution.siret}-{prefix}-{number}",
            given_name=prefix.title(),
            usual_name=str(number),
            email=f"{prefix}{number}@{institution.siret}.example",
            institution=institution,
        )
        for number in range(count)
    ]


def hold(
    room: Room, people: list[User | str], *, at: datetime = OCTOBER, minutes: int = 60, recorded_bytes: int = 0
) -> Meeting:
    """A meeting that `people` were in; recorded for half an hour less one minute, where it is."""
    meeting = make_meeting(room, started_at=at)
    meeting.ended_at = at + timedelta(minutes=minutes)
    meeting.save()
    there = [make_participation(meeting, who) for who in people]
    if recorded_bytes:
        recording = make_recording(meeting)
        track = make_track(there[0], recording)
        Track.objects.filter(pk=track.pk).update(size_bytes=recorded_bytes)
    return meeting


def room_of(user: User) -> Room:
    return make_room(user, "Point budgétaire")


def seed_year(institution: Institution, *, agents: int = 40) -> None:
    """Rows of the last twelve months, as the nightly task would have made them; each month a little more."""
    now = timezone.now()
    for number, month in enumerate(months.last(12)):
        MonthlyFigures.objects.create(
            institution=institution,
            month=month,
            active_agents=agents + number,
            meetings=10 * (number + 1),
            meeting_seconds=36_000 * (number + 1),
            attendances=50 * (number + 1),
            guests=5 * number,
            recorded_meetings=2 * number,
            recorded_seconds=5_400 * number,
            minutes_made=number,
            imports=1,
            counted_at=now,
        )
        for weight, kind in enumerate(MonthlyStorage.Kind.values, start=1):
            MonthlyStorage.objects.create(
                institution=institution,
                month=month,
                kind=kind,
                bytes_in=weight * 10**9,
                bytes_kept=weight * 10**9 * min(3, number + 1),
                kept_days=90,
                counted_at=now,
            )
    for ago in range(20):
        QualityHour.objects.create(
            institution=institution,
            hour=now.replace(minute=0, second=0, microsecond=0) - timedelta(days=ago),
            joins=90 + ago,
            returns=ago,
            resumed=2,
            refused=3,
            failed=ago % 3,
            full=1,
            cut_off=ago % 5,
            network_fair=30,
            network_poor=ago,
            network_none=3,
        )
