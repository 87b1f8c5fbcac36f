"""Entries read out: tables for people, lines of JSON for systems that watch. Fields are in docs/operator.md."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels.db import database_sync_to_async
from django.db.models import QuerySet
from django.utils import translation

from accounts import trail_words
from accounts.models import AuditEntry, AuditLink

PAGE = 2000  # entries in memory
FIELDS = (
    "id", "at", "verb", "actor", "actor_kind", "assurance", "institution", "target_type", "target_id", "reason",
    "request_id", "details", "position", "digest",
)  # fmt: skip
_COLUMNS = ("pk", "at", "verb", "actor_id", "actor_kind", "assurance", "institution__siret", *FIELDS[7:12])
# What a spreadsheet takes for a formula, behind any space: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"\s*[=+\-@\t\r|%＝＋－＠]")

Row = Mapping[str, Any]


def rows_of(entries: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Of values of `_COLUMNS`, with their places in the chain: null while they have none."""
    found = [dict(zip(FIELDS, values, strict=False)) for values in entries]
    links = {one.entry_id: one for one in AuditLink.objects.filter(entry_id__in=[row["id"] for row in found])}
    return [{**row, "at": _utc(row["at"]), **_place(links.get(row["id"]))} for row in found]


def _place(link: AuditLink | None) -> Row:
    return {
        "position": link.position if link else None,
        "digest": bytes(link.digest).hex() if link else None,
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read(entries: QuerySet[AuditEntry], after: int = 0) -> list[Row]:
    """A page of them, by their numbers."""
    return rows_of(entries.filter(pk__gt=after).order_by("pk").values_list(*_COLUMNS)[:PAGE])


def read_numbers(numbers: list[int]) -> list[Row]:
    """In that order."""
    found = {values[0]: values for values in AuditEntry.objects.filter(pk__in=numbers).values_list(*_COLUMNS)}
    return rows_of(found[number] for number in numbers if number in found)


def json_lines(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)


def table(rows: Iterable[Row]) -> str:
    """RFC 4180. The words of the verb stand beside it, in the language of the reader. Nothing becomes a formula."""
    written = io.StringIO()
    lines = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        told = {**row, "details": json.dumps(row["details"], ensure_ascii=False) if row["details"] else ""}
        what = str(trail_words.VERBS.get(row["verb"], ""))
        lines.writerow([_cell(told["id"]), _cell(told["at"]), _cell(what), *(_cell(told[name]) for name in FIELDS[2:])])
    return written.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


TABLE_HEAD = '\ufeff"id","at","what",' + ",".join(f'"{name}"' for name in FIELDS[2:]) + "\r\n"


@dataclass(frozen=True, slots=True)
class Format:
    content_type: str
    head: str
    write: Callable[[Iterable[Row]], str]


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", TABLE_HEAD, table),
    "jsonl": Format("application/x-ndjson; charset=utf-8", "", json_lines),
}


async def stream(entries: QuerySet[AuditEntry], file_format: Format) -> AsyncIterator[str]:
    """Page after page: none waits in memory for a slow reader."""
    language, after = translation.get_language(), 0

    def page(after: int) -> tuple[str, int]:
        with translation.override(language):
            rows = read(entries, after)
            return file_format.write(rows), rows[-1]["id"] if rows else 0

    yield file_format.head
    while True:
        text, after = await database_sync_to_async(page, thread_sensitive=False)(after)
        if not after:
            break
        yield text


def follow(after: int, since: datetime | None) -> Iterator[tuple[list[Row], int]]:
    """In the order of the chain, from the place `after` on: rows, and the place that they lead to."""
    if since:
        younger = AuditEntry.objects.filter(at__gte=since).values("pk")
        first = AuditLink.objects.filter(entry_id__in=younger).order_by("position").first()
        after = max(after, first.position - 1) if first else AuditLink.objects.count()
    while links := list(AuditLink.objects.filter(position__gt=after).order_by("position")[:PAGE]):
        after = links[-1].position
        rows = read_numbers([one.entry_id for one in links])
        yield [row for row in rows if since is None or row["at"] >= _utc(since)], after
