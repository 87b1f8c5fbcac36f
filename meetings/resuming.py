"""Somebody whose web process went away comes back by another one."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from meetings import entry
from meetings.models import Meeting, Participation, Room
from meetings.persons import Person


@transaction.atomic
def resume(room: Room, *, person: Person, participation_id: UUID, connection: int, node: str) -> Participation | None:
    """Go on as before: nobody else hears of it. None where that is over, and the person may join anew.

    Raises Refused, RoomClosed.
    """
    room = Room.objects.select_for_update(of=("self",), no_key=True).select_related("institution").get(pk=room.pk)
    entry.require_entry(room, person)
    meeting = Meeting.objects.select_for_update(no_key=True).filter(room=room, ended_at=None, node=node).first()
    if meeting is None:
        return None
    here = meeting.participations.filter(pk=participation_id, connection=connection, left_at=None, **person.key())
    if not here.update(seen_at=timezone.now()):
        return None
    meeting.room = room
    participation = here.get()
    participation.meeting = meeting
    return participation
