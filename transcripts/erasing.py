"""What erases minutes: at the end of their time, or what one person said in those that were approved.

Each function holds the lock of the transcription: whoever works on it has lost their step, and stores nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, JSONField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Lower, Now

from meetings.models import Recording
from transcripts import events
from transcripts.errors import CANCELLED
from transcripts.models import (
    Comment,
    Item,
    ItemChange,
    ItemLine,
    LineChange,
    RecognisedLine,
    SealedItem,
    SealedLine,
    Segment,
    SpeakerAssurance,
    Transcription,
)
from transcripts.sealing.canonical import ms

State = Transcription.State
Counts = Counter[str]


@contextmanager
def written_once_may_go() -> Iterator[None]:
    """What the database lets nobody change or delete may go, until the end of the block. In a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL visio.erasing = 'on'")
        yield  # an error rolls the setting back with the rest
        cursor.execute("SET LOCAL visio.erasing = 'off'")


def lock(recording: Recording) -> Transcription | None:
    return Transcription.objects.select_for_update().filter(recording=recording).first()


@transaction.atomic
def stop_work(recording: Recording) -> Counts:
    """Its sound goes: what is under way can't go on, and what was heard so far goes with it."""
    transcription = lock(recording)
    if transcription is None:
        return Counter()
    steps, _ = transcription.steps.all().delete()
    if transcription.is_under_way:
        state = State.DONE if transcription.version else State.CANCELLED
        Transcription.objects.filter(pk=transcription.pk).update(
            state=state,
            failure=CANCELLED,
            parameters={},
            finished_at=F("finished_at") if transcription.version else Now(),
        )
        events.publish(recording.pk)
    return Counter(steps=steps)


@transaction.atomic
def erase_transcript(recording: Recording) -> Counts:
    """What led to the minutes, and all of those that never were approved. Once they were, their lines stay."""
    transcription = lock(recording)
    if transcription is None:
        return Counter()
    counts = stop_work(recording)
    with written_once_may_go():
        counts += _erase_history(transcription)
        if transcription.versions.exists():
            transcription.segments.exclude(words=[]).update(words=[])  # when each word was said
            items = transcription.items.exclude(state=Item.State.ACCEPTED)
        else:
            counts["lines"], _ = transcription.segments.all().delete()
            items = transcription.items.all()
        counts["items"] = items.count()
        items.delete()
        transcription.proposals.filter(items=None).delete()
    Transcription.objects.filter(pk=transcription.pk).update(parameters={}, dropped={})
    events.publish(recording.pk)
    return +counts


def _erase_history(transcription: Transcription) -> Counts:
    counts: Counts = Counter()
    counts["originals"], _ = transcription.recognised_lines.all().delete()
    counts["corrections"] = transcription.edits.count()
    transcription.edits.all().delete()
    counts["remarks"], _ = transcription.comments.all().delete()
    counts["item_changes"], _ = ItemChange.objects.filter(item__transcription=transcription).delete()
    return counts


@transaction.atomic
def erase_minutes(recording: Recording) -> Counts:
    """Everything, with approved versions and their seals, notices and reviewers."""
    transcription = lock(recording)
    if transcription is None:
        return Counter()
    counts: Counts = Counter(
        lines=transcription.segments.count(),
        items=transcription.items.count(),
        sealed_versions=transcription.versions.count(),
        sealed_lines=SealedLine.objects.filter(version__transcription=transcription).count(),
        originals=transcription.recognised_lines.count(),
        corrections=transcription.edits.count(),
        remarks=transcription.comments.count(),
        reviewers=transcription.reviewers.count(),
        notices=transcription.notices.count(),
    )
    with written_once_may_go():
        transcription.items.all().delete()  # before the drafts that they lean on
        transcription.delete()
    events.publish(recording.pk)
    return +counts


