"""Where it is held: a room made for the series, or a lasting one of theirs."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from meetings import actions
from meetings.errors import NotAllowed
from meetings.models import Room, Series
from meetings.rooms.actions import configure
from meetings.scheduling.plan import RoomChoices


def lasting_rooms(user: User) -> QuerySet[Room]:
    """The lasting rooms that `user` organises, alone or with others."""
    mine = Q(organiser=user) | Q(pk__in=Room.objects.filter(co_organisers=user).values("pk"))
    here = Room.objects.filter(institution=user.institution, is_lasting=True, closed_at=None)
    return here.filter(mine).order_by("title")


def room_for(title: str, choices: RoomChoices, *, actor: User, acr: str) -> Room:
    """`acr` is that of the session. Raises NoInstitution, NotAllowed, Refused."""
    if choices.room is None:
        return _new_room(title, choices, actor=actor, acr=acr)
    actions.require_creation(actor, acr=acr)
    found = lasting_rooms(actor).filter(pk=choices.room.pk).first()
    if found is None:
        raise NotAllowed("schedule")
    return found


def lock(room: Room) -> None:
    """Before its dates: who writes dates shares it with others who do, and a new organiser takes it alone."""
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)


def _new_room(title: str, choices: RoomChoices, *, actor: User, acr: str) -> Room:
    room = actions.create_room(title, actor=actor, acr=acr)
    if choices.rules:
        configure(room, choices.rules, actor=actor, acr=acr)
    return room


def rename(series: Series, title: str) -> None:
    """A room that was made for a series is called like it."""
    Room.objects.filter(pk=series.room_id, is_lasting=False, title=series.title).update(title=title)
