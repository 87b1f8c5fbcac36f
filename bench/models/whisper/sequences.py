"""What Whisper should write of a window: tokens, each with its weight and where its sound is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.models.whisper.utterances import Recording
from bench.models.whisper.vocabulary import (
    END,
    FRENCH,
    NO_SPEECH,
    NO_TIMES,
    PREVIOUS,
    START,
    TRANSCRIBE,
    Vocabulary,
)
from bench.models.whisper.windows import WHOLE, Window

LONGEST = 440  # tokens: Whisper's decoder knows 448 places
_LONGEST_PROMPT = 223  # whisper.transcribe's: half of them
_LATEST_FIRST = 50  # whisper.decode lets no text begin after one second
_WITH_TIMES = 0.6
_EARLIEST_PROMPT = 0.3  # of training


@dataclass(frozen=True, slots=True)
class Aim:
    """A token under our number. Weight 0: given, not asked. `span`: where its sound is, in frames."""

    token: int
    weight: float
    span: tuple[float, float] | None = None


def write(chance: random.Random, vocabulary: Vocabulary, window: Window, offset: int, progress: float) -> list[Aim]:
    """`offset`: where a short window stands within the 30 s, in frames; `progress` of training, from 0 to 1."""
    aims = [
        *_prompt(chance, vocabulary, window, progress),
        Aim(START, 0),
        Aim(NO_SPEECH if window.is_speechless else FRENCH, 0.3),
        Aim(TRANSCRIBE, 0),
        *_text(vocabulary, window, offset, with_times=chance.random() < _WITH_TIMES),
    ]
    return aims[:LONGEST]


def previous_tokens(chance: random.Random, vocabulary: Vocabulary, before: Recording, *, with_times: bool) -> list[int]:
    """The text of what came before, as whisper.transcribe would have written it: its times start again each 30 s.

    A window begins where the last whole sentence of the one before it ended.
    """
    tokens: list[int] = []
    at = 0
    for utterance in before:
        if at + utterance.frames > WHOLE:
            at = 0
        start, end = at, at + round(utterance.end)
        words = [vocabulary.own(token.number) for token in utterance.tokens]
        tokens += [vocabulary.time(start), *words, vocabulary.time(end)] if with_times else words
        at += utterance.frames + chance.randint(5, 40)
    return tokens


def _prompt(chance: random.Random, vocabulary: Vocabulary, window: Window, progress: float) -> Iterator[Aim]:
    is_whole = window.frames == WHOLE
    if not window.before or progress < _EARLIEST_PROMPT or chance.random() > (0.6 if is_whole else 0.1):
        return
    before = window.before[-chance.randint(1, 10) :]
    tokens = previous_tokens(chance, vocabulary, before, with_times=chance.random() < 0.9)
    yield Aim(PREVIOUS, 0)
    for token in tokens[-(_LONGEST_PROMPT if is_whole else 50) :]:
        yield Aim(token, 0)


def _text(vocabulary: Vocabulary, window: Window, offset: int, *, with_times: bool) -> Iterator[Aim]:
    if not with_times:
        yield Aim(NO_TIMES, 0)
    end = 0
    for number, said in enumerate(window.said):
        start, end = said.start, said.start + round(said.utterance.end)
        if with_times:
            written = min(start, _LATEST_FIRST) if number == 0 and not offset else start
            yield Aim(vocabulary.time(offset + written), 1, (start - 3, start + 3))
        for token in said.utterance.tokens:
            yield Aim(vocabulary.own(token.number), 1, (said.start + token.start, said.start + token.end))
        if with_times:
            yield Aim(vocabulary.time(offset + end), 1, (end - 3, end + 3))
    if with_times and window.cut is not None:
        written = window.cut if window.said else min(window.cut, _LATEST_FIRST)
        yield Aim(vocabulary.time(offset + written), 1, (window.cut - 3, window.cut + 3))
    elif with_times and window.is_speechless:
        yield Aim(vocabulary.time(offset), 1)
    yield Aim(END, 1, None if with_times or not window.said else (end + 1, end + 12))
