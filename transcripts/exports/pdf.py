"""PDF by WeasyPrint: tagged for screen readers (PDF/UA-1), with bookmarks, every font inside, nothing fetched."""

from __future__ import annotations

from typing import NoReturn

from transcripts.exports.document import Document
from transcripts.exports.html_page import page


def write(document: Document) -> bytes:
    """Seconds of CPU for hundreds of pages. Its library is loaded here: only this needs Pango."""
    import weasyprint

    html = weasyprint.HTML(string=page(document), url_fetcher=fetch_nothing)
    written: bytes = html.write_pdf(pdf_variant="pdf/ua-1")
    return written


def fetch_nothing(url: str, *_: object, **__: object) -> NoReturn:
    """The page names no address; should it ever, nothing is opened for it, on the network or the disk."""
    raise ValueError("minutes are whole: nothing is fetched")
