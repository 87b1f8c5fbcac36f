"""The signed links of an invitation. Each is for one purpose, ends with the meeting, and ends when it is revoked.

A link tells which invitation somebody holds, never who they are: it signs nobody in. What may be done with it is
asked of the rows each time, so that nothing of it needs to be kept.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from meetings.models import Invitation, Room

OPEN_AFTER_THE_END = timedelta(days=1)  # meetings last longer than planned
SESSION_KEY = "invitation"
LONGEST = 120  # characters; a longer one is none of ours


class Purpose(StrEnum):
    JOIN = "join"
    ANSWER = "answer"


def make(invitation: Invitation, purpose: Purpose) -> str:
    both = base64.urlsafe_b64encode(invitation.pk.bytes + invitation.nonce.bytes).rstrip(b"=")
    return _signer(purpose).sign(both.decode())


def read(token: str, purpose: Purpose) -> Invitation | None:
    """The invitation, as long as its link may be used; forged, ended, revoked: all the same nothing."""
    if len(token) > LONGEST:
        return None
    try:
        both = base64.urlsafe_b64decode(_signer(purpose).unsign(token) + "==")
        identifier, nonce = UUID(bytes=both[:16]), UUID(bytes=both[16:])
    except (BadSignature, ValueError):
        return None
    return usable().filter(pk=identifier, nonce=nonce).first()


def usable(now: datetime | None = None) -> QuerySet[Invitation]:
    """Invitations whose links work: not revoked, to a series that goes on."""
    return (
        Invitation.objects.select_related("user", "series__room__organiser")
        .alias(last_end=Max("series__occurrences__end"))
        .filter(
            revoked_at=None,
            series__cancelled_at=None,
            series__room__closed_at=None,
            last_end__gt=(now or timezone.now()) - OPEN_AFTER_THE_END,
        )
    )


def invitation_to(room: Room, identifier: object) -> Invitation | None:
    """Of the guest whose session holds `identifier` under SESSION_KEY, if it is of this room and still good."""
    try:
        return usable().filter(pk=UUID(str(identifier)), series__room=room, user=None).first()
    except ValueError:
        return None


def join_link(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}{reverse('join_invitation', args=[make(invitation, Purpose.JOIN)])}"


def answer_link(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}{reverse('answer_invitation', args=[make(invitation, Purpose.ANSWER)])}"


def _signer(purpose: Purpose) -> Signer:
    return Signer(salt=f"meetings.invitation.{purpose}", sep=".")
