"""Word, by python-docx: its own styles or those of the institution's template, a table of actions, the title above each
page and the statement below.
"""

from __future__ import annotations

import io
from datetime import UTC

import docx
from docx.blkcntnr import BlockItemContainer
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from transcripts.exports.document import Document
from transcripts.exports.outline import Block, Bullets, Heading, Paragraph, Said, Table, outline
from transcripts.exports.template import has_bullets, margins, open_template
from transcripts.exports.wording import colon, how_it_was_made
from transcripts.exports.zipping import without_clock

_GREY = RGBColor(0x66, 0x66, 0x66)  # DSFR's grey-425, for what accompanies the text
_LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}


def write(document: Document) -> bytes:
    word = open_template(document.template) if document.template else docx.Document()
    _describe(word, document)
    for block in outline(document):
        _add(word, block)
    for header, footer in margins(word):  # pages of minutes travel alone
        _add_grey(_free_line(header), document.title)
        _add_grey(_free_line(footer), how_it_was_made(document))
    written = io.BytesIO()
    word.save(written)
    return without_clock(written.getvalue())


def _free_line(part: BlockItemContainer) -> WordParagraph:
    """Below what a template has there."""
    lines = part.paragraphs
    is_free = len(lines) == 1 and not lines[0]._p.xpath(".//w:r")  # noqa: SLF001  (runs in fields count too)
    return lines[0] if is_free else part.add_paragraph()


def _describe(word: Word, document: Document) -> None:
    """Properties: python-docx would otherwise leave those of its template, of 2013."""
    started = document.started_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    made = document.production.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties = word.core_properties
    properties.title = document.title[:255]
    properties.author, properties.comments, properties.last_modified_by = "Visio", "", "Visio"
    properties.created, properties.modified = started, made
    properties.language = _LANGUAGES.get(document.language, "fr-FR")
    fonts = word.styles.element.find(f".//{qn('w:lang')}")
    if fonts is not None:  # what a screen reader reads the text in
        fonts.set(qn("w:val"), properties.language)


def _add(word: Word, block: Block) -> None:
    match block:
        case Heading(level=level, text=text):
            word.add_heading(text, level=level)
        case Paragraph(text=text):
            word.add_paragraph(text)
        case Bullets(texts=texts):
            bullet = "" if has_bullets(word) else "• "
            for text in texts:
                word.add_paragraph(bullet + text, style="List Bullet")
        case Table():
            _add_table(word, block)
        case Said():
            _add_line(word.add_paragraph(), block)


def _add_table(word: Word, table: Table) -> None:
    """Its first row is read out as the names of the columns, and comes again on each page."""
    grid = word.add_table(rows=0, cols=len(table.head), style="Table Grid")
    for row in (table.head, *table.rows):
        for place, text in zip(grid.add_row().cells, row, strict=True):
            place.text = text
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  (python-docx has no name for it)
    for place in grid.rows[0].cells:
        place.paragraphs[0].runs[0].bold = True


def _add_line(paragraph: WordParagraph, line: Said) -> None:
    paragraph.paragraph_format.space_after = Pt(4)
    if line.clock:
        _add_grey(paragraph, f"{line.clock}  ")
    if not line.recorded:
        return _add_grey(paragraph, line.text)
    if line.speaker:
        paragraph.add_run(line.speaker).bold = True
        _add_grey(paragraph, f" ({line.mark}){colon()}")
    paragraph.add_run(line.text)


def _add_grey(paragraph: WordParagraph, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.color.rgb, run.font.size = _GREY, Pt(9)
