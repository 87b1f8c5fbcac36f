"""The structure of minutes as it is read: on the page, in the exports, under the seal. Three queries, or four."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from transcripts.minutes import anchor, clock, speaker_label
from transcripts.models import Item, ItemLine, SpeakerAssurance, Transcription
from transcripts.policy import Stage
from transcripts.structure.history import Step

Kind = Item.Kind
State = Item.State
GONE = (State.REFUSED, State.REMOVED)
SUPPORTED = (Kind.DECISION, Kind.ACTION, Kind.QUESTION)


KINDS = {
    Kind.CHAPTER: lambda: _("Chapter"),
    Kind.DECISION: lambda: _("Decision"),
    Kind.ACTION: lambda: _("Action"),
    Kind.QUESTION: lambda: _("Open question"),
}


KINDS_OF_MANY = {
    Kind.DECISION: lambda: _("Decisions"),
    Kind.ACTION: lambda: _("Actions"),
    Kind.QUESTION: lambda: _("Open questions"),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A line that supports an item, as it reads now. Seconds from the start of the recording."""

    line: int
    start: float
    speaker: str
    text: str
    participation_id: UUID | None

    @property
    def clock(self) -> str:
        return clock(self.start)

    @property
    def anchor(self) -> str:
        return anchor(self.start)


@dataclass(frozen=True, slots=True)
class Structured:
    """A chapter, which begins at `start`; or a decision, an action or a question, and the lines that support it.

    `lines` is empty when all of them were removed since. `model` is empty for what a person wrote.
    """

    id: UUID
    revision: int
    kind: Kind
    state: State
    start: float
    text: str
    who: str
    due: date | None
    lines: tuple[Cited, ...]
    model: str
    is_as_generated: bool
    by: str
    steps: tuple[Step, ...] = ()  # where they were asked for

    @property
    def kind_word(self) -> str:
        return KINDS[self.kind]()

    @property
    def is_draft(self) -> bool:
        """Generated, and not validated: never shown without saying so."""
        return self.state == State.DRAFT

    @property
    def clock(self) -> str:
        return clock(self.start)

    @property
    def anchor(self) -> str:
        return anchor(self.start)


def chapters_of(transcription: Transcription, *, with_drafts: bool = False) -> list[Structured]:
    """In the order of time."""
    return [item for item in structure_of(transcription, with_drafts=with_drafts) if item.kind == Kind.CHAPTER]


def items_of(transcription: Transcription, *, with_drafts: bool = False) -> list[Structured]:
    """Decisions, actions and open questions, in the order of time."""
    return [item for item in structure_of(transcription, with_drafts=with_drafts) if item.kind in SUPPORTED]


def shown_structure(transcription: Transcription) -> list[Structured]:
    """On the page: drafts too, marked as such; but not beside what was approved, of which they are no part."""
    return structure_of(transcription, with_drafts=transcription.stage != Stage.APPROVED)


def shown_and_gone(transcription: Transcription) -> tuple[list[Structured], list[Structured]]:
    """What is on the page, and what was refused or removed: in one reading."""
    states = _states(with_drafts=transcription.stage != Stage.APPROVED)
    items = read_items(transcription, [*states, *GONE])
    return [item for item in items if item.state not in GONE], [item for item in items if item.state in GONE]


def structure_of(transcription: Transcription, *, with_drafts: bool = False) -> list[Structured]:
    return read_items(transcription, _states(with_drafts=with_drafts))


def _states(*, with_drafts: bool) -> list[State]:
    return [State.ACCEPTED, State.DRAFT] if with_drafts else [State.ACCEPTED]


def read_items(transcription: Transcription, states: Iterable[Item.State]) -> list[Structured]:
    rows = list(transcription.items.filter(state__in=states).select_related("proposals", "by").order_by("start", "at"))
    cited = cited_by(transcription, rows)
    return [_structured(row, cited[row.pk]) for row in rows]


def _structured(row: Item, lines: tuple[Cited, ...]) -> Structured:
    return Structured(
        id=row.pk,
        revision=row.revision,
        kind=Kind(row.kind),
        state=State(row.state),
        start=row.start,
        text=row.text,
        who=row.who,
        due=row.due,
        lines=lines,
        model=row.proposals.model if row.proposals else "",
        is_as_generated=row.is_as_generated,
        by=row.by.get_full_name() if row.by else "",
    )


def cited_by(transcription: Transcription, items: Sequence[Item]) -> dict[UUID, tuple[Cited, ...]]:
    """The lines that support each item, in the order of the minutes, each once."""
    links = list(ItemLine.objects.filter(item__in=items))
    found = _find(transcription, links)
    cited: dict[UUID, dict[int, Cited]] = {item.pk: {} for item in items}
    for link in links:
        if link.pk in found:
            cited[link.item_id][found[link.pk].line] = found[link.pk]
    return {item: tuple(sorted(lines.values(), key=lambda line: line.start)) for item, lines in cited.items()}


_READ = ("pk", "start", "end", "participation_id", "speaker_name", "assurance", "voice", "text")


def _find(transcription: Transcription, links: Sequence[ItemLine]) -> dict[int, Cited]:
    """By its number, or else the line that took it in: of the same person, over the same second."""
    rows = transcription.segments.values_list(*_READ)
    by_line = {row[0]: _cited(row) for row in rows.filter(pk__in={link.line for link in links})}
    lost = [link for link in links if link.line not in by_line]
    over = Q()
    for link in lost:
        over |= Q(participation=link.participation_id, start__lte=link.start, end__gt=link.start)
    spans = list(rows.filter(over)) if lost else []
    found = {link.pk: by_line[link.line] for link in links if link.line in by_line}
    for link in lost:
        for row in spans:
            if row[3] == link.participation_id and row[1] <= link.start < row[2]:
                found[link.pk] = _cited(row)
    return found


def _cited(row: tuple[int, float, float, UUID | None, str, str, int | None, str]) -> Cited:
    pk, start, _end, participation, name, assurance, voice, text = row
    return Cited(pk, start, speaker_label(name, SpeakerAssurance(assurance), voice), text, participation)


class Starts(Protocol):
    @property
    def start(self) -> float: ...


T = TypeVar("T", bound=Starts)


def by_chapter(lines: Iterable[T], chapters: Sequence[Structured]) -> list[tuple[Structured | None, list[T]]]:
    """`lines`, in their order, under the chapter in which they begin; under None what comes before the first one."""
    parts: list[tuple[Structured | None, list[T]]] = [(None, []), *((chapter, []) for chapter in chapters)]
    starts = [chapter.start for chapter in chapters]
    for line in lines:
        parts[bisect_right(starts, line.start + _SAME)][1].append(line)
    return parts if parts[0][1] else parts[1:]


_SAME = 0.001  # seconds: times of lines are not all written with as many decimals
