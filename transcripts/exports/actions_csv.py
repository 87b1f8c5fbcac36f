"""Actions as a table for spreadsheets. Nothing in it becomes a formula. With a mark of UTF-8, for Excel."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from transcripts.exports import wording
from transcripts.exports.document import Document, ItemKind
from transcripts.exports.plain import cell
from transcripts.minutes import clock


def write(document: Document) -> bytes:
    written = io.StringIO()
    rows = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")  # RFC 4180
    rows.writerow([_("What"), _("Who"), _("When"), _("Said at"), _("State"), _("Meeting"), _("How it was made")])
    for item in document.of_kind(ItemKind.ACTION):
        state = wording.mark_of(item)
        said_at = " ".join(clock(second) for second in item.at)
        due = item.due.isoformat() if item.due else ""
        held = (item.text, item.owner, due, said_at, state, document.title, wording.how_it_was_made(document))
        rows.writerow([cell(text) for text in held])
    return written.getvalue().encode("utf-8-sig")
