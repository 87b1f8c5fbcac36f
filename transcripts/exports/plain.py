"""Words that people chose, made harmless for any format: on one line, and without what only machines read."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from transcripts.exports.document import Attachment, Document
from transcripts.lines import writable

# Overrides and isolates of direction: with them a name reads as another one. Letters know their own direction.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What a spreadsheet takes for a formula, behind any space: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"\s*[=+\-@\t\r|%＝＋－＠]")
T = TypeVar("T")


def plain(document: Document) -> Document:
    """With every text in it on one line, free of control characters; attachments stay as they are."""
    return _plain(document)


def _plain(value: T) -> T:
    found: Any = value
    if isinstance(value, str) and type(value) is str:
        found = one_line(value)
    elif isinstance(value, tuple):
        found = tuple(_plain(one) for one in value)
    elif is_dataclass(value) and not isinstance(value, type | Attachment):
        held: dict[str, Any] = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        found = replace(value, **held)
    return cast(T, found)


def one_line(text: str) -> str:
    return writable(_DIRECTIONS.sub("", text))


def cell(text: str) -> str:
    """For a spreadsheet: an apostrophe in front says that it is no formula."""
    return f"'{text}" if _FORMULA.match(text) else text
