"""The few of Whisper's 51 865 tokens that the model learns, under numbers of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bench.models.whisper.utterances import make_tokenizer

SIZE = 51_865
TIMES = 1501  # <|0.00|> to <|30.00|>
END, START, FRENCH, TRANSCRIBE, PREVIOUS, NO_SPEECH, NO_TIMES = range(7)


class Vocabulary:
    """Own numbers: the special tokens above, then words from FIRST_WORD on, then times from `first_time` on.

    All other tokens are one, `unknown`, the last.
    """

    FIRST_WORD = 7

    def __init__(self, words: Iterable[int]) -> None:
        tokenizer: Any = make_tokenizer()
        french = tokenizer.sot_sequence[1]
        special = (tokenizer.eot, tokenizer.sot, french, tokenizer.transcribe, tokenizer.sot_prev)
        self.numbers = (*special, tokenizer.no_speech, tokenizer.no_timestamps, *sorted(set(words)))
        self.first_time_of_whisper = int(tokenizer.timestamp_begin)
        self._own = {number: own for own, number in enumerate(self.numbers)}

    @property
    def first_time(self) -> int:
        return len(self.numbers)

    @property
    def unknown(self) -> int:
        return self.first_time + TIMES

    @property
    def unlearned(self) -> int:
        """How many tokens `unknown` stands for."""
        return SIZE - self.unknown

    def own(self, number: int) -> int:
        return self._own[number]

    def time(self, frame: float) -> int:
        return self.first_time + max(0, min(TIMES - 1, round(frame)))
