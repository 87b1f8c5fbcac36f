"""What would go if somebody were erased, and what would not: counts and codes, before anything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower

from governance.erasure import account, holds, seals
from governance.erasure.names import is_nameless
from governance.erasure.persons import names_of
from governance.erasure.subjects import Subject
from governance.models import Mode
from meetings import ceilings
from meetings.models import ChatMessage, Invitation, Participation, Recording, RecordingShare, Track
from meetings.policy import ErasedWords
from transcripts.models import ApprovedVersion, Comment, GlossaryTerm, Item, Segment, Transcription
from transcripts.policy import Stage


@dataclass(frozen=True, slots=True)
class Conflict:
    """`code`: held (by a legal hold), nameless (approved minutes keep the words, not the name), named-in-seal (who
    approved, reviewed or corrected minutes is named by a seal of an older form, which stays), organises (rooms that are
    theirs).
    """

    code: str
    recording: UUID | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Preview:
    subject: Subject
    counts: dict[str, int]
    conflicts: tuple[Conflict, ...]
    names: frozenset[str]

    @property
    def is_held(self) -> bool:
        """Wholly: nothing at all is erased before the hold ends."""
        return any(conflict.code == "held" and conflict.recording is None for conflict in self.conflicts)


def preview_person(
    *,
    participations: Iterable[UUID] = (),
    users: Iterable[UUID] = (),
    invitations: Iterable[UUID] = (),
    lines: Iterable[int] = (),
    mode: str = Mode.POLICY,
) -> Preview:
    subject = Subject.of(participations, users, invitations, lines)
    held = holds.held_meetings(subject.participations) | seals.held_meetings(subject.users)
    there = Participation.objects.filter(pk__in=subject.participations).exclude(meeting__in=held)
    names = names_of(subject)
    nameless = [] if mode == Mode.NOTHING else _nameless(subject, held)
    return Preview(subject, _counts(subject, there, names), _conflicts(subject, held, nameless), names)


def _counts(subject: Subject, there: Iterable[Participation], names: frozenset[str]) -> dict[str, int]:
    tracks = Track.objects.filter(participation__in=there, erased_at=None)
    lowered = {name.lower() for name in names}
    theirs = Q(participation__in=there) | Q(pk__in=subject.lines)
    transcriptions = Transcription.objects.filter(recording__meeting__participations__in=there)
    items = Item.objects.filter(transcription__in=transcriptions).annotate(lowered=Lower("who"))
    terms = GlossaryTerm.objects.annotate(lowered=Lower("term"))
    counts: Counter[str] = Counter(
        participations=sum(not is_nameless(one) for one in there),
        tracks=tracks.count(),
        lines=Segment.objects.filter(theirs).count(),
        chat=ChatMessage.objects.filter(participation__in=there).count(),
        items_nameless=items.filter(lowered__in=lowered).count(),
        invitations=Invitation.objects.filter(pk__in=subject.invitations).count(),
        sealed_names=seals.naming(subject.users).count(),
        remarks=Comment.objects.filter(by__in=subject.users).count(),
        shares=RecordingShare.objects.filter(user__in=subject.users).count(),
        glossary_terms=terms.filter(lowered__in=lowered).count(),
        accounts=sum(not account.is_erased(user) for user in account.of(subject)),
    )
    return dict(+counts)


def _nameless(subject: Subject, held: set[UUID]) -> list[Recording]:
    """Recordings whose approved minutes keep the words."""
    approved = Recording.objects.filter(
        transcription__stage=Stage.APPROVED,
        transcription__segments__participation__in=subject.participations,
    )
    rows = approved.exclude(meeting__in=held).distinct().select_related("meeting__room__institution")
    return [row for row in rows if ceilings.rules_of_room(row.meeting.room).erased_words == ErasedWords.NAMELESS]


def _conflicts(subject: Subject, held: set[UUID], nameless: list[Recording]) -> tuple[Conflict, ...]:
    found = [Conflict("held") for _ in holds.on_person(subject.users)[:1]]
    found += [Conflict("held", pk) for pk in Recording.objects.filter(meeting__in=held).values_list("pk", flat=True)]
    found += [Conflict("nameless", recording.pk) for recording in nameless]
    people = list(account.of(subject))
    named = Q(pk__in=[])
    for user in people:
        named |= Q(statement__contains=user.email) if user.email else Q()
    theirs = Q(transcription__recording__meeting__participations__user__in=people)
    theirs |= Q(transcription__recording__meeting__room__organiser__in=people) | Q(approved_by__in=people)
    sealed = ApprovedVersion.objects.filter(theirs).filter(named).distinct().count() if people else 0
    found += [Conflict("named-in-seal", count=sealed)] if sealed else []
    rooms = sum(user.rooms.filter(closed_at=None).count() for user in people)
    found += [Conflict("organises", count=rooms)] if rooms else []
    return tuple(found)
