"""What is told to everybody in a meeting: one function for each event, and the one way to publish it.

Delivery is at most once. An event carries the meeting's next number, so that a browser which missed
one sees the hole and asks for a snapshot.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from redis.exceptions import RedisError

from meetings import purposes
from meetings.models import ChatMessage, Consent, Invitation, Knock, Meeting, Participation, Recording, Room
from meetings.policy import Role

logger = logging.getLogger(__name__)

Event = dict[str, Any]
CHAT_SHOWN = 100  # messages that who comes late still reads


def group_of(room_id: UUID) -> str:
    """The Channels group of all browsers in a room: known before the meeting is."""
    return f"room.{room_id.hex}"


def publish(meeting: Meeting, event: Event) -> None:
    """Number `event` and send it when the transaction commits. The caller holds the meeting's row lock."""
    meeting.event_number += 1
    meeting.save(update_fields=["event_number"])
    numbered = {**event, "number": meeting.event_number}
    _tell(meeting.room_id, "event", event=numbered)


def tell_reaction(room_id: UUID, participation_id: UUID, reaction: str) -> None:
    """Not numbered: nobody misses a sign that was lost."""
    _tell(room_id, "event", event={"type": "reaction", "id": str(participation_id), "reaction": reaction})


def tell_quality(room_id: UUID, participation_id: UUID, level: int) -> None:
    """Not numbered: a browser whose connection is not good says so again and again."""
    _tell(room_id, "event", event={"type": "quality", "id": str(participation_id), "level": level})


def tell_replaced(participation: Participation) -> None:
    """Tell the older sockets of a person who has joined again that they are no longer in."""
    _tell_one(participation, "replaced", connection=participation.connection)


def tell_removed(participation: Participation) -> None:
    _tell_one(participation, "removed")


def tell_held(participation: Participation, source: str) -> None:
    """Tell the socket of somebody that an organiser has turned off what they send."""
    _tell_one(participation, "held", source=source)


def tell_permissions(participation: Participation) -> None:
    _tell_one(participation, "permissions")


def tell_ended(meeting: Meeting) -> None:
    _tell(meeting.room_id, "ended", meeting_id=str(meeting.pk))


def tell_moved(meeting: Meeting) -> None:
    """Tell sockets whose media are on another node than the meeting's to come again."""
    _tell(meeting.room_id, "moved", meeting_id=str(meeting.pk), node=meeting.node)


def tell_waiting(room_id: UUID) -> None:
    """Tell the sockets of organisers to read again who waits."""
    _tell(room_id, "waiting-changed")


def tell_answered(knock: Knock) -> None:
    _tell(knock.room_id, "answered", knock_id=str(knock.pk), state=knock.state)


def tell_lobby(room_id: UUID, text: str) -> None:
    _tell(room_id, "waiting-text", text=text)


def _tell_one(participation: Participation, name: str, **values: Any) -> None:
    _tell(participation.meeting.room_id, name, participation_id=str(participation.pk), **values)


def _tell(room_id: UUID, name: str, **values: Any) -> None:
    """`name` and `values` are those of a function of `signalling/news.py`, in each socket of the room."""
    transaction.on_commit(lambda: _send(room_id, {"type": "room.news", "name": name, "values": values}))


