"""Hear windows, and again what their texts passed over.

A decoder that meets the same words twice in a window may go on after the second time. The words that stand over what it
left out are drawn out over it, or lie far apart: a window has no long silences.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transcripts.pipeline.activity import QUIET_DB
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, duration_of
from transcripts.pipeline.errors import NoTranscription
from transcripts.pipeline.hearing import Hints, Passage, Recogniser, is_sound
from transcripts.pipeline.levels import level_of
from transcripts.pipeline.phantoms import Reason, sift
from transcripts.pipeline.progress import Progress, between
from transcripts.pipeline.speech import Word

LONGEST_WORD_S = 1.2  # what lasts longer stands over other words, as a rule
WORD_S = 0.5  # of it, what it may rightly take
SHORTEST_S = 2.0  # pauses inside a window are shorter
SILENCE_DB = 20.0  # below the window: nobody speaks
MOST_HOLES = 8  # of a chunk
_FIRST_TIME = 0.85  # of the work


@dataclass(frozen=True, slots=True)
class Hole:
    """Seconds from the start of the window, between two words that are sure, or an end of it."""

    start: float
    end: float

    def cut(self, window: Waveform) -> Waveform:
        return window[round(self.start * SAMPLE_RATE) : round(self.end * SAMPLE_RATE)]

    def has(self, word: Word) -> bool:
        return self.start <= (word.start + word.end) / 2 < self.end


def hear_windows(
    recogniser: Recogniser, windows: Sequence[Waveform], language: str | None, hints: Hints, progress: Progress
) -> list[list[Passage]]:
    """The passages of each window, in order. Without a `language` nothing is heard again: a part might tell another."""

    def hear(parts: Sequence[Waveform], share: Progress, *, is_needed: bool = True) -> list[list[Passage]]:
        heard: list[list[Passage]] = []
        for batch in batches(parts, recogniser.windows_at_once):
            try:
                found = recogniser.hear(batch, language=language, hints=hints)
            except NoTranscription:
                if is_needed:
                    raise
                found = [[] for _ in batch]
            heard += (passages for passages, _ in zip(found, batch, strict=True))
            share(len(heard) / len(parts))
        return heard

    heard = hear(windows, between(progress, 0.0, _FIRST_TIME))
    holes = _worst([(place, hole) for place, window in enumerate(windows) for hole in find_holes(heard[place], window)])
    if language is not None:
        cuts = [hole.cut(windows[place]) for place, hole in holes]
        again = hear(cuts, between(progress, _FIRST_TIME, 1.0), is_needed=False)
        for (place, hole), found in zip(holes, again, strict=True):
            heard[place] = fill(heard[place], hole, found)
    progress(1.0)
    return heard


def batches(windows: Sequence[Waveform], at_once: int) -> Iterator[Sequence[Waveform]]:
    """As few as possible, of one size or one less: a last one of one window would cost as much as a full one."""
    count = math.ceil(len(windows) / at_once)
    for number in range(count):
        yield windows[len(windows) * number // count : len(windows) * (number + 1) // count]


def find_holes(passages: Sequence[Passage], window: Waveform) -> list[Hole]:
    """Where somebody speaks. None where nothing at all was heard: there was nothing to hear."""
    seconds = duration_of(window)
    sentences = [[word for word in passage.words if is_sound(word, seconds)] for passage in passages]
    sentences = [words for words in sentences if words]
    if not sentences:
        return []
    if len(sentences) == 1:  # all of it would be heard again
        sentences = [[word] for word in sentences[0]]
    sure = sorted(itertools.chain(*filter(_is_sure, sentences)), key=lambda word: word.start)
    starts = itertools.accumulate((word.end for word in sure), max, initial=0.0)
    ends = [*(word.start for word in sure), seconds]
    holes = [Hole(start, end) for start, end in zip(starts, ends, strict=True)]
    words = list(itertools.chain(*sentences))
    long = [hole for hole in holes if hole.end - hole.start - _taken(words, hole) >= SHORTEST_S]
    faintest = max(level_of(window, 0.0, seconds) - SILENCE_DB, QUIET_DB)
    return [hole for hole in long if level_of(window, hole.start, hole.end) >= faintest]


def _is_sure(sentence: Sequence[Word]) -> bool:
    """Where one word is drawn out, those beside it are out of place as well."""
    return all(word.end - word.start <= LONGEST_WORD_S for word in sentence)


def _taken(words: Sequence[Word], hole: Hole) -> float:
    return sum(min(word.end - word.start, WORD_S) for word in words if hole.has(word))


def _worst(holes: Sequence[tuple[int, Hole]]) -> list[tuple[int, Hole]]:
    """As many as are worth their cost: that of a whole window for each."""
    longest = sorted(holes, key=lambda placed: placed[1].start - placed[1].end)[:MOST_HOLES]
    return [placed for placed in holes if placed in longest]


def fill(passages: Sequence[Passage], hole: Hole, found: Sequence[Passage]) -> list[Passage]:
    """`found`, on the clock of the hole, in place of what stood over it, if people say more in it; in order."""
    said, made_up = sift(found, hole.end - hole.start)  # what nobody said takes nobody's place
    stood = sum(hole.has(word) for passage in passages for word in passage.words)
    if Reason.REPEATED in made_up or sum(len(passage.words) for passage in said) <= stood:
        return list(passages)
    after = [_part(passage, [word for word in passage.words if _is_after(word, hole)]) for passage in passages]
    others = [
        [word for word in passage.words if not hole.has(word) and not _is_after(word, hole)] for passage in passages
    ]
    before = [_part(passage, words) for passage, words in zip(passages, others, strict=True)]
    return [passage for passage in (*before, *(_moved(passage, hole) for passage in said), *after) if passage.words]


def _is_after(word: Word, hole: Hole) -> bool:
    return (word.start + word.end) / 2 >= hole.end


def _moved(passage: Passage, hole: Hole) -> Passage:
    return _part(
        passage, [replace(word, start=word.start + hole.start, end=word.end + hole.start) for word in passage.words]
    )


def _part(passage: Passage, words: Sequence[Word]) -> Passage:
    return replace(passage, words=tuple(words))
