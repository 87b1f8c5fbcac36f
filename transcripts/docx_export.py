"""Minutes as a Word document, by python-docx."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC

import docx
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from transcripts import export
from transcripts.minutes import Minutes, Spoken

# https://www.w3.org/TR/xml/#charsets: what a document may hold
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GREY = RGBColor(0x66, 0x66, 0x66)  # DSFR's grey-425, for what accompanies the text
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can tell
_LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}


def as_docx(minutes: Minutes) -> bytes:
    document = docx.Document()
    _describe(document, minutes)
    document.add_heading(_xml(minutes.title), level=0)
    document.add_paragraph(_xml(export.held_on(minutes)))
    _add_people(document, minutes)
    document.add_heading(_("Minutes"), level=1)
    for line in minutes.lines:
        _add_line(document.add_paragraph(), line)
    if not minutes.lines:
        document.add_paragraph(export.nothing_said())
    _add_statement(document, minutes)
    return _without_clock(document)


def _describe(document: Document, minutes: Minutes) -> None:
    """Properties: python-docx would otherwise leave those of its template, of 2013."""
    started = minutes.started_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    made = minutes.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties = document.core_properties
    properties.title = _xml(minutes.title)[:255]
    properties.author, properties.comments, properties.last_modified_by = "Visio", "", "Visio"
    properties.created, properties.modified = started, made
    properties.language = _LANGUAGES.get((get_language() or "fr")[:2], "fr-FR")
    fonts = document.styles.element.find(f".//{qn('w:lang')}")
    if fonts is not None:  # what a screen reader reads the text in
        fonts.set(qn("w:val"), properties.language)


def _add_people(document: Document, minutes: Minutes) -> None:
    document.add_heading(_("Participants"), level=1)
    for person in minutes.people:
        document.add_paragraph(_xml(export.person_line(person)), style="List Bullet")
    document.add_paragraph(export.off_record(minutes.off_record))


def _add_line(paragraph: Paragraph, line: Spoken) -> None:
    paragraph.paragraph_format.space_after = Pt(4)
    _add_grey(paragraph, f"{line.clock}  ")
    paragraph.add_run(_xml(export.one_line(line.speaker))).bold = True
    _add_grey(paragraph, f" ({line.mark}){export.colon()}")
    paragraph.add_run(_xml(export.one_line(line.text)))


def _add_grey(paragraph: Paragraph, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.color.rgb, run.font.size = _GREY, Pt(9)


def _add_statement(document: Document, minutes: Minutes) -> None:
    """At the foot of each page: pages of minutes travel alone."""
    footer = document.sections[0].footer.paragraphs[0]
    _add_grey(footer, _xml(export.how_it_was_made(minutes)))


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _without_clock(document: Document) -> bytes:
    """The file, with no trace of when it was made: the same minutes give the same bytes."""
    written, fixed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
