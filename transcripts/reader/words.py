"""When each word of a line is heard, and where it stands in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from transcripts.models import Segment

Span = tuple[float, float, int, int]
Words = Sequence[Mapping[str, Any]]


def spans_of(line: Segment) -> list[Span]:
    """Seconds from the start of the line's track, and UTF-16 units from the start of its text: what browsers count."""
    since = line.track.start
    return [
        (round(word["start"] - since, 2), round(word["end"] - since, 2), *units(line.text, start, end))
        for word, start, end in placed(line.text, line.words)
    ]


def placed(text: str, words: Words) -> Iterator[tuple[Mapping[str, Any], int, int]]:
    """Each word with its place in `text`; some are several words there. What `text` does not say is passed over."""
    reached = 0
    for word in words:
        for piece in word["text"].split():
            at = text.find(piece, reached)
            if at != -1:
                reached = at + len(piece)
                yield word, at, reached


def units(text: str, start: int, end: int) -> tuple[int, int]:
    """Places of characters as those of UTF-16."""
    first, last = (len(text[:place].encode("utf-16-le")) // 2 for place in (start, end))
    return first, last
