"""The agenda says in the order of time what `visible_to` says of one row, whoever writes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from meetings import actions
from meetings.models import AgendaEntry, Invitation, Meeting, Occurrence, Recording, RoomOrganiser, Series
from meetings.persons import Person
from tests.cast import make_agent, make_meeting, make_participation, make_recording, make_room

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def claire(db: None) -> User:
    return make_agent("claire")


@pytest.fixture
def bilal(db: None) -> User:
    return make_agent("bilal")


@pytest.fixture
def chen(db: None) -> User:
    return make_agent("chen")


def plan(organiser: User, title: str = "Point", *, start: datetime = START, dates: int = 1) -> Series:
    room = make_room(organiser, title)
    series = Series.objects.create(
        room=room, title=title, start=start, duration_minutes=60, time_zone="Europe/Paris", uid=f"{room.pk}@visio"
    )
    for number in range(dates):
        begin = start + timedelta(days=number)
        Occurrence.objects.create(series=series, original_start=begin, start=begin, end=begin + timedelta(hours=1))
    return series


def invite(series: Series, user: User, answer: str = Invitation.Answer.NONE) -> Invitation:
    return Invitation.objects.create(series=series, user=user, email=user.email, answer=answer)


def agenda(user: User) -> set[tuple[object, datetime, bool]]:
    planned = AgendaEntry.objects.filter(user=user, meeting=None)
    return set(planned.values_list("occurrence_id", "start", "organises"))


def test_agenda_follows_whatever_is_written(claire: User, bilal: User, chen: User) -> None:
    people, dice = [claire, bilal, chen], random.Random(7)
    every_series = [plan(claire, dates=3), plan(bilal, dates=2), plan(claire)]
    meetings = [make_meeting(series.room) for series in every_series]
    for _ in range(120):
        _do_something(dice, people, every_series, meetings)
        for user in people:
            seen = set(AgendaEntry.objects.filter(user=user, meeting=None).values_list("occurrence_id", "start"))
            assert seen == set(Occurrence.objects.visible_to(user).values_list("pk", "start"))
            held = set(AgendaEntry.objects.filter(user=user, occurrence=None).values_list("meeting_id", "end"))
            assert held == set(Meeting.objects.visible_to(user).values_list("pk", "ended_at"))


def _do_something(dice: random.Random, people: list[User], every_series: list[Series], held: list[Meeting]) -> None:
    user, series, meeting = dice.choice(people), dice.choice(every_series), dice.choice(held)
    date = dice.choice(list(Occurrence.objects.filter(series=series)))
    match dice.randrange(9):
        case 0:
            Invitation.objects.filter(series=series, user=user).delete()
            invite(series, user)
        case 1:
            Invitation.objects.filter(series=series, user=user).update(revoked_at=timezone.now())
        case 2:
            RoomOrganiser.objects.get_or_create(room=series.room, user=user)
        case 3:
            RoomOrganiser.objects.filter(room=series.room, user=user).delete()
        case 4:
            series.room.organiser = user
            series.room.save()
        case 5:
            Occurrence.objects.filter(pk=date.pk).update(
                start=date.start + timedelta(hours=1), end=date.end + timedelta(hours=1)
            )
        case 6:
            if not meeting.participations.filter(user=user).exists():
                make_participation(meeting, user)
        case 7:
            meeting.participations.filter(user=user).update(user=None)
        case 8:
            series.room = dice.choice(every_series).room
            series.save()


def test_answer_and_revocation_end_the_wait(claire: User, bilal: User) -> None:
    first, second = invite(plan(claire, dates=3), bilal), invite(plan(claire), bilal)
    waiting = AgendaEntry.objects.filter(user=bilal, awaits_answer=True)
    assert waiting.count() == 4
    first.answer = Invitation.Answer.ACCEPTED
    first.save()
    assert waiting.count() == 1
    second.revoked_at = timezone.now()
    second.save()
    assert not waiting.exists()


def test_organiser_who_is_invited_too_organises(claire: User, bilal: User) -> None:
    series = plan(claire)
    invite(series, claire)
    assert [organises for _, _, organises in agenda(claire)] == [True]
    invite(series, bilal)
    assert [organises for _, _, organises in agenda(bilal)] == [False]


def test_recording_marks_the_meeting_for_everybody(claire: User, bilal: User) -> None:
    meeting = make_meeting(make_room(claire))
    make_participation(meeting, bilal)
    assert not AgendaEntry.objects.filter(recorded=True).exists()
    make_recording(meeting)
    assert AgendaEntry.objects.filter(recorded=True).count() == 2
    Recording.objects.all().delete()
    assert not AgendaEntry.objects.filter(recorded=True).exists()


def test_meeting_that_ends_is_no_longer_going_on(claire: User) -> None:
    joined = actions.join_meeting(make_room(claire), person=Person(claire), shared_microphone=False)
    assert AgendaEntry.objects.get().end is None
    actions.leave_meeting(joined.pk, joined.connection, for_good=True)
    assert AgendaEntry.objects.get().end is not None


@pytest.mark.django_db(transaction=True)
def test_series_and_people_go_with_their_entries(claire: User, bilal: User) -> None:
    series = plan(claire, dates=2)
    invite(series, claire)
    invite(series, bilal)
    RoomOrganiser.objects.create(room=series.room, user=bilal)
    bilal.delete()
    assert AgendaEntry.objects.count() == 2
    series.delete()
    assert not AgendaEntry.objects.exists()
