"""A ZIP with everything: the readable minutes, the data, the production statement, and the seal if there is one."""

from __future__ import annotations

from transcripts.exports import actions_csv, docx, html_page, json_data, markdown, odt, pdf, srt, text, vtt
from transcripts.exports.document import Document
from transcripts.exports.wording import statement
from transcripts.exports.zipping import zip_of

STATEMENT = "production.txt"
_WRITERS = {
    "docx": docx.write,
    "odt": odt.write,
    "pdf": pdf.write,
    "html": html_page.write,
    "md": markdown.write,
    "txt": text.write,
    "srt": srt.write,
    "vtt": vtt.write,
    "json": json_data.write,
    "csv": actions_csv.write,
}


def write(document: Document) -> bytes:
    said = "\n".join(statement(document)) + "\n"
    files = [(f"compte-rendu.{extension}", each(document)) for extension, each in _WRITERS.items()]
    sealed = [(attachment.name, attachment.content) for attachment in document.attachments]
    return zip_of([(STATEMENT, said.encode()), *files, *sealed])
