"""A Word document of an institution's, in which its minutes are written. It is somebody else's file: it is looked into
before it is opened, and nothing that runs, fetches or hides is taken. Knows no database.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.section import _Footer, _Header
from lxml import etree

MAX_BYTES = 2_000_000
MAX_UNPACKED_BYTES = 30_000_000
MAX_PARTS = 500
STYLES = ("Title", "Heading 1", "Heading 2", "List Bullet", "Table Grid")  # what is lacking is added
MAX_XML_BYTES = 5_000_000
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RUNNING_NAMES = re.compile(
    r"vbaproject|vbadata|activex|/embeddings/|afchunk|\.(bin|exe|js|vbs|html?|rtf)$", re.IGNORECASE
)
_RUNNING_TYPES = {"vbaproject", "wordvbadata", "oleobject", "package", "afchunk", "control", "activexcontrolbinary"}
_FETCHING_FIELDS = re.compile(r"\b(?:INCLUDE\w*|DDE\w*|IMPORT|LINK|EMBED|MACROBUTTON|DATABASE)\b", re.IGNORECASE)


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
        types = _types_of(source)
        if any(_RUNNING_NAMES.search(entry.filename) for entry in entries) or "macroenabled" in "".join(types.values()):
            raise TemplateRefused("runs")
        if _MAIN not in types.values():
            raise TemplateRefused("not-word")
        for entry in entries:
            if _is_xml(entry.filename.lower(), types):
                _look_at(_parsed(source.read(entry)))


def _types_of(source: zipfile.ZipFile) -> dict[str, str]:
    """By the name of a part, or its extension (ECMA-376, part 2): in small letters, as case does not count."""
    types = _parsed(source.read("[Content_Types].xml")).iter("{*}Override", "{*}Default")
    return {
        (each.get("PartName", "").lstrip("/") or each.get("Extension", "")).lower(): each.get("ContentType", "").lower()
        for each in types
    }


def _is_xml(name: str, types: dict[str, str]) -> bool:
    extension = name.rpartition(".")[2]
    return extension in {"xml", "rels"} or types.get(name, types.get(extension, "")).endswith("xml")


def _parsed(part: bytes) -> Any:
    if len(part) > MAX_XML_BYTES:
        raise TemplateRefused("too-large")
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.getroottree().docinfo.internalDTD is not None:  # no Office writes one
        raise TemplateRefused("not-word")
    return root


def _look_at(root: Any) -> None:
    for each in root.iter("{*}Relationship"):
        kind = each.get("Type", "").rpartition("/")[2].lower()
        if kind in _RUNNING_TYPES:
            raise TemplateRefused("runs")
        if each.get("TargetMode", "").lower() == "external" and kind != "hyperlink":
            raise TemplateRefused("fetches")
    fields = "".join(each.text or "" for each in root.iter("{*}instrText"))  # one field is often in several runs
    simple = " ".join(value for each in root.iter("{*}fldSimple") for value in each.values())
    if _FETCHING_FIELDS.search(f"{fields} {simple}") or next(root.iter("{*}mailMerge"), None) is not None:
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
