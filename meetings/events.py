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

from meetings.models import Consent, Meeting, Participation, Recording

logger = logging.getLogger(__name__)

Event = dict[str, Any]


def group_of(room_id: UUID) -> str:
    """The Channels group of all browsers in a room: known before the meeting is."""
    return f"room.{room_id.hex}"


def publish(meeting: Meeting, event: Event) -> None:
    """Number `event` and send it when the transaction commits. The caller holds the meeting's row lock."""
    meeting.event_number += 1
    meeting.save(update_fields=["event_number"])
    numbered = {**event, "number": meeting.event_number}
    transaction.on_commit(lambda: _send(meeting.room_id, {"type": "meeting.event", "event": numbered}))


def tell_replaced(participation: Participation) -> None:
    """Tell the older sockets of a person who has joined again that they are no longer in."""
    message = {"type": "meeting.replaced", "id": str(participation.pk), "connection": participation.connection}
    transaction.on_commit(lambda: _send(participation.meeting.room_id, message))


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
    return {"type": "recording-stopped", "recording": str(recording.pk)}


def consent_given(consent: Consent) -> Event:
    return {
        "type": "consent-given",
        "recording": str(consent.recording_id),
        "id": str(consent.participation_id),
        "choice": consent.choice,
    }


def snapshot(meeting: Meeting, viewer: Participation) -> Event:
    """The state that the numbered events change, as `viewer` may see it."""
    present = meeting.participations.filter(left_at=None).select_related("invitation__invited_by").order_by("joined_at")
    return {
        "number": meeting.event_number,
        "participants": [describe(participation) for participation in present],
        "recording": _recording_state(meeting, viewer),
    }


def describe(participation: Participation) -> Event:
    return {
        "id": str(participation.pk),
        "name": participation.display_name,
        "institution": participation.institution_label,
        "assurance": participation.assurance,
        "invited_by": _inviter(participation),
        "role": participation.role,
        "microphone": participation.microphone,
        "camera": participation.camera,
        "screen": participation.screen,
        "shared_microphone": participation.shared_microphone,
    }


def _inviter(participation: Participation) -> str:
    inviter = participation.invitation.invited_by if participation.invitation else None
    return inviter.get_full_name() if inviter else ""


def _recording(recording: Recording) -> Event:
    return {"id": str(recording.pk), "started_at": recording.started_at.isoformat()}


def _recording_state(meeting: Meeting, viewer: Participation) -> Event | None:
    recording = meeting.recordings.filter(status=Recording.Status.ACTIVE).first()
    if recording is None:
        return None
    choices = recording.current_choices()
    return {
        **_recording(recording),
        "answer": choices.get(viewer.pk),
        "on_record": [str(pk) for pk, choice in choices.items() if choice == Consent.Choice.ACCEPTED],
    }
