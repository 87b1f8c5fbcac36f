"""The lines of minutes, part after part: hours of them would keep a page waiting. See docs/decisions/0022-reader.md.

A part is found by the lines beside it, not by its number: lines come and go while somebody reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from transcripts.minutes import Spoken, Unrecorded, read_lines, unrecorded_of
from transcripts.models import Segment, Transcription
from transcripts.reader.doubts import Doubt, doubts_of_lines
from transcripts.reader.speakers import Voice
from transcripts.structure.reading import Kind, Structured

LINES = 200  # of a part: what is drawn before anybody has scrolled
_LEAD = 5  # lines before the one that was asked for: what led to it


@dataclass(frozen=True, slots=True)
class Row:
    """A line, the words of it that are doubtful, the chapter that begins with it, and the items that it supports."""

    line: Spoken | Unrecorded
    doubts: tuple[Doubt, ...] = ()
    chapter: Structured | None = None
    items: tuple[Structured, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part: after a line, before one, around a second, or all of it. By the lines' index."""

    after: int | None = None
    before: int | None = None
    seconds: float | None = None
    whole: bool = False
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """`previous` and `following` are the edges to go on from; None where there is nothing more."""

    rows: tuple[Row, ...]
    previous: int | None
    following: int | None


def read_part(transcription: Transcription, asked: Asked, structure: Sequence[Structured] = ()) -> Part:
    """Seven queries at most, however many lines."""
    every = transcription.segments.order_by("index", "part")
    rows = every if asked.voice is None else asked.voice.among(every)
    found = list(_chosen(rows, asked).values_list("pk", "index", "start"))
    if not found:
        return Part((), None, None)
    first, last = found[0][1], found[-1][1]
    previous = first if rows.filter(index__lt=first).exists() else None
    following = last if rows.filter(index__gt=last).exists() else None
    lines: list[Spoken | Unrecorded] = [*read_lines(transcription, [pk for pk, _index, _start in found])]
    if asked.voice is None:
        since = found[0][2] if previous is not None else 0.0
        until = _start_after(every, last) if following is not None else float("inf")
        lines += [one for one in unrecorded_of(transcription.recording) if since <= one.start < until]
    lines.sort(key=lambda line: line.start)
    doubts = doubts_of_lines([pk for pk, _index, _start in found])
    return Part(_beside(lines, structure, doubts), previous, following)


def _chosen(rows: QuerySet[Segment], asked: Asked) -> QuerySet[Segment]:
    if asked.whole:
        return rows
    if asked.before is not None:
        edge = list(rows.filter(index__lt=asked.before).reverse().values_list("index", flat=True)[:LINES])
        return rows.filter(index__lt=asked.before, index__gte=edge[-1]) if edge else rows.none()
    since = asked.after + 1 if asked.after is not None else _first_index(rows, asked.seconds)
    edge = list(rows.filter(index__gte=since).values_list("index", flat=True)[:LINES])
    return rows.filter(index__gte=since, index__lte=edge[-1]) if edge else rows.none()


def _first_index(rows: QuerySet[Segment], seconds: float | None) -> int:
    """Of the part that holds the line of that second; from the beginning where it is among the first."""
    if seconds is None:
        return 0
    earlier = rows.filter(start__lte=seconds + 0.01).reverse()  # links are written in hundredths
    led = list(earlier.values_list("index", flat=True)[: _LEAD + 1])
    return led[-1] if len(led) > _LEAD else 0


def _start_after(rows: QuerySet[Segment], index: int) -> float:
    start = rows.filter(index__gt=index).values_list("start", flat=True).first()
    return float("inf") if start is None else start


def _beside(
    lines: Sequence[Spoken | Unrecorded], structure: Sequence[Structured], doubts: Mapping[int, tuple[Doubt, ...]]
) -> tuple[Row, ...]:
    chapters = _by_first_line(structure)
    items = by_line(structure)
    return tuple(
        Row(line, doubts.get(line.line, ()), chapters.get(line.line), tuple(items.get(line.line, ())))
        if isinstance(line, Spoken)
        else Row(line)
        for line in lines
    )


def _by_first_line(structure: Sequence[Structured]) -> Mapping[int, Structured]:
    return {item.lines[0].line: item for item in structure if item.kind == Kind.CHAPTER and item.lines}


def by_line(structure: Sequence[Structured]) -> Mapping[int, list[Structured]]:
    found: dict[int, list[Structured]] = {}
    for item in structure:
        if item.kind != Kind.CHAPTER:
            for cited in item.lines:
                found.setdefault(cited.line, []).append(item)
    return found
