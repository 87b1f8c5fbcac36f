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
    return Room.objects.filter(mine, is_lasting=True, closed_at=None).order_by("title")


def room_for(title: str, choices: RoomChoices, *, actor: User) -> Room:
    """Raises NoInstitution, NotAllowed."""
    if choices.room is None:
        return _new_room(title, choices, actor=actor)
    found = lasting_rooms(actor).filter(pk=choices.room.pk).first()
    if found is None:
        raise NotAllowed("schedule")
    return found


def _new_room(title: str, choices: RoomChoices, *, actor: User) -> Room:
    room = actions.create_room(title, actor=actor)
    if choices.rules:
        configure(room, choices.rules, actor=actor)
    return room


def rename(series: Series, title: str) -> None:
    """A room that was made for a series is called like it."""
    Room.objects.filter(pk=series.room_id, is_lasting=False, title=series.title).update(title=title)
