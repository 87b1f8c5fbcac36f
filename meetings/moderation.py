"""The verbs of those who lead a meeting. Each is asked of the rows: who organised it once may not any more."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from meetings import actions, ceilings, events
from meetings.errors import NotAllowed, NotHere, NotOfTheInstitution
from meetings.models import Meeting, Participation, Room, RoomOrganiser
from meetings.nudges import nudge_closing
from meetings.policy import Role


def leading(actor_id: UUID) -> tuple[Participation, Meeting]:
    """Somebody who organises the meeting that they are in, and the meeting, locked. Raises NotAllowed, NotJoined."""
    actor, meeting = actions.present(actor_id)
    if actor.user is None or not ceilings.organises(meeting.room, actor.user):
        raise NotAllowed("moderate")
    return actor, meeting


def _other(actor: Participation, meeting: Meeting, participation_id: UUID) -> Participation:
    """Somebody else who is there. Raises NotHere."""
    found = meeting.participations.filter(pk=participation_id, left_at=None).exclude(pk=actor.pk)
    person = found.select_related("user", "invitation__invited_by").first()
    if person is None:
        raise NotHere
    person.meeting = meeting
    return person


@transaction.atomic
def lock(actor_id: UUID, *, on: bool) -> None:
    """Nobody new comes in, nor waits. Raises NotAllowed, NotJoined."""
    actor, meeting = leading(actor_id)
    changed = Room.objects.filter(pk=meeting.room_id, locked_at__isnull=on)
    if changed.update(locked_at=timezone.now() if on else None):
        audit.record("room.locked" if on else "room.unlocked", actor=actor.user or audit.GUEST, target=meeting.room)
        events.publish(meeting, events.room_changed(meeting))


@transaction.atomic
def silence(actor_id: UUID, participation_id: UUID, source: str) -> None:
    """Turn off what somebody sends, until they turn it on again. Raises NotAllowed, NotHere, NotJoined."""
    actor, meeting = leading(actor_id)
    _hold(actor, meeting, [_other(actor, meeting, participation_id)], source)


@transaction.atomic
def silence_all(actor_id: UUID) -> None:
    """Every microphone but those of organisers. Raises NotAllowed, NotJoined."""
    actor, meeting = leading(actor_id)
    _hold(actor, meeting, _led(meeting), "microphone")


@transaction.atomic
def set_may_unmute(actor_id: UUID, *, on: bool) -> None:
    """Raises NotAllowed, NotJoined."""
    actor, meeting = leading(actor_id)
    if meeting.may_unmute == on:
        return
    meeting.may_unmute = on
    meeting.save(update_fields=["may_unmute"])
    events.publish(meeting, events.room_changed(meeting))
    if not on:
        _hold(actor, meeting, _led(meeting), "microphone")


def _led(meeting: Meeting) -> Iterable[Participation]:
    present = meeting.participations.filter(left_at=None).exclude(role=Role.ORGANISER)
    return present.select_related("invitation__invited_by").order_by("joined_at")


def _hold(actor: Participation, meeting: Meeting, people: Iterable[Participation], source: str) -> None:
    for person in people:
        setattr(person, source, False)
        if source not in person.held:
            person.held = [*person.held, source]
        person.save(update_fields=[source, "held"])
        audit.record("meeting.silenced", actor=actor.user or audit.GUEST, target=person, source=source)
        events.publish(meeting, events.participant_changed(person))
        events.tell_held(person, source)


@transaction.atomic
def lower_hand(actor_id: UUID, participation_id: UUID) -> None:
    """Raises NotAllowed, NotHere, NotJoined."""
    actor, meeting = leading(actor_id)
    person = _other(actor, meeting, participation_id)
    person.hand_at = None
    person.save(update_fields=["hand_at"])
    events.publish(meeting, events.participant_changed(person))


@transaction.atomic
def remove(actor_id: UUID, participation_id: UUID) -> None:
    """They leave, and stay out until the meeting ends. Raises NotAllowed, NotHere, NotJoined."""
    actor, meeting = leading(actor_id)
    person = _other(actor, meeting, participation_id)
    person.left_at = person.removed_at = timezone.now()
    person.microphone = person.camera = person.screen = False
    person.hand_at = None
    person.save(update_fields=["left_at", "removed_at", "microphone", "camera", "screen", "hand_at"])
    audit.record("meeting.removed", actor=actor.user or audit.GUEST, target=person)
    events.publish(meeting, events.participant_left(person))
    events.tell_removed(person)


@transaction.atomic
def make_organiser(actor_id: UUID, participation_id: UUID) -> None:
    """They organise the room too, from now on. Raises NotAllowed, NotHere, NotJoined, NotOfTheInstitution."""
    actor, meeting = leading(actor_id)
    person = _colleague(actor, meeting, participation_id)
    _add_organiser(actor, meeting, person)


@transaction.atomic
def hand_over(actor_id: UUID, participation_id: UUID) -> None:
    """The room is theirs; who had it stays co-organiser. Raises NotAllowed, NotHere, NotJoined, NotOfTheInstitution."""
    actor, meeting = leading(actor_id)
    if meeting.room.organiser_id != actor.user_id:
        raise NotAllowed("hand-over")
    person = _colleague(actor, meeting, participation_id)
    Room.objects.filter(pk=meeting.room_id).update(organiser=person.user)
    RoomOrganiser.objects.filter(room=meeting.room_id, user=person.user).delete()
    RoomOrganiser.objects.get_or_create(room_id=meeting.room_id, user=actor.user, defaults={"added_by": actor.user})
    audit.record("room.handed-over", actor=actor.user or audit.GUEST, target=meeting.room)
    meeting.room.refresh_from_db(fields=["organiser"])
    for one in (actor, person):
        one.meeting = meeting  # whose room has another organiser now
    events.publish(meeting, events.participant_changed(actor))
    _promote(meeting, person)


def _colleague(actor: Participation, meeting: Meeting, participation_id: UUID) -> Participation:
    person = _other(actor, meeting, participation_id)
    if person.user is None or person.user.institution_id != meeting.room.institution_id:
        raise NotOfTheInstitution
    return person


def _add_organiser(actor: Participation, meeting: Meeting, person: Participation) -> None:
    if person.user_id != meeting.room.organiser_id:
        RoomOrganiser.objects.get_or_create(
            room_id=meeting.room_id, user=person.user, defaults={"added_by": actor.user}
        )
    audit.record("room.organiser-added", actor=actor.user or audit.GUEST, target=meeting.room)
    _promote(meeting, person)


def _promote(meeting: Meeting, person: Participation) -> None:
    person.role = Role.ORGANISER
    person.save(update_fields=["role"])
    events.publish(meeting, events.participant_changed(person))
    events.tell_permissions(person)


@transaction.atomic
def end(actor_id: UUID) -> None:
    """For everybody. Raises NotAllowed, NotJoined."""
    actor, meeting = leading(actor_id)
    now = timezone.now()
    meeting.participations.filter(left_at=None).update(left_at=now, microphone=False, camera=False, screen=False)
    actions.end(meeting, at=now)
    audit.record("meeting.ended", actor=actor.user or audit.GUEST, target=meeting)
    events.tell_ended(meeting)
    transaction.on_commit(lambda: nudge_closing(meeting.pk, meeting.node))
