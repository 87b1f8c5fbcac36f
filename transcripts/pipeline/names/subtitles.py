"""Who spoke when, in the WebVTT files of Zoom (« Name: words »), Teams (<v Name>) and Webex (1 "Name" (123))."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from transcripts.pipeline.names.text import Unreadable, clean_name

MOST_CUES = 100_000
_TIMES = re.compile(r"^\s*([\d:.,]{1,16})\s+-->\s+([\d:.,]{1,16})")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,300})>")
_IDENTIFIER = re.compile(r'^\d{0,9}\s*"([^"]{1,300})"')
# A name, then a colon, then words: at most six words; a full stop is only that of an initial or a title.
_PREFIX = re.compile(r"^([^:.!?<>]{1,80}(?:\.[^:.!?<>]{1,80}){0,3}):\s+\S")
_MOST_WORDS_IN_NAME = 6
_SENTENCE_END = re.compile(r"\w{4}\.")


@dataclass(frozen=True, slots=True)
class Cue:
    """Seconds from the start of the recording. `name` is as the other product wrote it."""

    start: float
    end: float
    name: str


def read_subtitles(text: str) -> list[Cue]:
    """Cues with a name, in order; one without a name has that of nobody, and is left out. Raises Unreadable."""
    lines = text.lstrip("\ufeff").splitlines()
    if not lines or not lines[0].startswith("WEBVTT"):
        raise Unreadable("not WebVTT")
    cues = sorted(_cues(lines), key=lambda cue: (cue.start, cue.end))
    if len(cues) > MOST_CUES:
        raise Unreadable("too many cues")
    return cues


def _cues(lines: list[str]) -> Iterator[Cue]:
    for number, line in enumerate(lines):
        times = _TIMES.match(line)
        start, end = (_seconds(times[1]), _seconds(times[2])) if times else (None, None)
        if start is None or end is None or end <= start:
            continue
        before = lines[number - 1] if number else ""
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if name := clean_name(html.unescape(_name(before, after))):
            yield Cue(start, end, name)


def _name(identifier: str, words: str) -> str:
    if voice := _VOICE.search(words):
        return voice[1]
    if quoted := _IDENTIFIER.match(identifier):
        return quoted[1]
    prefix = _PREFIX.match(words)
    if prefix is None or len(prefix[1].split()) > _MOST_WORDS_IN_NAME or _SENTENCE_END.search(prefix[1]):
        return ""
    return prefix[1]


def _seconds(text: str) -> float | None:
    """[[hours:]minutes:]seconds, with one figure or two for each, a point or a comma before the fraction."""
    parts = text.replace(",", ".").split(":")
    try:
        values = [float(part) for part in parts]
    except ValueError:
        return None
    return sum(value * 60**power for power, value in enumerate(reversed(values))) if len(values) <= 3 else None
