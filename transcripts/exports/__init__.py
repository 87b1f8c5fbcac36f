"""Minutes as files. One interface: a frozen document goes in, bytes come out, the same each time.

A format is a file of this folder with `write(document) -> bytes`, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import translation

from transcripts.exports import (
    actions_csv,
    archive,
    docx,
    html_page,
    json_data,
    markdown,
    odt,
    pdf,
    srt,
    text,
    vtt,
)
from transcripts.exports.document import Document
from transcripts.exports.plain import plain


@dataclass(frozen=True, slots=True)
class Format:
    content_type: str
    write: Callable[[Document], bytes]


_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS = {
    "docx": Format(_OFFICE, docx.write),
    "odt": Format("application/vnd.oasis.opendocument.text", odt.write),
    "pdf": Format("application/pdf", pdf.write),
    "html": Format("text/html; charset=utf-8", html_page.write),
    "md": Format("text/markdown; charset=utf-8", markdown.write),
    "txt": Format("text/plain; charset=utf-8", text.write),
    "srt": Format("application/x-subrip; charset=utf-8", srt.write),
    "vtt": Format("text/vtt; charset=utf-8", vtt.write),
    "json": Format("application/json", json_data.write),
    "csv": Format("text/csv; charset=utf-8", actions_csv.write),
    "zip": Format("application/zip", archive.write),
}


def export(document: Document, file_format: str) -> bytes:
    """Raises KeyError for a format that there is not."""
    with translation.override(document.language):
        return FORMATS[file_format].write(plain(document))
