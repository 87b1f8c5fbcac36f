"""What was said lately, for those who turn captions on later. In the cache alone, until the meeting ends."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from django.core.cache import cache

MOST_LINES = 200
KEPT_S = 8 * 3600  # should nobody be there to erase them


class Line(TypedDict):
    """`text` does not change any more. `language`: empty when it was told from the sound. `at`: in Unix time."""

    line: str
    participant: str
    name: str
    text: str
    language: str
    at: float


def add(meeting_id: UUID, line: Line) -> None:
    """One process adds to a meeting's."""
    _keep(meeting_id, [*kept(meeting_id), line])


def forget(meeting_id: UUID, participant: str) -> None:
    """What somebody said who does not want it written down any more."""
    lines = kept(meeting_id)
    stay = [line for line in lines if line["participant"] != participant]
    if stay != lines:
        _keep(meeting_id, stay)


def _keep(meeting_id: UUID, lines: list[Line]) -> None:
    cache.set(_key(meeting_id), lines[-MOST_LINES:], KEPT_S)


def kept(meeting_id: UUID) -> list[Line]:
    """In order."""
    lines: list[Line] = cache.get(_key(meeting_id), [])
    return lines


def erase(meeting_id: UUID) -> None:
    cache.delete(_key(meeting_id))


def _key(meeting_id: UUID) -> str:
    return f"captions:{meeting_id.hex}"
