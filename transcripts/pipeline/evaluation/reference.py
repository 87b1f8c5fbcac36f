"""What was really said in a recording: JSON, or the RTTM, CTM and STM of the speech community."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcripts.pipeline.speech import Turn

_COMMENT = ";;"


class BadReference(ValueError):
    """The message names the file, and the line."""


@dataclass(frozen=True, slots=True)
class Said:
    """A word of the truth. Seconds from the start of the recording."""

    start: float
    end: float
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Reference:
    """`turns` may be known without `words`, and words without their speakers (an empty name)."""

    words: tuple[Said, ...]
    turns: tuple[Turn, ...]


def read_reference(paths: Sequence[Path]) -> Reference:
    """One file, or an RTTM for the turns beside a CTM or an STM for the words. Raises BadReference, OSError."""
    words: list[Said] = []
    turns: list[Turn] = []
    for path in paths:
        readers = {".json": _read_json, ".rttm": _read_rttm, ".ctm": _read_ctm, ".stm": _read_stm}
        if path.suffix not in readers:
            raise BadReference(f"{path.name}: neither .json, .rttm, .ctm nor .stm")
        found = readers[path.suffix](path)
        words += (item for item in found if isinstance(item, Said))
        turns += (item for item in found if isinstance(item, Turn))
    words.sort(key=lambda word: (word.start, word.end))
    return Reference(tuple(words), tuple(turns or turns_of(words)))


def turns_of(words: Sequence[Said], pause_s: float = 0.5) -> list[Turn]:
    """A turn for each stretch of one speaker's words without a longer pause."""
    turns: list[Turn] = []
    last: dict[str, int] = {}
    for word in sorted(words, key=lambda word: (word.start, word.end)):
        place = last.get(word.speaker)
        if place is not None and word.start - turns[place].end <= pause_s:
            turns[place] = Turn(turns[place].start, max(word.end, turns[place].end), word.speaker)
        else:
            last[word.speaker] = len(turns)
            turns.append(Turn(word.start, word.end, word.speaker))
    return turns


def write_rttm(name: str, turns: Sequence[Turn]) -> str:
    return "".join(
        f"SPEAKER {name} 1 {turn.start:.3f} {turn.end - turn.start:.3f} <NA> <NA> {turn.speaker} <NA> <NA>\n"
        for turn in turns
    )


def write_ctm(name: str, words: Sequence[Said]) -> str:
    return "".join(f"{name} 1 {word.start:.3f} {word.end - word.start:.3f} {word.text}\n" for word in words)


def write_stm(name: str, words: Sequence[Said]) -> str:
    lines = []
    for turn in turns_of(words):
        said = [word.text for word in words if word.speaker == turn.speaker and turn.start <= word.start < turn.end]
        lines.append(f"{name} 1 {turn.speaker} {turn.start:.3f} {turn.end:.3f} <NA> {' '.join(said)}\n")
    return "".join(lines)


def _read_json(path: Path) -> list[Said | Turn]:
    """{"words": [{"start", "end", "text", "speaker"}]}, and "turns" if they are known apart."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        words = [
            Said(*_times(w["start"], w["end"]), str(w["text"]), str(w.get("speaker", ""))) for w in fields["words"]
        ]
        turns = [Turn(*_times(t["start"], t["end"]), str(t["speaker"])) for t in fields.get("turns", [])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadReference(f"{path.name}: {type(error).__name__}") from error
    return [*words, *turns]


def _read_rttm(path: Path) -> list[Said | Turn]:
    turns: list[Said | Turn] = []
    for number, fields in _lines(path, least=8):
        if fields[0] == "SPEAKER":
            start, seconds = _numbers(path, number, fields[3:5])
            turns.append(Turn(start, start + seconds, fields[7]))
    return turns


def _read_ctm(path: Path) -> list[Said | Turn]:
    words: list[Said | Turn] = []
    for number, fields in _lines(path, least=5):
        start, seconds = _numbers(path, number, fields[2:4])
        words.append(Said(start, start + seconds, fields[4], ""))
    return words


def _read_stm(path: Path) -> list[Said | Turn]:
    """Words are spread evenly over their segment: times inside it are guesses."""
    found: list[Said | Turn] = []
    for number, fields in _lines(path, least=5):
        start, end = _numbers(path, number, fields[3:5])
        texts = fields[5:]
        if texts and texts[0].startswith("<") and texts[0].endswith(">"):
            texts = texts[1:]
        step = (end - start) / max(len(texts), 1)
        found += (Said(start + n * step, start + (n + 1) * step, text, fields[2]) for n, text in enumerate(texts))
        found.append(Turn(start, end, fields[2]))
    return found


def _lines(path: Path, *, least: int) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split()
        if not fields or line.startswith(_COMMENT):
            continue
        if len(fields) < least:
            raise BadReference(f"{path.name}:{number}: {len(fields)} fields instead of {least}")
        yield number, fields


def _numbers(path: Path, number: int, fields: Sequence[str]) -> tuple[float, float]:
    try:
        one, other = map(float, fields)
    except ValueError as error:
        raise BadReference(f"{path.name}:{number}: not a time") from error
    if not (math.isfinite(one) and math.isfinite(other) and one >= 0 and other >= 0):
        raise BadReference(f"{path.name}:{number}: not a time")
    return one, other


def _times(start: Any, end: Any) -> tuple[float, float]:
    if not 0 <= float(start) <= float(end) < math.inf:
        raise ValueError("not a time")
    return float(start), float(end)
