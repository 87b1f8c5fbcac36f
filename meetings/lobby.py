"""At the door of a room: who has to be let in, and what organisers answer. See `models.Knock`."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from meetings import entry, events, moderation
from meetings.errors import MeetingFull, Refused, RoomLocked
from meetings.models import Knock, Meeting, Room
from meetings.persons import Person

MOST_WAITING = 100  # a stranger can't fill the list of the organisers without end
UNSEEN_AFTER = timedelta(seconds=60)  # sockets say each 15 s that somebody still waits


@transaction.atomic
def knock(room: Room, person: Person) -> Knock | None:
    """None when they may come in. Otherwise they wait from now on, and organisers are told.

    Raises MeetingFull, Refused, RoomClosed, RoomLocked.
    """
    room = Room.objects.select_for_update(of=("self",), no_key=True).select_related("institution").get(pk=room.pk)
    rules = entry.require_entry(room, person)
    if entry.need_not_wait(room, person, rules):
        return None
    if room.locked_at:
        raise RoomLocked
    waiting = Knock.objects.filter(room=room, **person.key()).first()
    if waiting and waiting.state == Knock.State.REFUSED:
        raise Refused("entry-refused")
    waiting = waiting or _new_knock(room, person)
    for name, value in person.identity().items():
        setattr(waiting, name, value)
    waiting.seen_at = timezone.now()
    waiting.save()
    events.tell_waiting(room.pk)
    return waiting


def _new_knock(room: Room, person: Person) -> Knock:
    if room.knocks.filter(state=Knock.State.WAITING).count() >= MOST_WAITING:
        raise MeetingFull
    return Knock(room=room, user=person.user, guest_key=person.guest_key)


def mark_seen(knock_id: UUID) -> bool:
    """The socket of somebody who waits still lives; organisers are told again. False when they do not wait."""
    waiting = Knock.objects.filter(pk=knock_id, state=Knock.State.WAITING)
    if not waiting.update(seen_at=timezone.now()):
        return False
    events.tell_waiting(waiting.get().room_id)
    return True


def give_up(knock_id: UUID) -> None:
    waiting = Knock.objects.filter(pk=knock_id, state=Knock.State.WAITING).first()
    if waiting:
        waiting.delete()
        events.tell_waiting(waiting.room_id)


def forget_unseen() -> int:
    """People whose web process died before it could say that they gave up; return how many."""
    unseen = Knock.objects.filter(state=Knock.State.WAITING, seen_at__lt=timezone.now() - UNSEEN_AFTER)
    return unseen.delete()[0]


@transaction.atomic
def admit(actor_id: UUID, knock_id: UUID | None = None) -> None:
    """Let somebody in, or everybody who waits. Raises NotAllowed, NotJoined."""
    _answer(actor_id, knock_id, Knock.State.ADMITTED)


@transaction.atomic
def refuse(actor_id: UUID, knock_id: UUID) -> None:
    """Send somebody away, until the meeting ends. Raises NotAllowed, NotJoined."""
    _answer(actor_id, knock_id, Knock.State.REFUSED)


def _answer(actor_id: UUID, knock_id: UUID | None, state: Knock.State) -> None:
    actor, meeting = moderation.leading(actor_id)
    waiting = Knock.objects.select_for_update().filter(room=meeting.room_id, state=Knock.State.WAITING)
    for found in waiting.filter(pk=knock_id) if knock_id else waiting:
        found.state = state
        found.save(update_fields=["state"])
        audit.record(f"meeting.{state}", actor=actor.user or audit.GUEST, target=meeting)
        events.tell_answered(found)
    events.tell_waiting(meeting.room_id)


@transaction.atomic
def tell(actor_id: UUID, text: str) -> None:
    """Say something to those who wait, and to those who will. Raises NotAllowed, NotJoined."""
    _actor, meeting = moderation.leading(actor_id)
    meeting.waiting_text = text
    meeting.save(update_fields=["waiting_text"])
    events.tell_lobby(meeting.room_id, text)


def text_for(room: Room) -> str:
    return Meeting.objects.filter(room=room, ended_at=None).values_list("waiting_text", flat=True).first() or ""
