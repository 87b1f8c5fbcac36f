"""Which words of a hypothesis will not change: those on which two hypotheses in a row agree. Knows no Django.

Local agreement: Liu, Spanakis, Niehues, "Low-Latency Sequence-to-Sequence Speech Recognition and Translation", 2020.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from transcripts.pipeline.phantoms import plain
from transcripts.pipeline.speech import Word

SETTLED_S = 0.6  # a word so near to the end of what was heard may still be half of a longer one
SLACK_S = 0.15  # the same word is a little earlier or later in the next hypothesis


@dataclass(slots=True)
class Agreement:
    """Words on the clock of the line."""

    final: list[Word] = field(default_factory=list)
    partial: list[Word] = field(default_factory=list)

    def hear(self, words: Sequence[Word], until: float) -> None:
        """A hypothesis about all that was said until then."""
        rest = self._after_final(words)
        agreed = [
            new
            for new, old in itertools.takewhile(lambda pair: _is_same(*pair), zip(rest, self.partial, strict=False))
            if new.end <= until - SETTLED_S
        ]
        self.final += agreed
        self.partial = rest[len(agreed) :]

    def finish(self, words: Sequence[Word]) -> None:
        """The last hypothesis, about the whole line."""
        self.final += self._after_final(words)
        self.partial = []

    def _after_final(self, words: Sequence[Word]) -> list[Word]:
        """Of a newer hypothesis, what is not final yet: told by the words where they are the same, else by time."""
        count = len(self.final)
        if count <= len(words) and all(map(_is_same, self.final, words)):
            return list(words[count:])
        end = self.final[-1].end if self.final else 0.0
        return [word for word in words if word.start >= end - SLACK_S]


def _is_same(one: Word, other: Word) -> bool:
    return plain(one.text) == plain(other.text)


def text_of(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
