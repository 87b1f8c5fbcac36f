"""Plain text: as it is read aloud, or pasted into a message."""

from __future__ import annotations

from collections.abc import Iterator

from transcripts.exports.document import Document
from transcripts.exports.outline import Block, Bullets, Heading, Paragraph, Said, Table, outline
from transcripts.exports.wording import colon

_RULES = "=-~"


def write(document: Document) -> bytes:
    return ("\n".join(line for block in outline(document) for line in _lines(block)) + "\n").encode()


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(level=level, text=text):
            if level:
                yield ""
            yield text
            yield _RULES[level] * len(text)
        case Paragraph(text=text):
            yield text
        case Bullets(texts=texts):
            yield from (f"- {text}" for text in texts)
        case Table(head=head, rows=rows):
            for row in rows:
                yield f"- {row[0]}"
                yield from (f"  {name}{colon()}{held}" for name, held in zip(head[1:], row[1:], strict=True) if held)
        case Said():
            yield _said(block)


def _said(line: Said) -> str:
    clock = f"[{line.clock}] " if line.clock else ""
    speaker = f"{line.speaker} ({line.mark}){colon()}" if line.speaker else ""
    return f"{clock}{speaker}{line.text}"
