"""What a browser may ask for, from JSON to typed requests. The last place that sees JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from transcripts.corrections.errors import NotUnderstood
from transcripts.corrections.replacing import MOST_REPLACED, Replacement

LARGEST_ID = 2**63 - 1
LARGEST_REVISION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Correct:
    line: int
    revision: int
    text: str


@dataclass(frozen=True, slots=True)
class Split:
    line: int
    revision: int
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Merge:
    line: int
    revision: int


@dataclass(frozen=True, slots=True)
class Remove:
    line: int
    revision: int


@dataclass(frozen=True, slots=True)
class NameSpeaker:
    line: int
    revision: int
    name: str
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Undo:
    edit: int


@dataclass(frozen=True, slots=True)
class Preview:
    wanted: Replacement


@dataclass(frozen=True, slots=True)
class Replace:
    wanted: Replacement
    lines: dict[int, int]


@dataclass(frozen=True, slots=True)
class Remark:
    line: int
    text: str


Request = Correct | Split | Merge | Remove | NameSpeaker | Undo | Preview | Replace | Remark


def parse(body: bytes) -> Request:
    """Raises NotUnderstood."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood from error
    if not isinstance(asked, dict):
        raise NotUnderstood
    match asked.get("do"):
        case "text":
            return Correct(*_line(asked), _text(asked, "text"))
        case "split":
            return Split(*_line(asked), _text(asked, "left"), _text(asked, "right"))
        case "merge":
            return Merge(*_line(asked))
        case "remove":
            return Remove(*_line(asked))
        case "speaker":
            return NameSpeaker(*_line(asked), _text(asked, "name"), _flag(asked, "everywhere"))
        case "undo":
            return Undo(_number(asked.get("edit"), LARGEST_ID))
        case "preview":
            return Preview(_replacement(asked))
        case "replace":
            return Replace(_replacement(asked), _lines(asked.get("lines")))
        case "comment":
            return Remark(_number(asked.get("line"), LARGEST_ID), _text(asked, "text"))
    raise NotUnderstood


def _line(asked: dict[str, Any]) -> tuple[int, int]:
    return _number(asked.get("line"), LARGEST_ID), _number(asked.get("revision"), LARGEST_REVISION)


def _lines(asked: object) -> dict[int, int]:
    """`[[line, revision], …]`"""
    if not isinstance(asked, list) or len(asked) > MOST_REPLACED:
        raise NotUnderstood
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in asked):
        raise NotUnderstood
    return {_number(line, LARGEST_ID): _number(revision, LARGEST_REVISION) for line, revision in asked}


def _replacement(asked: dict[str, Any]) -> Replacement:
    flags = _flag(asked, "whole_words"), _flag(asked, "match_case")
    return Replacement(_text(asked, "find"), _text(asked, "replace"), *flags)


def _number(value: object, largest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= largest:
        raise NotUnderstood
    return value


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str):
        raise NotUnderstood
    return value


def _flag(asked: dict[str, Any], name: str) -> bool:
    value = asked.get(name)
    if not isinstance(value, bool):
        raise NotUnderstood
    return value
