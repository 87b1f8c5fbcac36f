"""The verbs of structure: one transaction each, one row of the trail, and the item's history beside it.

All raise Forbidden; those that take an item raise NoSuchItem, and ItemChanged where it is not what the person saw.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.models import User
from transcripts.corrections.editing import lock
from transcripts.corrections.errors import NothingThere, TooLong
from transcripts.lines import writable
from transcripts.models import Item, ItemChange, ItemLine, Proposals, Segment, Transcription
from transcripts.models.structure import LONGEST_TEXT, LONGEST_WHO
from transcripts.policy import Verb
from transcripts.structure.errors import ItemChanged, NoSuchItem, NothingCited, TooManyCited

MOST_CITED = 200  # lines: more is a chapter

State = Item.State


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote. An action may say who does it and until when; nothing else does."""

    kind: Item.Kind
    text: str
    who: str = ""
    due: date | None = None


@transaction.atomic
def add(transcription: Transcription, written: Written, lines: Collection[int], *, actor: User) -> Item:
    """Raises NothingThere, TooLong, NothingCited, TooManyCited too."""
    transcription = lock(transcription.pk, actor, Verb.CORRECT)
    cited = _cited(transcription, lines)
    item = Item(transcription=transcription, kind=written.kind, state=State.ACCEPTED, start=cited[0].start, by=actor)
    _write(item, written)
    item.save(force_insert=True)
    cite(item, cited)
    _note(item, None, actor)
    audit.record("minutes.item-added", actor=actor, target=item, kind=item.kind, lines=len(cited))
    return item


@transaction.atomic
def change(transcription: Transcription, item_id: UUID, revision: int, written: Written, *, actor: User) -> Item:
    """A draft that somebody rewrites is theirs from then on: it is accepted. Raises NothingThere, TooLong too."""
    item = _open(transcription, item_id, revision, actor)
    before = kept(item)
    was = item.text
    _write(item, written)
    item.state, item.by = State.ACCEPTED, actor
    item.is_as_generated = item.is_as_generated and item.text == was
    _save(item, before, actor)
    audit.record("minutes.item-changed", actor=actor, target=item, kind=item.kind)
    return item


@transaction.atomic
def accept(transcription: Transcription, item_id: UUID, revision: int, *, actor: User) -> Item:
    """A draft; or what was refused or removed, which comes back."""
    item = _decide(_open(transcription, item_id, revision, actor), State.ACCEPTED, actor)
    audit.record("minutes.item-accepted", actor=actor, target=item, kind=item.kind)
    return item


@transaction.atomic
def remove(transcription: Transcription, item_id: UUID, revision: int, *, actor: User) -> Item:
    """A draft is refused by it."""
    item = _open(transcription, item_id, revision, actor)
    gone = State.REFUSED if item.state in {State.DRAFT, State.REFUSED} else State.REMOVED
    item = _decide(item, gone, actor)
    audit.record("minutes.item-removed", actor=actor, target=item, kind=item.kind)
    return item


def _decide(item: Item, state: Item.State, actor: User) -> Item:
    before = kept(item)
    item.state, item.by = state, actor
    _save(item, before, actor)
    return item


def propose(proposals: Proposals, written: Written, lines: Collection[int]) -> Item:
    """A draft of a machine's, from lines that are there. In the caller's transaction, which holds the lock.

    Raises NothingThere, TooLong, NothingCited, TooManyCited.
    """
    cited = _cited(proposals.transcription, lines)
    item = Item(
        transcription=proposals.transcription,
        kind=written.kind,
        state=State.DRAFT,
        start=cited[0].start,
        proposals=proposals,
        is_as_generated=True,
    )
    _write(item, written)
    item.save(force_insert=True)
    cite(item, cited)
    _note(item, None, None)
    return item


def _cited(transcription: Transcription, lines: Collection[int]) -> list[Segment]:
    """All of them, in the order of the minutes: a line that is not there is no support."""
    wanted = set(lines)
    if len(wanted) > MOST_CITED:
        raise TooManyCited
    found = list(transcription.segments.defer("lexemes", "words").filter(pk__in=wanted).order_by("index", "part"))
    if not found or len(found) < len(wanted):
        raise NothingCited
    return found


def cite(item: Item, lines: Collection[Segment]) -> None:
    ItemLine.objects.bulk_create(
        ItemLine(item=item, line=line.pk, participation_id=line.participation_id, start=line.start) for line in lines
    )


def _write(item: Item, written: Written) -> None:
    item.text = _fit(written.text, LONGEST_TEXT)
    is_action = item.kind == Item.Kind.ACTION
    item.who = _fit(written.who, LONGEST_WHO) if is_action and writable(written.who) else ""
    item.due = written.due if is_action else None


def _fit(text: str, longest: int) -> str:
    """Raises NothingThere, TooLong."""
    if not (fresh := writable(text)):
        raise NothingThere
    if len(fresh) > longest:
        raise TooLong
    return fresh


def _open(transcription: Transcription, item_id: UUID, revision: int, actor: User) -> Item:
    transcription = lock(transcription.pk, actor, Verb.CORRECT)
    item = transcription.items.filter(pk=item_id).first()
    if item is None:
        raise NoSuchItem
    if item.revision != revision:
        raise ItemChanged
    return item


def _save(item: Item, before: dict[str, Any], actor: User) -> None:
    item.revision += 1
    item.save(update_fields=["state", "text", "who", "due", "is_as_generated", "by", "revision"])
    _note(item, before, actor)


def _note(item: Item, before: dict[str, Any] | None, actor: User | None) -> None:
    ItemChange.objects.create(item=item, before=before, after=kept(item), by=actor)


def kept(item: Item) -> dict[str, Any]:
    """An item as its history keeps it."""
    return {
        "kind": item.kind,
        "state": item.state,
        "text": item.text,
        "who": item.who,
        "due": item.due.isoformat() if item.due else None,
        "lines": list(item.lines.values_list("line", flat=True)),
    }
