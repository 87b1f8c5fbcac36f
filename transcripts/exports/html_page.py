"""One HTML file that needs nothing else: no script, no address of anything. What the PDF is made from, too."""

from __future__ import annotations

from collections.abc import Iterator

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from transcripts.exports.document import Document
from transcripts.exports.outline import Block, Bullets, Heading, Paragraph, Said, Table, outline
from transcripts.exports.wording import colon, how_it_was_made


def write(document: Document) -> bytes:
    return page(document).encode()


def page(document: Document) -> str:
    blocks = format_html_join("\n", "{}", ((_block(block),) for block in outline(document)))
    context = {"document": document, "blocks": blocks, "statement": how_it_was_made(document)}
    return render_to_string("transcripts/exports/document.html", context)


def _block(block: Block) -> SafeString:
    match block:
        case Heading(level=level, text=text):
            return format_html('<h{0} dir="auto">{1}</h{0}>', level + 1, text)
        case Paragraph(text=text):
            return format_html("<p>{}</p>", text)
        case Bullets(texts=texts):
            return format_html("<ul>{}</ul>", format_html_join("", '<li dir="auto">{}</li>', ((one,) for one in texts)))
        case Table():
            return _table(block)
        case Said():
            return format_html(
                '<p class="line">{}</p>', format_html_join("", "{}", ((piece,) for piece in _said(block)))
            )


def _table(table: Table) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((one,) for one in table.head))
    rows = format_html_join("\n", "<tr>{}</tr>", ((_cells(row),) for row in table.rows))
    form = "<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    return format_html(form, table.title, head, rows)


def _cells(row: tuple[str, ...]) -> SafeString:
    return format_html_join("", '<td dir="auto">{}</td>', ((one,) for one in row))


def _said(line: Said) -> Iterator[SafeString]:
    if line.clock:
        yield format_html('<span class="aside">{}</span> ', line.clock)
    if line.speaker:
        yield format_html('<b><bdi>{}</bdi></b> <span class="aside">({})</span>{}', line.speaker, line.mark, colon())
    yield format_html("<bdi>{}</bdi>" if line.recorded else "<i>{}</i>", line.text)
