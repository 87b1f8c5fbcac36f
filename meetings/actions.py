"""The verbs of a meeting: each writes in one transaction, leaves its audit row, and tells on commit."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import Actor
from accounts.models import Institution, User
from meetings import ceilings, entry, events, placement, policy, purposes
from meetings.applications import announce
from meetings.captions import lines
from meetings.errors import (
    AlreadyRecording,
    MeetingFull,
    MicrophoneHeld,
    NoInstitution,
    NotJoined,
    NotRecording,
    Refused,
    RoomLocked,
)
from meetings.models import Application, JanusNode, Knock, Meeting, Participation, Recording, Room
from meetings.models.recordings import StopReason
from meetings.nudges import nudge_collecting
from meetings.persons import Person
from meetings.policy import MeetingType, Permission, Role, Verb

MAX_PARTICIPANTS = 100
ABANDONED_AFTER = timedelta(seconds=60)  # browsers come back within 15 s of a server that is there again
UNSEEN_AFTER = timedelta(seconds=150)  # sockets say that they live each 60 s


@transaction.atomic
def create_room(title: str, *, actor: User, acr: str = "", is_lasting: bool = False) -> Room:
    """`acr` is that of the session. Raises NoInstitution, Refused."""
    institution = require_creation(actor, acr=acr)
    if is_lasting:
        _require_place(actor, institution)
    room = Room.objects.create(title=title, organiser=actor, institution=institution, is_lasting=is_lasting)
    audit.record("room.created", actor=actor, target=room)
    return room


def require_creation(actor: User, *, acr: str) -> Institution:
    """Theirs, which lets them create. Raises NoInstitution, Refused."""
    if actor.institution is None:
        raise NoInstitution
    rules = ceilings.rules_of_institution(actor.institution)
    decision = policy.decide(ceilings.standing_of(actor, acr), rules, Verb.CREATE)
    if not decision.allowed:
        raise Refused(decision.reason)
    return actor.institution


def _require_place(actor: User, institution: Institution) -> None:
    """For one more lasting room. Those that were made for a series come and go with it, and do not count."""
    most = ceilings.rules_of_institution(institution).rooms_per_agent
    if most is None:
        return
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two at once would both be the last
    if Room.objects.filter(organiser=actor, is_lasting=True, closed_at=None).count() >= most:
        raise Refused("too-many-rooms")


@transaction.atomic
def join_meeting(room: Room, *, person: Person, shared_microphone: bool) -> Participation:
    """Enter the room's meeting, which begins with the first to come.

    Raises Refused (by the code `lobby`, when somebody has to let them in), RoomClosed, RoomLocked, MeetingFull.
    """
    room = Room.objects.select_for_update(of=("self",), no_key=True).select_related("institution").get(pk=room.pk)
    rules = entry.require_entry(room, person)
    if not entry.need_not_wait(room, person, rules):
        raise Refused(entry.MUST_WAIT)
    meeting = _open_meeting(room)
    participation = _participation(meeting, person)
    present = set(meeting.participations.filter(left_at=None).values_list("pk", flat=True))
    if participation.pk not in present:
        if len(present) >= min(MAX_PARTICIPANTS, rules.max_participants):
            raise MeetingFull
        if room.locked_at and participation.connection == 0 and participation.role != Role.ORGANISER:
            raise RoomLocked
        participation.joined_at = timezone.now()
    participation.left_at, participation.seen_at = None, timezone.now()
    participation.connection += 1
    participation.shared_microphone = shared_microphone
    participation.microphone = participation.camera = participation.screen = participation.reads_captions = False
    if not _may_unmute(participation, meeting) and "microphone" not in participation.held:
        participation.held = [*participation.held, "microphone"]
    participation.save()
    if participation.connection > 1:
        events.tell_replaced(participation)
    events.publish(meeting, events.participant_joined(participation))
    return participation


def permissions_in(room: Room, user: User | None, acr: str) -> frozenset[Permission]:
    return policy.permissions_of(ceilings.standing_in(room, user, acr), ceilings.rules_of_room(room))


def _open_meeting(room: Room) -> Meeting:
    meeting = Meeting.objects.select_for_update(no_key=True).filter(room=room, ended_at=None).first()
    if meeting:
        meeting.room = room
        placement.move_if_lost(meeting)
        if meeting.empty_since:
            meeting.empty_since = None
            meeting.save(update_fields=["empty_since"])
        return meeting
    return Meeting.objects.create(
        room=room,
        title=room.title,
        node=placement.place(room.code),
        started_at=timezone.now(),
    )


def _participation(meeting: Meeting, person: Person) -> Participation:
    """The person's row in this meeting, new or from before; names and roles are those of now."""
    known = meeting.participations.filter(**person.key()).first()
    participation = known or Participation(meeting=meeting, user=person.user, guest_key=person.guest_key)
    participation.meeting = meeting
    for name, value in person.identity().items():
        setattr(participation, name, value)
    participation.role = role_of(meeting.room, person.user)
    return participation


