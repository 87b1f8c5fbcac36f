"""A paper: a title and blocks, shown as a page, and written for Word."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

import docx
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from accounts.models import Institution
from transcripts.exports.outline import Bullets, Heading, Paragraph, Table
from transcripts.exports.zipping import without_clock

Block = Heading | Paragraph | Bullets | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """`name` is that of its file."""

    name: str
    title: str
    institution: Institution
    at: datetime
    blocks: tuple[Block, ...]

    def kinds(self) -> list[tuple[str, Block]]:
        """For a template, which knows no types."""
        return [(type(block).__name__.lower(), block) for block in self.blocks]


def as_word(paper: Paper) -> bytes:
    word = docx.Document()
    word.core_properties.title = paper.title
    word.core_properties.author = word.core_properties.last_modified_by = "Visio"
    word.core_properties.language, word.core_properties.comments = "fr-FR", ""
    word.core_properties.created = word.core_properties.modified = paper.at.replace(tzinfo=None, microsecond=0)
    word.add_heading(paper.title, level=0)
    for block in paper.blocks:
        _add(word, block)
    written = io.BytesIO()
    word.save(written)
    return without_clock(written.getvalue())


def _add(word: Word, block: Block) -> None:
    match block:
        case Heading(level=level, text=text):
            word.add_heading(text, level=level)
        case Paragraph(text=text):
            word.add_paragraph(text)
        case Bullets(texts=texts):
            for text in texts:
                word.add_paragraph(text, style="List Bullet")
        case Table():
            _add_table(word, block)


def _add_table(word: Word, table: Table) -> None:
    """Its first row comes again on each page."""
    grid = word.add_table(rows=0, cols=len(table.head), style="Table Grid")
    for row in (table.head, *table.rows):
        for place, text in zip(grid.add_row().cells, row, strict=True):
            place.text = text
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  (python-docx has no name for it)
    for place in grid.rows[0].cells:
        for run in place.paragraphs[0].runs:
            run.bold = True
