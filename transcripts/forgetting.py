"""Somebody agrees to less than before: their lines go, and nothing that is under way brings them back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts import audit
from meetings.models import Participation, Recording
from transcripts import actions, events
from transcripts.models import Item, ItemChange, ItemLine, LineChange, SealedItem, SealedLine, Transcription


def forget_when_narrowed(recording: Recording, participation: Participation, **_: Any) -> None:
    forget(recording, participation)


@transaction.atomic
def forget(recording: Recording, participation: Participation) -> None:
    """Erase what was written of them. Work that goes on begins again without them; what it heard of others stays.

    Whoever stores minutes holds the row's lock, and asks then who agrees: see `steps.store_minutes`.
    """
    transcription = Transcription.objects.select_for_update().filter(recording=recording).first()
    if transcription is None:
        return
    lines, _ = transcription.segments.filter(participation=participation).delete()
    _forget_history(transcription, participation)
    _forget_structure(transcription, participation)
    actions.go_on_without(transcription, participation)
    audit.record("minutes.lines-erased", actor=audit.SYSTEM, target=transcription, lines=lines)
    events.publish(recording.pk)


def _forget_history(transcription: Transcription, participation: Participation) -> None:
    """What their lines were before; and their words in what was approved, whose seal stays."""
    transcription.recognised_lines.filter(participation=participation).delete()
    transcription.comments.filter(participation=participation).delete()
    LineChange.objects.filter(edit__transcription=transcription, participation=participation).delete()
    SealedLine.objects.filter(version__transcription=transcription, participation=participation).update(content=None)


def _forget_structure(transcription: Transcription, participation: Participation) -> None:
    """What a machine made of their lines, and what no other line supports. A chapter is a place: a person's stays."""
    cited = transcription.items.filter(lines__participation=participation).distinct()
    items = list(cited.values_list("pk", flat=True))
    ItemChange.objects.filter(item__in=items).delete()
    ItemLine.objects.filter(item__in=items, participation=participation).delete()
    theirs = transcription.items.filter(pk__in=items)
    unsupported = Q(lines=None) & ~Q(kind=Item.Kind.CHAPTER)
    theirs.filter(Q(is_as_generated=True) | unsupported).delete()
    sealed = SealedItem.objects.filter(version__transcription=transcription, speakers__contains=[participation.pk])
    alone = Q(speakers=[participation.pk]) & ~Q(kind=Item.Kind.CHAPTER)
    sealed.filter(Q(is_as_generated=True) | alone).update(content=None)