def _may_unmute(participation: Participation, meeting: Meeting) -> bool:
    return meeting.may_unmute or participation.role == Role.ORGANISER


def role_of(room: Room, user: User | None) -> Role:
    if user is None:
        return Role.GUEST
    return Role.ORGANISER if ceilings.organises(room, user) else Role.AGENT


@transaction.atomic
def leave_meeting(participation_id: UUID, connection: int, *, for_good: bool) -> bool:
    """The socket `connection` has ended: did the meeting end with it?

    It does when the last person leaves `for_good`; when the last was cut off, it waits for them: see
    `end_abandoned`. Nothing happens if the person has come back by another socket.
    """
    participation = Participation.objects.select_related("meeting").get(pk=participation_id)
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=participation.meeting_id)
    now = timezone.now()
    gone = Participation.objects.filter(pk=participation_id, connection=connection, left_at=None)
    if not gone.update(left_at=now, microphone=False, camera=False, screen=False):
        return False
    if for_good:  # who was cut off comes back with their hand up
        Participation.objects.filter(pk=participation_id).update(hand_at=None)
    events.publish(meeting, events.participant_left(participation))
    if meeting.participations.filter(left_at=None).exists():
        if for_good:
            _stop_if_deserted(meeting)
        return False
    if not for_good:
        meeting.empty_since = now
        meeting.save(update_fields=["empty_since"])
        return False
    end(meeting, at=now)
    return True


def end(meeting: Meeting, *, at: datetime) -> None:
    stop_active(meeting, actor=audit.SYSTEM, reason=StopReason.ENDED)
    meeting.ended_at, meeting.waiting_text = at, ""
    meeting.save(update_fields=["ended_at", "waiting_text"])
    meeting.chat.all().delete()
    transaction.on_commit(partial(lines.erase, meeting.pk))
    _announce_end(meeting, at)
    Knock.objects.filter(room=meeting.room_id).exclude(state=Knock.State.WAITING).delete()


def _announce_end(meeting: Meeting, at: datetime) -> None:
    if meeting.room.meeting_type != MeetingType.ORDINARY:  # others leave no trace: elsewhere neither
        return
    times = {"began_at": meeting.started_at.isoformat(), "ended_at": at.isoformat()}
    announce(Application.Event.MEETING_ENDED, meeting, **times)


@transaction.atomic
def end_abandoned() -> list[Meeting]:
    """End the meetings to which nobody has come back in time; return them."""
    before = timezone.now() - ABANDONED_AFTER
    abandoned = list(Meeting.objects.select_for_update(no_key=True).filter(ended_at=None, empty_since__lt=before))
    for meeting in abandoned:
        end(meeting, at=meeting.empty_since or timezone.now())
    return abandoned


class Presence(Enum):
    """Of a person, by one of their sockets."""

    HERE = auto()
    REPLACED = auto()  # by a newer socket
    REMOVED = auto()
    ENDED = auto()
    LOST = auto()  # taken out as unseen, or the meeting moved to another node


def mark_seen(participation_id: UUID, connection: int, node: str) -> Presence:
    """The socket still lives, and its media are on `node`. Who is not seen any more is taken out by `remove_unseen`."""
    here = Participation.objects.filter(pk=participation_id, connection=connection, left_at=None, meeting__node=node)
    if here.update(seen_at=timezone.now()):
        return Presence.HERE
    participation = Participation.objects.select_related("meeting").get(pk=participation_id)
    if participation.connection != connection:
        return Presence.REPLACED
    if participation.removed_at:
        return Presence.REMOVED
    return Presence.ENDED if participation.meeting.ended_at else Presence.LOST


def remove_unseen() -> int:
    """Take out people whose web process died before it could say that they left; return how many."""
    unseen = Participation.objects.filter(left_at=None, seen_at__lt=timezone.now() - UNSEEN_AFTER)
    gone = list(unseen.values_list("pk", "connection"))
    for participation_id, connection in gone:
        leave_meeting(participation_id, connection, for_good=False)
    return len(gone)


def present(participation_id: UUID) -> tuple[Participation, Meeting]:
    """Somebody who is in a meeting, and the meeting, locked. Raises NotJoined when they are not, or no longer."""
    meeting = (
        Meeting.objects.select_for_update(no_key=True).filter(participations=participation_id, ended_at=None).first()
    )
    participation = Participation.objects.select_related("user").get(pk=participation_id)
    if meeting is None or participation.left_at:
        raise NotJoined
    return participation, meeting


