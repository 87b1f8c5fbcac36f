"""From the pieces of words that Whisper's family gives to words as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from transcripts.pipeline.speech import Word


def words_of(parts: Sequence[Mapping[str, Any]]) -> Iterator[Word]:
    """Whisper gives « l » and « 'ordre » apart, and the French « ? » with its space."""
    written: list[Mapping[str, Any]] = []
    for part in parts:
        if written and part["word"].startswith(" ") and _is_said(part["word"]):
            yield from _join(written)
            written = []
        written.append(part)
    yield from _join(written)


def _join(parts: Sequence[Mapping[str, Any]]) -> Iterator[Word]:
    text = "".join(part["word"] for part in parts).strip()
    if _is_said(text):
        probability = min(float(part["probability"]) for part in parts)
        yield Word(float(parts[0]["start"]), float(parts[-1]["end"]), text, probability=round(probability, 3))


def _is_said(text: str) -> bool:
    return any(character.isalnum() for character in text)
