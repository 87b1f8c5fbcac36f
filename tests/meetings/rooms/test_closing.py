"""Closing a room cancels what is planned there, and the people invited are told."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from meetings import actions
from meetings.errors import NotAllowed
from meetings.invitations import delivery
from meetings.models import Occurrence, OutgoingMail, Room, Series
from meetings.rooms import actions as room_actions
from meetings.scheduling import actions as scheduling
from meetings.scheduling import cancelling, recurrence
from meetings.scheduling.plan import Invitee, People, RoomChoices, Timing, Wording
from tests.cast import make_agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire() -> User:
    return make_agent("claire")


@pytest.fixture
def room(client: Client, claire: User) -> Room:
    client.force_login(claire)
    return actions.create_room("Salle", actor=claire, is_lasting=True)


def tomorrow() -> datetime:
    return timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)


def plan(room: Room, rule: str = "FREQ=WEEKLY;COUNT=3") -> Series:
    timing = Timing(tomorrow(), 60, "Europe/Paris", recurrence.parse(rule))
    asked = People((Invitee("zoe@example.org"),))
    choices = RoomChoices(room=room)
    return scheduling.schedule(Wording("Point"), timing, asked, choices, key=uuid4(), actor=room.organiser)


def test_series_in_a_closed_room_are_cancelled_and_who_is_invited_is_told(
    room: Room, mailoutbox: list[EmailMessage]
) -> None:
    first, second = plan(room), plan(room)
    cancelling.cancel_series(second.pk, actor=room.organiser)
    delivery.send_waiting()
    mailoutbox.clear()
    room_actions.close(room, actor=room.organiser)
    first.refresh_from_db()
    assert first.cancelled_at
    assert not Occurrence.objects.filter(cancelled_at=None).exists()
    assert [mail.kind for mail in OutgoingMail.objects.filter(status="waiting")] == ["cancel"]
    delivery.send_waiting()
    assert [mail.to for mail in mailoutbox] == [["zoe@example.org"]]


def test_dates_that_have_begun_stay(room: Room) -> None:
    series = plan(room)
    begun = series.occurrences.order_by("start")[0]
    Occurrence.objects.filter(pk=begun.pk).update(start=timezone.now() - timedelta(minutes=5))
    room_actions.close(room, actor=room.organiser)
    assert [row.pk for row in series.occurrences.filter(cancelled_at=None)] == [begun.pk]


def test_page_says_how_many_meetings_closing_would_cancel(client: Client, room: Room) -> None:
    address = reverse("room_settings", args=[room.code])
    assert client.get(address).context["to_come"] == 0
    plan(room)
    cancelling.cancel_occurrence(plan(room).occurrences.all()[0].pk, actor=room.organiser)
    page = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
    assert page.context["to_come"] == 5
    assert "5" in page.content.decode().split('name="verb" value="renew"')[1].split('value="close"')[0]


def test_nothing_of_a_closed_room_is_changed_or_restored(room: Room) -> None:
    series = plan(room)
    room_actions.close(room, actor=room.organiser)
    with pytest.raises(NotAllowed):
        cancelling.restore_series(series.pk, actor=room.organiser)
    assert not Series.objects.managed_by(room.organiser).exists()
