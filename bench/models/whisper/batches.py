"""Batches for a step of training: windows of one length, what should be written of them, and where it is heard."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray

from bench.models.whisper.sequences import Aim, write
from bench.models.whisper.utterances import Pool
from bench.models.whisper.vocabulary import FRENCH, NO_SPEECH, Vocabulary
from bench.models.whisper.windows import MIDDLE, SHORT, WHOLE, Window, WindowMaker

_MISREAD = 0.06  # of the words already written: the next one must come from the sound
# Shares of the lengths, up to this much of training.
_LENGTHS = (
    (0.55, (0.92, 0.08, 0.0)),
    (0.80, (0.50, 0.20, 0.30)),
    (1.01, (0.15, 0.15, 0.70)),
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows `w`, of `f` frames; texts of `t` tokens.

    mel (w, MELS, 2 f); offset (w,); phones and heard (w, f): the phoneme, and the token, of each frame; given (w, t).
    asked (a, 2): window and place of each token that is asked; wanted (a,), weight (a,). aligned (s, 2): those whose
    sound is known; span (s, 2): from where to where, in frames.
    """

    mel: torch.Tensor
    offset: torch.Tensor
    phones: torch.Tensor
    heard: torch.Tensor
    given: torch.Tensor
    asked: torch.Tensor
    wanted: torch.Tensor
    weight: torch.Tensor
    aligned: torch.Tensor
    span: torch.Tensor

    def to(self, device: str) -> Batch:
        return Batch(**{field.name: getattr(self, field.name).to(device) for field in fields(self)})


class BatchMaker:
    """`seconds` of sound in each batch, about."""

    def __init__(self, pool: Pool, vocabulary: Vocabulary, *, seconds: float, seed: int) -> None:
        self._chance = random.Random(seed)
        self._windows = WindowMaker(pool, self._chance)
        self._vocabulary, self._seconds = vocabulary, seconds

    def make(self, progress: float) -> Batch:
        """Short windows first: they are cheap, and stand anywhere within the 30 s."""
        chance, vocabulary = self._chance, self._vocabulary
        shares = next(shares for until, shares in _LENGTHS if progress < until)
        [frames] = chance.choices((SHORT, MIDDLE, WHOLE), shares)
        windows = [self._windows.make(frames) for _ in range(max(1, round(self._seconds * 50 / frames)))]
        offsets = [chance.randint(0, WHOLE - frames) if chance.random() < 0.6 else 0 for _ in windows]
        texts = [
            write(chance, vocabulary, window, offset, progress) for window, offset in zip(windows, offsets, strict=True)
        ]
        labels = [label_frames(window, vocabulary) for window in windows]
        return Batch(
            mel=torch.from_numpy(np.stack([window.mel for window in windows])).transpose(1, 2),
            offset=torch.tensor(offsets),
            phones=torch.from_numpy(np.stack([phones for phones, _ in labels])),
            heard=torch.from_numpy(np.stack([heard for _, heard in labels])),
            given=self._given(texts),
            **_asked(texts, frames),
        )

    def _given(self, texts: Sequence[Sequence[Aim]]) -> torch.Tensor:
        """Whisper is always told that the language is French, and that there is speech."""
        chance, words = self._chance, range(Vocabulary.FIRST_WORD, self._vocabulary.first_time)
        given = np.zeros((len(texts), max(map(len, texts)) - 1), np.int64)
        for row, text in zip(given, texts, strict=True):
            for place, aim in enumerate(text[:-1]):
                misread = bool(aim.weight) and aim.token in words and chance.random() < _MISREAD
                told = FRENCH if aim.token == NO_SPEECH else aim.token
                row[place] = chance.choice(words) if misread else told
        return torch.from_numpy(given)


def label_frames(window: Window, vocabulary: Vocabulary) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The phoneme of each frame, and its token: `first_time` where there is none."""
    phones = np.zeros(window.frames, np.int64)
    heard = np.full(window.frames, vocabulary.first_time, np.int64)
    for said in window.placed():
        utterance = said.utterance
        kept = min(utterance.frames, window.frames - said.start)
        phones[said.start : said.start + kept] = utterance.phones[:kept]
        for token in utterance.tokens:
            if token.end <= utterance.end + 0.5:
                start = said.start + max(0, round(token.start))
                heard[start : max(start + 1, said.start + round(token.end))] = vocabulary.own(token.number)
    return phones, heard


def _asked(texts: Sequence[Sequence[Aim]], frames: int) -> dict[str, torch.Tensor]:
    asked, wanted, weights, aligned, spans = [], [], [], [], []
    for row, text in enumerate(texts):
        for place, aim in enumerate(text):
            if not aim.weight:
                continue
            asked.append((row, place - 1))
            wanted.append(aim.token)
            weights.append(aim.weight)
            if aim.span is not None:
                start = max(0, min(math.floor(aim.span[0]), frames - 2))
                aligned.append((row, place - 1))
                spans.append((start, max(start + 2, min(math.ceil(aim.span[1]), frames))))
    return {
        "asked": torch.tensor(asked),
        "wanted": torch.tensor(wanted),
        "weight": torch.tensor(weights),
        "aligned": torch.tensor(aligned, dtype=torch.int64).reshape(-1, 2),
        "span": torch.tensor(spans, dtype=torch.int64).reshape(-1, 2),
    }
