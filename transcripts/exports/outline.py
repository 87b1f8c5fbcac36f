"""The one order in which every readable format says things: a document taken apart into blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from transcripts.exports import wording
from transcripts.exports.document import Document, Item, ItemKind
from transcripts.minutes import Spoken, Unrecorded


@dataclass(frozen=True, slots=True)
class Heading:
    """`level`: 0 is the title of the whole."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A line. `clock` and `speaker` are empty where they are not shown, or where nobody is named."""

    clock: str
    speaker: str
    mark: str
    text: str
    recorded: bool = True


Block = Heading | Paragraph | Bullets | Table | Said


def outline(document: Document) -> Iterator[Block]:
    yield Heading(0, document.title)
    yield Paragraph(" · ".join(filter(None, [wording.held_on(document), document.institution])))
    yield Heading(1, _("On the record"))
    if document.people:
        yield Bullets(tuple(wording.person_line(person) for person in document.people))
    yield Paragraph(wording.off_record(document.off_record))
    yield from _items(document)
    yield Heading(1, _("Minutes"))
    yield from _chapters(document)
    yield Heading(1, _("How these minutes were made"))
    yield Bullets(tuple(wording.statement(document)))


def _items(document: Document) -> Iterator[Block]:
    if decisions := document.of_kind(ItemKind.DECISION):
        yield Heading(1, _("Decisions"))
        yield Bullets(tuple(wording.item_line(item) for item in decisions))
    if actions := document.of_kind(ItemKind.ACTION):
        yield Heading(1, _("Actions"))
        head = (_("What"), _("Who"), _("When"), _("Said at"), _("State"))
        yield Table(_("Actions"), head, tuple(_action(item) for item in actions))
    if questions := document.of_kind(ItemKind.QUESTION):
        yield Heading(1, _("Open questions"))
        yield Bullets(tuple(wording.item_line(item) for item in questions))


def _action(item: Item) -> tuple[str, ...]:
    due = date_format(item.due, "SHORT_DATE_FORMAT") if item.due else ""
    state = wording.mark_of(item)
    return (item.text, item.owner, due, wording.said_at(item).strip("()"), state)


def _chapters(document: Document) -> Iterator[Block]:
    for chapter in document.chapters:
        if chapter.title and document.shows.chapters:
            yield Heading(2, chapter.title)
        yield from (said(document, line) for line in chapter.lines)
    if next(document.lines(), None) is None:
        yield Paragraph(wording.nothing_said())


def said(document: Document, line: Spoken | Unrecorded) -> Said:
    clock = line.clock if document.shows.times else ""
    if isinstance(line, Unrecorded):
        return Said(clock, "", "", line.text, recorded=False)
    if not document.shows.speakers:
        return Said(clock, "", "", line.text)
    return Said(clock, line.speaker, line.mark, line.text)
