"""The page for people in the ZIP, in one language: tables and one's own voice, without any script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.trail_words import VERBS
from governance.requests.export.words import CODES, COLUMNS, LEFT_OUT, TABLES

LANGUAGES = {"fr": "index.html", "en": "index.en.html"}


@dataclass(frozen=True, slots=True)
class Table:
    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def pages(data: dict[str, Any]) -> dict[str, bytes]:
    """By the name of the file."""
    return {name: _page(data, language, name).encode() for language, name in LANGUAGES.items()}


def _page(data: dict[str, Any], language: str, name: str) -> str:
    with translation.override(language):
        other = next(each for each in LANGUAGES.values() if each != name)
        left_out = [(count, str(LEFT_OUT[what])) for what, count in data["left_out"].items() if count]
        context = {
            "language": language,
            "other": other,
            "asked_at": _shown("asked_at", data["asked_at"]),
            "reference": data["request"] or "",
            "tables": [_table(key, data[key]) for key in TABLES if data[key]],
            "absent": [str(title) for key, (title, _columns) in TABLES.items() if not data[key]],
            "sounds": [_medium(row) for row in data["sounds"]],
            "pictures": [_medium(row) for row in data["pictures"]],
            "left_out": left_out,
        }
        return render_to_string("governance/export/index.html", context)


def _table(key: str, rows: list[dict[str, Any]]) -> Table:
    title, columns = TABLES[key]
    shown = tuple(tuple(_shown(column, row[column]) for column in columns) for row in rows)
    return Table(key, str(title), tuple(str(COLUMNS[column]) for column in columns), shown)


def _medium(row: dict[str, Any]) -> dict[str, str]:
    return {"file": row["file"], "at": _shown("recorded_at", row["recorded_at"]), "sha256": row["sha256"]}


def _shown(column: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if column == "what":
        return str(VERBS.get(value, value))
    if column in CODES:
        return str(CODES[column].get(value, value))
    moment = parse_datetime(value) if isinstance(value, str) and "T" in value else None
    return _moment(moment) if moment else str(value)


def _moment(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")
