"""A Word document of an institution's, in which its minutes are written. It is somebody else's file: it is looked into
before it is opened, and nothing that runs, fetches or hides is taken. Knows no database.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.section import _Footer, _Header

MAX_BYTES = 2_000_000
MAX_UNPACKED_BYTES = 30_000_000
MAX_PARTS = 500
STYLES = ("Title", "Heading 1", "Heading 2", "List Bullet", "Table Grid")  # what is lacking is added
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RUNS = re.compile(r"vbaproject|vbadata|activex|/embeddings/|afchunk|\.(bin|exe|js|vbs|html?|rtf)$", re.IGNORECASE)
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
_LINK = re.compile(rb"/relationships/hyperlink[\"']")
_FIELD = re.compile(rb"instrText[^>]*>([^<]*)|\binstr\s*=\s*[\"']([^\"']*)")
_FETCHING = re.compile(rb"\b(?:INCLUDE\w*|DDE\w*|IMPORT|LINK|EMBED|MACROBUTTON|DATABASE)\b", re.IGNORECASE)
_BEFORE_XML = b"\xef\xbb\xbf \t\r\n"
_OTHER_ENCODING = re.compile(rb"[^<]*<\?xml[^>]*\bencoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
_ELEMENT = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")


class TemplateRefused(Exception):
    """`code`: too-large, not-word, runs (macros, embedded files), fetches (pictures or templates of elsewhere)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check(content: bytes) -> None:
    """Raises TemplateRefused."""
    if len(content) > MAX_BYTES:
        raise TemplateRefused("too-large")
    try:
        _look_into(content)
        _write_in(open_template(content))
    except TemplateRefused:
        raise
    except Exception as error:  # zipfile, lxml and python-docx raise what they like over a spoiled file
        raise TemplateRefused("not-word") from error


def _write_in(word: Word) -> None:
    """What minutes will write: a file may open, and be spoiled where nobody has looked yet."""
    *lines, table = STYLES
    for style in lines:
        word.add_paragraph("…", style=style)
    word.add_table(rows=1, cols=1, style=table)
    for header, footer in margins(word):
        header.add_paragraph("…")
        footer.add_paragraph("…")
    has_bullets(word)
    word.core_properties.title = "…"
    word.save(io.BytesIO())


def _look_into(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        entries = source.infolist()
        if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
            raise TemplateRefused("too-large")
        if _MAIN not in source.read("[Content_Types].xml"):
            raise TemplateRefused("runs" if any(_RUNS.search(entry.filename) for entry in entries) else "not-word")
        for entry in entries:
            if _RUNS.search(entry.filename):
                raise TemplateRefused("runs")
            part = source.read(entry)
            if entry.filename.lower().endswith((".xml", ".rels")) or part.lstrip(_BEFORE_XML).startswith(b"<"):
                _look_at(part)


def _look_at(part: bytes) -> None:
    part.decode()
    if b"<!DOCTYPE" in part or b"\0" in part or _OTHER_ENCODING.match(part):  # would hide what is looked for
        raise TemplateRefused("not-word")
    for element in _ELEMENT.findall(part):
        if _OUTSIDE.search(element) and not _LINK.search(element):
            raise TemplateRefused("fetches")
    if _FETCHING.search(b"".join(one + other for one, other in _FIELD.findall(part))):  # split into runs, often
        raise TemplateRefused("fetches")


def open_template(content: bytes) -> Word:
    """With every style that minutes need. What it says itself stays, and comes first."""
    word = docx.Document(io.BytesIO(content))
    usual = docx.Document()
    for name in STYLES:
        if name not in word.styles:
            word.styles.element.append(_alone(usual, name))
    return word


def _alone(usual: Word, name: str) -> object:
    """A style of python-docx' own; its bullet stays behind, which is a part of its own."""
    element = copy.deepcopy(usual.styles[name].element)
    for numbering in element.findall(f"{qn('w:pPr')}/{qn('w:numPr')}"):
        numbering.getparent().remove(numbering)
    return element


def has_bullets(word: Word) -> bool:
    return word.styles["List Bullet"].element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None


def margins(word: Word) -> Iterator[tuple[_Header, _Footer]]:
    """Head and foot of the pages to come: the first of them, and even ones, may have their own."""
    section = word.sections[-1]
    yield section.header, section.footer
    if section.different_first_page_header_footer:
        yield section.first_page_header, section.first_page_footer
    if word.settings.odd_and_even_pages_header_footer:
        yield section.even_page_header, section.even_page_footer