def _send(room_id: UUID, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        raise ImproperlyConfigured("CHANNEL_LAYERS has no default")
    try:
        async_to_sync(layer.group_send)(group_of(room_id), message)
    except (OSError, RedisError) as error:  # what was done is done; browsers see the hole in the numbers
        logger.warning("room %s not told: %s", room_id, type(error).__name__)


def participant_joined(participation: Participation) -> Event:
    return {"type": "participant-joined", "participant": describe(participation)}


def participant_changed(participation: Participation) -> Event:
    return {"type": "participant-changed", "participant": describe(participation)}


def participant_left(participation: Participation) -> Event:
    return {"type": "participant-left", "id": str(participation.pk)}


def recording_started(recording: Recording) -> Event:
    return {"type": "recording-started", "recording": _recording(recording)}


def recording_stopped(recording: Recording) -> Event:
    return {"type": "recording-stopped", "recording": str(recording.pk), "reason": recording.stop_reason}


def consent_given(consent: Consent) -> Event:
    return {
        "type": "consent-given",
        "recording": str(consent.recording_id),
        "id": str(consent.participation_id),
        "choice": consent.choice,
        "transcript": consent.transcript,
        "picture": consent.picture,
    }


def room_changed(meeting: Meeting) -> Event:
    is_locked = Room.objects.filter(pk=meeting.room_id, locked_at__isnull=False).exists()
    return {"type": "room-changed", "room": _room(meeting, is_locked=is_locked)}


def chat(message: ChatMessage) -> Event:
    return {"type": "chat", "message": _message(message)}


def waiting_list(room_id: UUID) -> list[Event]:
    """Who waits, as organisers see it."""
    waiting = Knock.objects.filter(room=room_id, state=Knock.State.WAITING)
    return [_knock(knock) for knock in waiting.select_related("invitation__invited_by").order_by("since")]


def snapshot(meeting: Meeting, viewer: Participation) -> Event:
    """The state that the numbered events change, as `viewer` may see it. The meeting's room was read with it."""
    present = meeting.participations.filter(left_at=None).order_by("joined_at")
    return {
        "number": meeting.event_number,
        "participants": [describe(one) for one in present.select_related("user", "invitation__invited_by")],
        "recording": _recording_state(meeting, viewer),
        "room": _room(meeting, is_locked=meeting.room.locked_at is not None),
        "chat": [_message(message) for message in reversed(_newest_messages(meeting))],
        "waiting": waiting_list(meeting.room_id) if viewer.role == Role.ORGANISER else [],
    }


def _newest_messages(meeting: Meeting) -> list[ChatMessage]:
    """Who comes to a meeting mostly finds none."""
    return list(meeting.chat.prefetch_related("participation").order_by("-at")[:CHAT_SHOWN])


def describe(participation: Participation) -> Event:
    room, user = participation.meeting.room, participation.user
    return {
        "id": str(participation.pk),
        "name": participation.display_name,
        "institution": participation.institution_label,
        "assurance": participation.assurance,
        "invited_by": _inviter(participation.invitation),
        "role": participation.role,
        "colleague": user is not None and user.institution_id == room.institution_id,
        "owner": user is not None and user.pk == room.organiser_id,
        "microphone": participation.microphone,
        "camera": participation.camera,
        "screen": participation.screen,
        "shared_microphone": participation.shared_microphone,
        "hand": participation.hand_at.isoformat() if participation.hand_at else None,
        "held": participation.held,
        "captionable": participation.captionable,
        "speaks": participation.speaks,
    }


def _inviter(invitation: Invitation | None) -> str:
    inviter = invitation.invited_by if invitation else None
    return inviter.get_full_name() if inviter else ""


def _knock(knock: Knock) -> Event:
    return {
        "id": str(knock.pk),
        "name": knock.display_name,
        "institution": knock.institution_label,
        "assurance": knock.assurance,
        "invited_by": _inviter(knock.invitation),
        "since": knock.since.isoformat(),
    }


def _room(meeting: Meeting, *, is_locked: bool) -> Event:
    return {"locked": is_locked, "may_unmute": meeting.may_unmute}


def _message(message: ChatMessage) -> Event:
    return {
        "id": str(message.pk),
        "participant": str(message.participation_id),
        "name": message.participation.display_name,
        "text": message.text,
        "at": message.at.isoformat(),
    }


def _recording(recording: Recording) -> Event:
    return {
        "id": str(recording.pk),
        "started_at": recording.started_at.isoformat(),
        "purpose": purposes.of_recording(recording),
        "announced": recording.is_announced,
    }


def _recording_state(meeting: Meeting, viewer: Participation) -> Event | None:
    recording = meeting.recordings.filter(status=Recording.Status.ACTIVE).first()
    if recording is None:
        return None
    answers = {consent.participation_id: consent for consent in recording.newest_consents()}
    own = answers.get(viewer.pk)
    return {
        **_recording(recording),
        "answer": own.choice if own else None,
        "transcript": own.transcript if own else False,
        "picture": own.picture if own else False,
        "on_record": [str(pk) for pk, answer in answers.items() if answer.choice == Consent.Choice.ACCEPTED],
    }
