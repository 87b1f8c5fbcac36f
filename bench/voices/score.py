"""How much of what was said is in the minutes, and when. Pure: no audio, no model."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

IN_TIME_S = 1.0
LATE_S = 5.0


class TimedWord(Protocol):
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Score:
    """`said` words of the truth fell inside what was recorded; `found` are in the minutes within IN_TIME_S.

    `late` ones are there too, more than IN_TIME_S and less than LATE_S away. `offset` is the second of the meeting at
    which the truth's clock stood at 0, modulo the length of its loop.
    """

    said: int
    found: int
    late: int
    offset: float

    @property
    def recall(self) -> float:
        return self.found / self.said if self.said else 0.0


def score(
    said: Sequence[TimedWord], heard: Sequence[TimedWord], *, loop_s: float, window: tuple[float, float]
) -> Score:
    """Compare one speaker's truth with the words that the minutes give this speaker.

    A browser plays the truth in a loop of `loop_s`, and nobody knows since when: the offset that most words agree on
    is found first. `window` is what was recorded, in seconds of the meeting, on the clock of `heard`; words that
    were cut by its edges do not count.
    """
    offset = find_offset(said, heard, loop_s)
    expected = sorted(_occurrences(said, offset, loop_s, window))
    unused = defaultdict(list)
    for word in heard:
        unused[_plain(word.text)].append(word.start)
    gaps = [_take_nearest(unused[text], at) for at, text in expected]
    found = sum(gap <= IN_TIME_S for gap in gaps)
    return Score(len(expected), found, sum(gap <= LATE_S for gap in gaps) - found, round(offset, 3))


def find_offset(said: Sequence[TimedWord], heard: Sequence[TimedWord], loop_s: float) -> float:
    """The difference between the two clocks, in [0, loop_s), that most pairs of equal words agree on."""
    texts = defaultdict(list)
    for word in said:
        texts[_plain(word.text)].append(word.start)
    differences = sorted((word.start - start) % loop_s for word in heard for start in texts[_plain(word.text)])
    if not differences:
        return 0.0
    around = [*differences, *(difference + loop_s for difference in differences)]  # 0 and loop_s are neighbours
    agreeing = max(
        (around[first : bisect_right(around, around[first] + IN_TIME_S)] for first in range(len(differences))), key=len
    )
    return median(agreeing) % loop_s


def _occurrences(
    said: Sequence[TimedWord], offset: float, loop_s: float, window: tuple[float, float]
) -> Iterator[tuple[float, str]]:
    """Each time a word was wholly said inside the window: (second of the meeting, plain text)."""
    begins, ends = window
    for word in said:
        start = begins + (offset + word.start - begins) % loop_s
        while start + word.end - word.start <= ends:
            yield start, _plain(word.text)
            start += loop_s


def _take_nearest(starts: list[float], at: float) -> float:
    """Remove the start nearest to `at`, so that it is used once; return how far it was."""
    nearest = min(starts, key=lambda start: abs(start - at), default=None)
    if nearest is None or abs(nearest - at) > LATE_S:
        return float("inf")
    starts.remove(nearest)
    return abs(nearest - at)


def _plain(text: str) -> str:
    """Without case, without punctuation but that inside a word; accents stay."""
    kept = (character for character in unicodedata.normalize("NFC", text.lower()) if character.isalnum())
    return "".join(kept)
