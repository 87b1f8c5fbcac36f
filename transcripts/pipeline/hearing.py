"""Where engines meet the pipeline: what a recogniser is asked, and what it says that it heard."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from transcripts.pipeline.speech import Word

if TYPE_CHECKING:
    from transcripts.pipeline.audio import Waveform

FRENCH = "fr"
# Below this share, French gives way to the likeliest language: a model hesitates on accents, and on short windows.
FRENCH_ENOUGH = 0.3
LONGEST_PROMPT = 600  # characters; a prompt of Whisper's ends at 223 tokens, and every token of it costs
_LONGEST_TERM = 60


@dataclass(frozen=True, slots=True)
class Hints:
    """What is likely to be said: names of those who are there, words of the agenda, the institution's own terms."""

    names: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()
    glossary: tuple[str, ...] = ()

    def prompt(self) -> str:
        """Terms in order of use, as many as fit in LONGEST_PROMPT; empty when there is none."""
        kept: list[str] = []
        room = LONGEST_PROMPT
        for term in dict.fromkeys(_one_line(term) for term in (*self.names, *self.glossary, *self.agenda)):
            if term and len(term) + 2 <= room:
                kept.append(term)
                room -= len(term) + 2
        return f"{', '.join(kept)}." if kept else ""


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or so, as an engine gives it; words are on the clock of its window, in order.

    `log_probability` is the mean of its tokens', `no_speech` the probability that nobody spoke. Engines that do not
    tell give the values of a sure one.
    """

    words: tuple[Word, ...]
    log_probability: float = 0.0
    no_speech: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


class Recogniser(Protocol):
    @property
    def windows_at_once(self) -> int:
        """How many windows are heard together at the best price."""

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        """The passages of each window, in order. The same input gives the same words.

        `language` is an ISO 639-1 code, or None where the engine may tell by itself. Raises RecogniserFailed.
        """

    def detect_language(self, windows: Sequence[Waveform]) -> str | None:
        """The language of a meeting, from a few of its windows; None where it is told with the words."""


def choose_language(probabilities: Sequence[Mapping[str, float]]) -> str:
    """French first: another language must be much likelier over all windows. French too when there is no window."""
    totals: dict[str, float] = {}
    for window in probabilities:
        for language, probability in window.items():
            totals[language] = totals.get(language, 0.0) + probability
    if not totals or totals.get(FRENCH, 0.0) >= FRENCH_ENOUGH * len(probabilities):
        return FRENCH
    return max(totals, key=lambda language: (totals[language], language))


def is_sound(word: Word, seconds: float) -> bool:
    """An engine may give a time that is no number, runs backwards, or lies past its window."""
    times = (word.start, word.end, word.probability if word.probability is not None else 1.0)
    return all(math.isfinite(value) for value in times) and 0.0 <= word.start <= word.end and word.start < seconds


def _one_line(term: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in term).split())[
        :_LONGEST_TERM
    ]