@transaction.atomic
def make_nameless(transcription: Transcription, participation_id: UUID, name: str) -> Counts:
    """In minutes that are approved: their words stay under `name`; what they were before, and the sealed ones, go."""
    counts: Counts = Counter()
    with written_once_may_go():
        theirs = transcription.segments.filter(participation=participation_id)
        counts["lines_nameless"] = theirs.update(
            speaker_name=name, assurance=SpeakerAssurance.ERASED, voice=None, attributed_by=None, words=[]
        )
        counts["originals"], _ = transcription.recognised_lines.filter(participation=participation_id).delete()
        counts["remarks"], _ = transcription.comments.filter(participation=participation_id).delete()
        changes = LineChange.objects.filter(edit__transcription=transcription, participation=participation_id)
        counts["line_changes"], _ = changes.delete()
        sealed = SealedLine.objects.filter(version__transcription=transcription, participation=participation_id)
        counts["sealed_lines"] = sealed.exclude(content=None).update(content=None)
    return +counts


@transaction.atomic
def erase_lines(transcription: Transcription, lines: Collection[int]) -> Counts:
    """Lines that somebody said at another's microphone, wherever they are kept."""
    counts: Counts = Counter()
    segments = Segment.objects.filter(pk__in=lines, transcription=transcription).defer("lexemes", "words")
    with written_once_may_go():
        for line in list(segments):
            counts["sealed_lines"] += _sealed_as(line).update(content=None)
        links = ItemLine.objects.filter(item__transcription=transcription, line__in=lines)
        cited = list(links.values_list("item", flat=True))
        links.delete()
        items = Item.objects.filter(pk__in=cited)
        unsupported = Q(lines=None) & ~Q(kind=Item.Kind.CHAPTER)
        counts["items"], _ = items.filter(Q(is_as_generated=True) | unsupported).delete()
        counts["originals"], _ = RecognisedLine.objects.filter(transcription=transcription, line__in=lines).delete()
        counts["remarks"], _ = Comment.objects.filter(transcription=transcription, line__in=lines).delete()
        counts["line_changes"], _ = LineChange.objects.filter(
            edit__transcription=transcription, line__in=lines
        ).delete()
        counts["lines"], _ = segments.delete()
    events.publish(transcription.recording_id)
    return +counts


def _sealed_as(line: Segment) -> QuerySet[SealedLine]:
    """That line in approved versions, as it was then: on the same track, at the same moment, or by the same name."""
    sealed = SealedLine.objects.filter(version__transcription=line.transcription_id).exclude(content=None)
    said = sealed.annotate(said=Cast("content", JSONField())).filter(said__track=str(line.track_id))
    return said.filter(Q(said__start_ms=ms(line.start)) | Q(said__speaker=line.speaker_name))


@transaction.atomic
def erase_name(transcription: Transcription, names: Collection[str]) -> Counts:
    """A name that others wrote: as who does something, or as who speaks at another's microphone."""
    counts: Counts = Counter()
    lowered = {name.lower() for name in names if name}
    named = transcription.segments.annotate(lowered=Lower("speaker_name")).filter(
        lowered__in=lowered, assurance__in=[SpeakerAssurance.ATTRIBUTED, SpeakerAssurance.IMPORTED]
    )
    counts += erase_lines(transcription, list(named.values_list("pk", flat=True)))
    items = transcription.items.annotate(lowered=Lower("who")).filter(lowered__in=lowered)
    with written_once_may_go():
        ItemChange.objects.filter(item__in=list(items.values_list("pk", flat=True))).delete()
        counts["items_nameless"] = items.update(who="")
        counts["sealed_items"] = _sealed_naming(transcription, lowered).update(content=None)
    return +counts


def _sealed_naming(transcription: Transcription, lowered: Collection[str]) -> QuerySet[SealedItem]:
    """Sealed items that somebody of this name is to do, or wrote."""
    sealed = SealedItem.objects.filter(version__transcription=transcription).exclude(content=None)
    said = sealed.annotate(said=Cast("content", JSONField()))
    named = said.annotate(who=Lower(KeyTextTransform("who", "said")), by_name=Lower(KeyTextTransform("by", "said")))
    return named.filter(Q(who__in=lowered) | Q(by_name__in=lowered))
