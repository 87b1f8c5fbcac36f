"""Art. 18: recordings that nobody reads, hears or finds while what is in them is disputed. Nothing of them is lost.

A whole recording, and not one person's lines: chapters, decisions, captions, videos and what others answer all hold
traces of what the person said. See docs/decisions/0027-requests.md.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts import audit
from accounts.models import User
from governance.models import PersonRequest, RequestStep, Restriction
from governance.requests import actions
from governance.requests.errors import RequestRefused
from governance.requests.subjects import subject_of
from meetings.models import Recording
from transcripts import events


def recordings_of(request: PersonRequest) -> QuerySet[Recording]:
    """In which the person may be heard or read: of meetings where they were."""
    there = subject_of(request).theirs().order_by().values("meeting")
    return Recording.objects.filter(meeting__in=there).select_related("meeting").order_by("-started_at", "pk")


@transaction.atomic
def restrict(request_id: UUID, recordings: Collection[UUID], *, actor: User) -> int:
    """How many were set aside. Raises RequestRefused."""
    request = actions.locked(request_id)
    actions.require_checked(request)
    chosen = list(recordings_of(request).filter(pk__in=recordings))
    if not chosen or len(chosen) != len(set(recordings)):
        raise RequestRefused("elsewhere")
    for recording in chosen:
        _row, is_new = Restriction.objects.get_or_create(request=request, recording=recording, lifted_at=None)
        if is_new:
            Recording.objects.filter(pk=recording.pk, restricted_at=None).update(restricted_at=Now())
            audit.record("recording.restricted", actor=actor, target=recording, request=str(request.pk))
            events.publish(recording.pk)
    actions.note(
        request, RequestStep.What.RESTRICTED, actor=actor, verb="person-request.restricted", recordings=len(chosen)
    )
    return len(chosen)


@transaction.atomic
def lift(request_id: UUID, reason: str, *, actor: User) -> int:
    """All that this request has set aside; another may still hold some. The person is told first (art. 18.3)."""
    request = PersonRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    held = list(request.restrictions.filter(lifted_at=None).select_related("recording"))
    for restriction in held:
        Restriction.objects.filter(pk=restriction.pk).update(lifted_at=Now())
        others = Restriction.objects.filter(recording=restriction.recording, lifted_at=None)
        if not others.exists():
            Recording.objects.filter(pk=restriction.recording_id).update(restricted_at=None)
        audit.record("recording.released", actor=actor, target=restriction.recording, request=str(request.pk))
        events.publish(restriction.recording_id)
    if held:
        text, verb = reason, "person-request.restriction-lifted"
        actions.note(request, RequestStep.What.LIFTED, actor=actor, verb=verb, text=text, recordings=len(held))
    return len(held)
