"""When each word of a line is heard, and where it stands in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from transcripts.models import Segment

Span = tuple[float, float, int, int]


def spans_of(line: Segment) -> list[Span]:
    """Seconds from the start of the line's track, and UTF-16 units from the start of its text: what browsers count."""
    return [(start, end, _units(line.text, a), _units(line.text, b)) for start, end, a, b in _spans(line)]


def _spans(line: Segment) -> Iterator[Span]:
    reached = 0
    for word in line.words:
        for text, start, end in _pieces(word, line.track.start):
            at = line.text.find(text, reached)
            if at != -1:  # a word that its line does not say is passed over
                reached = at + len(text)
                yield start, end, at, reached


def _pieces(word: Mapping[str, Any], track_start: float) -> Iterable[tuple[str, float, float]]:
    start, end = round(word["start"] - track_start, 2), round(word["end"] - track_start, 2)
    return [(piece, start, end) for piece in word["text"].split()]


def _units(text: str, place: int) -> int:
    return len(text[:place].encode("utf-16-le")) // 2
