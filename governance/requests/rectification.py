"""Art. 16: the name that somebody is shown under, where they were and in their lines.

The name of an account is ProConnect's, or its owner's: participations of it may only be brought up to it. A guest's
name is what they declared, and becomes what the officer has checked; it stays declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.models import User
from governance.models import PersonRequest, RequestStep
from governance.requests import actions
from governance.requests.errors import RequestRefused
from governance.requests.subjects import subject_of
from meetings.models import Participation
from transcripts import events
from transcripts.lines import writable
from transcripts.models import Segment, SpeakerAssurance
from transcripts.policy import Stage

OWN = (SpeakerAssurance.VERIFIED, SpeakerAssurance.LOCAL, SpeakerAssurance.INVITED, SpeakerAssurance.DECLARED)


@dataclass(frozen=True, slots=True)
class Rectified:
    """`sealed`: lines of approved minutes, which stay as they were approved."""

    participations: int
    lines: int
    sealed: int


@transaction.atomic
def rectify(request_id: UUID, name: str, *, actor: User) -> Rectified:
    """Every participation of the person that was chosen. Raises RequestRefused."""
    request = actions.locked(request_id)
    actions.require_checked(request)
    there = list(subject_of(request).theirs().select_related("user"))
    if not there:
        raise RequestRefused("nobody")
    if any(one.user is not None and one.user.get_full_name() != name for one in there):
        raise RequestRefused("of-proconnect")
    done = [_rename(one, name, actor=actor, request=request) for one in there]
    total = Rectified(
        participations=sum(one.participations for one in done),
        lines=sum(one.lines for one in done),
        sealed=sum(one.sealed for one in done),
    )
    actions.note(
        request,
        RequestStep.What.RECTIFIED,
        actor=actor,
        verb="person-request.rectified",
        participations=total.participations,
        lines=total.lines,
    )
    return total


def _rename(participation: Participation, name: str, *, actor: User, request: PersonRequest) -> Rectified:
    """Lines that a person has put under another name keep that one. What is put aside at a change keeps the old."""
    theirs = Segment.objects.filter(
        participation=participation, assurance__in=[*OWN, SpeakerAssurance.SHARED_MICROPHONE]
    )
    wrong = theirs.exclude(speaker_name=writable(name))
    sealed = wrong.filter(transcription__stage=Stage.APPROVED).count()
    open_ones = wrong.exclude(transcription__stage=Stage.APPROVED)
    recordings = set(open_ones.values_list("transcription__recording", flat=True))
    lines = open_ones.update(speaker_name=writable(name), revision=F("revision") + 1)
    changed = Participation.objects.filter(pk=participation.pk).exclude(display_name=name).update(display_name=name)
    if changed or lines:
        audit.record("participation.renamed", actor=actor, target=participation, lines=lines, request=str(request.pk))
    for recording in recordings:
        events.publish(recording)
    return Rectified(changed, lines, sealed)
