"""What people say without a microphone: in writing, by a hand, by a sign."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from meetings import actions, events
from meetings.models import ChatMessage


@transaction.atomic
def say(participation_id: UUID, text: str) -> ChatMessage | None:
    """None when there is nothing to say. Erased when the meeting ends. Raises NotJoined."""
    said = text.strip()
    if not said:
        return None
    participation, meeting = actions.present(participation_id)
    message = ChatMessage.objects.create(meeting=meeting, participation=participation, text=said)
    events.publish(meeting, events.chat(message))
    return message


@transaction.atomic
def raise_hand(participation_id: UUID, *, up: bool) -> None:
    """A hand that is up keeps its place. Raises NotJoined."""
    participation, meeting = actions.present(participation_id)
    if up == (participation.hand_at is not None):
        return
    participation.hand_at = timezone.now() if up else None
    participation.save(update_fields=["hand_at"])
    events.publish(meeting, events.participant_changed(participation))
