"""CommonMark with GitHub's tables. Every sign that means something in it is escaped: words make no markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transcripts.exports.document import Document
from transcripts.exports.outline import Block, Bullets, Heading, Paragraph, Said, Table, outline
from transcripts.exports.wording import colon

# https://spec.commonmark.org/0.31.2/#backslash-escapes: any of these after a backslash is itself
_SIGNS = re.compile(r"([!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])")


def write(document: Document) -> bytes:
    return ("\n\n".join("\n".join(_lines(block)) for block in outline(document)) + "\n").encode()


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(level=level, text=text):
            yield f"{'#' * (level + 1)} {escape(text)}"
        case Paragraph(text=text):
            yield escape(text)
        case Bullets(texts=texts):
            yield from (f"- {escape(text)}" for text in texts)
        case Table(head=head, rows=rows):
            yield _row(head)
            yield _row(("---",) * len(head), escaped=True)
            yield from (_row(row) for row in rows)
        case Said():
            yield _said(block)


def _row(cells: tuple[str, ...], *, escaped: bool = False) -> str:
    return f"| {' | '.join(cell if escaped else escape(cell) for cell in cells)} |"


def _said(line: Said) -> str:
    clock = f"`{line.clock}` " if line.clock else ""
    speaker = f"**{escape(line.speaker)}** ({escape(line.mark)}){escape(colon())}" if line.speaker else ""
    return f"{clock}{speaker}{escape(line.text)}"


def escape(text: str) -> str:
    """A bare address would still become a link: its colon is escaped, which no reader takes for one."""
    return _SIGNS.sub(r"\\\1", text)
