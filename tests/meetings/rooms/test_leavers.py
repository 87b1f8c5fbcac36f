"""Who goes to another institution organises the rooms of the former one no more; those who stay do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from meetings import actions, ceilings, week
from meetings.errors import MeetingError, NotAllowed
from meetings.models import Room, RoomOrganiser, Series
from meetings.policy import Role
from meetings.rooms import actions as room_actions
from meetings.scheduling import actions as scheduling
from meetings.scheduling.plan import People, RoomChoices, Timing, Wording
from meetings.scheduling.rooms import lasting_rooms
from tests.cast import make_agent

pytestmark = pytest.mark.django_db
Act = Callable[[], object]
RULES = {**dict.fromkeys(room_actions.CHOICES), "meeting_type": "sensitive"}


@pytest.fixture
def room(claire: User, bilal: User) -> Room:
    """Claire's, with Bilal."""
    room = actions.create_room("Salle", actor=claire, is_lasting=True)
    RoomOrganiser.objects.create(room=room, user=bilal, added_by=claire)
    return room


@pytest.fixture
def claire() -> User:
    return make_agent("claire")


def plan(room: Room, actor: User) -> Series:
    timing = Timing(timezone.now() + timedelta(days=2), 60, "Europe/Paris", None)
    return scheduling.schedule(Wording("Point"), timing, People(), RoomChoices(room=room), key=uuid4(), actor=actor)


def leave_for_elsewhere(user: User) -> User:
    User.objects.filter(pk=user.pk).update(institution=make_agent("chen").institution)
    return User.objects.get(pk=user.pk)


def organised_by(user: User) -> tuple[Role, int, int, int, int]:
    found = week.read_rooms(user, week.Wanted(week.Tab.ROOMS)).rooms
    return (
        ceilings.standing_in(Room.objects.get(), user).role,
        room_actions.managed_by(user).count(),
        Series.objects.managed_by(user).count(),
        lasting_rooms(user).count(),
        len(found),
    )


@pytest.mark.parametrize("leaver", ["claire", "bilal"])
def test_organiser_who_leaves_the_institution_organises_no_more_and_the_other_does(
    room: Room, claire: User, bilal: User, leaver: str
) -> None:
    plan(room, claire)
    assert organised_by(claire) == organised_by(bilal) == (Role.ORGANISER, 1, 1, 1, 1)
    gone, stays = (claire, bilal) if leaver == "claire" else (bilal, claire)
    assert organised_by(leave_for_elsewhere(gone)) == (Role.AGENT, 0, 0, 0, 0)
    assert organised_by(stays) == (Role.ORGANISER, 1, 1, 1, 1)


def test_actions_refuse_an_organiser_who_has_left(room: Room, claire: User) -> None:
    claire = leave_for_elsewhere(claire)
    refused: list[Act] = [
        lambda: room_actions.lock(room, actor=claire),
        lambda: room_actions.unlock(room, actor=claire),
        lambda: room_actions.renew_link(room, actor=claire),
        lambda: room_actions.close(room, actor=claire),
        lambda: room_actions.add_co_organiser(room, make_agent("dora"), actor=claire),
        lambda: room_actions.configure(room, RULES, actor=claire),
    ]
    for act in refused:
        with pytest.raises(MeetingError):
            act()
    with pytest.raises(NotAllowed):
        plan(room, claire)


def test_pages_of_the_room_are_not_found_any_more(client: Client, room: Room, claire: User) -> None:
    client.force_login(leave_for_elsewhere(claire))
    assert client.get(reverse("room_settings", args=[room.code])).status_code == 404
    assert client.post(reverse("change_room", args=[room.code]), {"verb": "close"}).status_code == 404