@transaction.atomic
def set_media(participation_id: UUID, *, microphone: bool, camera: bool, screen: bool) -> list[str]:
    """What is on now. Returns the sources that an organiser's word still holds. Raises MicrophoneHeld, NotJoined."""
    participation, meeting = present(participation_id)
    now_on = {"microphone": microphone, "camera": camera, "screen": screen}
    if microphone and "microphone" in participation.held and not _may_unmute(participation, meeting):
        raise MicrophoneHeld
    held = [source for source in participation.held if not now_on[source]]
    if held != participation.held or any(getattr(participation, source) != on for source, on in now_on.items()):
        participation.microphone, participation.camera, participation.screen = microphone, camera, screen
        participation.held = held
        participation.save(update_fields=["microphone", "camera", "screen", "held"])
        events.publish(meeting, events.participant_changed(participation))
    return held


@transaction.atomic
def start_recording(
    participation_id: UUID, acr: str = "", *, purpose: str | None = None, announced: bool = False
) -> Recording:
    """Begin to ask, for the purpose of that code. Nothing is written before somebody accepts.

    Raises AlreadyRecording, NoPurpose, NotJoined, Refused.
    """
    participation, meeting = present(participation_id)
    # Checked here for a clear answer; the unique constraint is what promises it.
    if meeting.recordings.filter(status=Recording.Status.ACTIVE).exists():
        raise AlreadyRecording
    words_allowed = _require_recording(meeting.room, participation, acr)
    _require_disk(meeting.node)
    chosen = purposes.choose(meeting.room.institution, purpose)
    rules = ceilings.rules_of_room(meeting.room)
    recording = Recording.objects.create(
        meeting=meeting,
        readers=rules.readers,
        started_by=participation.user,
        started_at=timezone.now(),
        purpose=chosen,
        for_minutes=words_allowed and chosen.transcript,
        is_announced=announced,
        ends_by=timezone.now() + timedelta(minutes=rules.recording_max_minutes),
    )
    placement.begin_part(recording, meeting.node)
    actor = participation.user or audit.GUEST
    audit.record("meeting.recording-started", actor=actor, target=recording, purpose=str(chosen))
    events.publish(meeting, events.recording_started(recording))
    return recording


def _require_disk(node: str) -> None:
    """It would be stopped at once. Raises Refused."""
    if JanusNode.objects.filter(name=node, disk_is_low=True).exists():
        raise Refused(StopReason.DISK_FULL)


def _require_recording(room: Room, participation: Participation, acr: str) -> bool:
    """Whether minutes may be made of it. Raises Refused when it may not be recorded."""
    rules, who = ceilings.rules_of_room(room), ceilings.standing_in(room, participation.user, acr)
    decision = policy.decide(who, rules, Verb.RECORD)
    if not decision.allowed:
        raise Refused(decision.reason)
    if rules.recording_hours_per_month is not None:
        used = Recording.objects.recorded_this_month(room.institution)
        if used >= timedelta(hours=rules.recording_hours_per_month):
            raise Refused("recording-quota-spent")
    return policy.decide(who, rules, Verb.TRANSCRIBE).allowed


@transaction.atomic
def stop_recording(participation_id: UUID) -> Recording:
    """Raises NotRecording, NotJoined."""
    participation, meeting = present(participation_id)
    recording = stop_active(meeting, actor=participation.user or audit.GUEST, reason=StopReason.ASKED)
    if recording is None:
        raise NotRecording
    return recording


def stop_recording_in(room: Room, *, actor: User) -> None:
    """In the caller's transaction, which has just forbidden to record there."""
    meeting = Meeting.objects.select_for_update(no_key=True).filter(room=room, ended_at=None).first()
    if meeting:
        stop_active(meeting, actor=actor, reason=StopReason.FORBIDDEN)


def _stop_if_deserted(meeting: Meeting) -> None:
    """Those who were cut off may come back: see `recordings.stopping`."""
    recording = meeting.recordings.filter(status=Recording.Status.ACTIVE).first()
    if recording and recording.is_deserted():
        stop_active(meeting, actor=audit.SYSTEM, reason=StopReason.NOBODY_LEFT)


def stop_active(meeting: Meeting, *, actor: Actor, reason: str) -> Recording | None:
    """The recording that went on, if any. `reason` is one of StopReason. The caller holds the meeting's row lock."""
    recording = meeting.recordings.filter(status=Recording.Status.ACTIVE).first()
    if recording:
        _stop(recording, meeting, reason)
        audit.record("meeting.recording-stopped", actor=actor, target=recording, reason=reason)
    return recording


def _stop(recording: Recording, meeting: Meeting, reason: str) -> None:
    recording.status, recording.stopped_at = Recording.Status.STOPPING, timezone.now()
    recording.stop_reason = reason
    recording.save(update_fields=["status", "stopped_at", "stop_reason"])
    events.publish(meeting, events.recording_stopped(recording))
    for node in recording.nodes():
        transaction.on_commit(partial(nudge_collecting, recording.pk, node))
