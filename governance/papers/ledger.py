"""The consent ledger of an institution, row by row: CSV for people, JSON lines for machines. Written as it is sent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import Institution
from meetings.models import Consent
from transcripts.exports.plain import cell, one_line
from transcripts.finding import midnight

COLUMNS = (
    "at", "recording", "meeting", "participation", "account", "name", "assurance", "choice", "words", "picture",
    "purpose", "text_version", "language", "way",
)  # fmt: skip
AT_ONCE = 2000


def rows_of(institution: Institution, since: date, until: date) -> QuerySet[Consent]:
    """Days are whole, here."""
    rows = Consent.objects.filter(
        recording__meeting__room__institution=institution,
        at__gte=midnight(since),
        at__lt=midnight(until + timedelta(days=1)),
    )
    return rows.select_related("participation", "recording__meeting", "recording__purpose").order_by("pk")


def as_csv(rows: QuerySet[Consent]) -> Iterator[bytes]:
    """Nothing in it becomes a formula. With a mark of UTF-8, for Excel."""
    yield "\ufeff".encode()
    yield _line(COLUMNS)
    for row in rows.iterator(chunk_size=AT_ONCE):
        told = _row(row)
        yield _line([cell(one_line(_text(told[name]))) for name in COLUMNS])


def as_json_lines(rows: QuerySet[Consent]) -> Iterator[bytes]:
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield json.dumps(_row(row), ensure_ascii=False).encode() + b"\n"


def _row(row: Consent) -> dict[str, Any]:
    there = row.participation
    return {
        "at": row.at.isoformat(),
        "recording": str(row.recording_id),
        "meeting": row.recording.meeting.title,
        "participation": str(there.pk),
        "account": str(there.user_id) if there.user_id else None,
        "name": there.display_name,
        "assurance": there.assurance,
        "choice": row.choice,
        "words": row.transcript,
        "picture": row.picture,
        "purpose": str(row.recording.purpose) if row.recording.purpose else None,
        "text_version": row.text_version,
        "language": row.language,
        "way": row.way,
    }


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def _line(values: Any) -> bytes:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(values)
    return written.getvalue().encode()
