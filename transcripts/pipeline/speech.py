"""What was said, when, and by whom. Times are seconds; each type says from when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a track where somebody speaks. Seconds from the start of the track."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of one voice, as diarization gives it. Seconds from the start of the track."""

    start: float
    end: float
    speaker: str


@dataclass(frozen=True, slots=True)
class Word:
    """Seconds from the start of its track, or of the meeting once in an Utterance.

    `text` keeps its punctuation. `speaker` is None for the one person of an ordinary track, and for a voice that
    could not be told on a shared microphone; merged, it is the key of the Utterance. `level` is how loud the track
    is there, in decibels below full scale.
    """

    start: float
    end: float
    text: str
    speaker: str | None = None
    probability: float | None = None
    level: float | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line of the minutes. Seconds from the start of the meeting; words in order, at least one.

    `speaker` is a key for programs: "<track>" or, for a voice of a shared microphone, "<track>#<voice>".
    """

    start: float
    end: float
    speaker: str
    text: str
    words: tuple[Word, ...]
