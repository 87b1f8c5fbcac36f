"""Opening minutes for a reason, reading them, ending it. Nothing else is opened: no sound, no file, no correction."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit, roles
from accounts.models import User
from governance.models import Access
from governance.models.access import LASTS
from meetings.models import Recording
from transcripts.models import Transcription

PERMISSION = "governance.add_access"  # of data protection officers, and of nobody above them


class NotOpened(Exception):
    """No such minutes within the scope of who asked: both are one answer."""


def find(recording_id: UUID, *, actor: User) -> Recording:
    """One whose minutes `actor` may open: none that is set aside, which nobody reads. Raises NotOpened."""
    transcription = (
        Transcription.objects.readable()
        .select_related("recording__meeting__room")
        .filter(
            recording=recording_id,
            recording__restricted_at=None,
            recording__meeting__room__institution__in=roles.institutions_where(actor, PERMISSION),
        )
        .first()
    )
    if transcription is None:
        raise NotOpened
    return transcription.recording


@transaction.atomic
def open_minutes(recording_id: UUID, *, actor: User, reason: str, words: str) -> Access:
    """Raises NotOpened."""
    recording, now = find(recording_id, actor=actor), timezone.now()
    access = Access.objects.create(
        meeting=recording.meeting,
        recording=recording,
        institution_id=recording.meeting.room.institution_id,
        by=actor,
        role=roles.Role.DPO,
        by_institution_id=actor.answers_to_id,
        reason=Access.Reason(reason),
        words=words,
        opened_at=now,
        until=now + LASTS,
    )
    audit.record("access.opened", actor=actor, target=access, reason=access.reason, recording=str(recording.pk))
    return access


@transaction.atomic
def read(access_id: UUID, *, actor: User, after: int | None) -> tuple[Access, Transcription]:
    """What an access of theirs leads to, noted each time. Raises NotOpened once it is over, or the role is."""
    access = Access.objects.open_to(actor).filter(pk=access_id).first()
    if access is None or access.recording_id is None:
        raise NotOpened
    recording = find(access.recording_id, actor=actor)
    audit.record("access.read", actor=actor, target=access, reason=access.reason, after=after)
    return access, Transcription.objects.select_related("recording__meeting").get(recording=recording)


@transaction.atomic
def end(access_id: UUID, *, actor: User) -> None:
    """Before its time. Raises NotOpened of one that is over."""
    now = timezone.now()
    if not Access.objects.open_to(actor).filter(pk=access_id).update(ended_at=now):
        raise NotOpened
    audit.record("access.ended", actor=actor, target=Access.objects.get(pk=access_id))
