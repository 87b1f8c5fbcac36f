"""OpenDocument, by odfdo: the State's own format for texts (RGI). The same content and order as the other formats."""

from __future__ import annotations

import io
from datetime import UTC

import odfdo
from odfdo import Element

from transcripts.exports.document import Document
from transcripts.exports.outline import Block, Bullets, Heading, Paragraph, Said, Table, outline
from transcripts.exports.wording import colon, how_it_was_made
from transcripts.exports.zipping import without_clock

_COUNTRIES = {"fr": "FR", "en": "GB"}


def write(document: Document) -> bytes:
    text = odfdo.Document("text")
    text.body.clear()
    _style(text)
    _describe(text, document)
    for block in outline(document):
        _add(text.body, block)
    written = io.BytesIO()
    text.save(written)
    return without_clock(written.getvalue(), stored=frozenset({"mimetype"}))


def _style(text: odfdo.Document) -> None:
    aside = odfdo.Style("text", name="Aside", color="#666666", size="9pt")
    speaker = odfdo.Style("text", name="Speaker", bold=True)
    for style in (aside, speaker):
        text.insert_style(style)


def _describe(text: odfdo.Document, document: Document) -> None:
    meta = text.meta
    meta.title = document.title
    meta.creator = meta.initial_creator = "Visio"
    meta.description = how_it_was_made(document)
    language = f"{document.language}-{_COUNTRIES.get(document.language, 'FR')}"
    meta.language = language
    meta.creation_date = document.started_at.astimezone(UTC).replace(microsecond=0)
    meta.date = document.production.made_at.astimezone(UTC).replace(microsecond=0)
    text.set_language(language)


def _add(body: Element, block: Block) -> None:
    match block:
        case Heading(level=0, text=text):
            body.append(odfdo.Paragraph(text, style="Title"))
        case Heading(level=level, text=text):
            body.append(odfdo.Header(level, text))
        case Paragraph(text=text):
            body.append(odfdo.Paragraph(text))
        case Bullets(texts=texts):
            body.append(odfdo.List(list(texts)))
        case Table():
            body.append(_table(block))
        case Said():
            body.append(_said(block))


def _table(table: Table) -> Element:
    grid = odfdo.Table(table.title)
    for row in (table.head, *table.rows):
        grid.append(_row(row))
    return grid


def _row(texts: tuple[str, ...]) -> Element:
    row = odfdo.Row()
    for text in texts:
        row.append_cell(odfdo.Cell(text=text))
    return row


def _said(line: Said) -> Element:
    paragraph = odfdo.Paragraph()
    if line.clock:
        paragraph.append(odfdo.Span(f"{line.clock} ", style="Aside"))
    if line.speaker:
        paragraph.append(odfdo.Span(line.speaker, style="Speaker"))
        paragraph.append(odfdo.Span(f" ({line.mark}){colon()}", style="Aside"))
    paragraph.append(odfdo.Span(line.text, style="Aside") if not line.recorded else odfdo.Span(line.text))
    return paragraph
