"""What there is to learn from: sentences with the time of each token and each phoneme, in recordings."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.models.whisper.grammar import trained_sentences
from bench.models.whisper.voices import (
    FRAMES_A_SECOND,
    OPUS_KBITS,
    TRAINED,
    Placed,
    Samples,
    choose_voice,
    render,
    to_16_khz,
)
from bench.report import say as tell
from bench.voices.espeak import SpokenWord

MELS = 80
SENTENCES_A_RECORDING = 40
_LONGEST_PAUSE_FRAMES = 20


@dataclass(frozen=True, slots=True)
class Token:
    """Of Whisper's vocabulary; frames of 20 ms from the start of the sentence, with parts of one."""

    number: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """`mel`: log10 of power, (2 * frames, MELS), as Whisper has it before it normalises. `phones`: (frames,)."""

    text: str
    mel: NDArray[np.float16]
    tokens: tuple[Token, ...]
    phones: NDArray[np.int16]
    end: float

    @property
    def frames(self) -> int:
        return len(self.phones)


Recording = tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """`phones`: how many names of phonemes there are; 0 is the pause."""

    recordings: tuple[Recording, ...]
    phones: int

    def tokens(self) -> set[int]:
        return {token.number for recording in self.recordings for said in recording for token in said.tokens}

    def hours(self) -> float:
        return sum(said.frames for recording in self.recordings for said in recording) / FRAMES_A_SECOND / 3600


def make_pool(count: int, seed: int, *, of_each: int = SENTENCES_A_RECORDING) -> Pool:
    """`count` sentences at least, in recordings of one to three voices each, said in the order in which they stand."""
    chance = random.Random(seed)
    tokenizer, phones = make_tokenizer(), {"_": 0}
    recordings: list[Recording] = []
    said = 0
    while said < count:
        voices = [choose_voice(chance, TRAINED) for _ in range(chance.choice((1, 1, 2, 3)))]
        track, placed = render(chance, trained_sentences(chance, min(of_each, count - said)), voices)
        mel = log_mel(to_16_khz(track, chance.choice(OPUS_KBITS)))
        recording = tuple(_cut(mel, sentence, tokenizer.encode, tokenizer.decode, phones) for sentence in placed)
        if recording:
            recordings.append(recording)
        said += len(recording)
        if len(recordings) % 20 == 0:
            tell(f"{said}/{count} sentences")
    return Pool(tuple(recordings), len(phones))


def make_tokenizer() -> Any:
    from whisper.tokenizer import get_tokenizer

    return get_tokenizer(True, num_languages=99, language="fr", task="transcribe")


def log_mel(samples: Samples) -> NDArray[np.float32]:
    """(frames of 10 ms, MELS), log10 of power, not yet normalised."""
    import torch
    from whisper.audio import HOP_LENGTH, N_FFT, mel_filters

    wave = torch.from_numpy(samples.astype(np.float32) / 32768)
    spectrum = torch.stft(wave, N_FFT, HOP_LENGTH, window=torch.hann_window(N_FFT), return_complex=True)
    power = mel_filters("cpu", MELS) @ spectrum[..., :-1].abs() ** 2
    return np.ascontiguousarray(power.clamp(min=1e-10).log10().T.numpy(), np.float32)


def time_tokens(
    words: Sequence[SpokenWord],
    frames: int,
    encode: Callable[[str], list[int]],
    decode: Callable[[list[int]], str],
) -> tuple[Token, ...]:
    """Letters share the time of their word; a mark at its end has the pause that follows, one within has an instant."""
    times: list[Token] = []
    for word, following in zip(words, [*words[1:], None], strict=True):
        start, end = word.start * FRAMES_A_SECOND, word.end * FRAMES_A_SECOND
        next_start = frames + 15 if following is None else following.start * FRAMES_A_SECOND
        numbers = encode(f" {word.text}")
        letters = [sum(letter.isalnum() or letter == "\ufffd" for letter in decode([number])) for number in numbers]
        total, done = max(1, sum(letters)), 0
        for number, own in zip(numbers, letters, strict=True):
            at = start + (end - start) * done / total
            done += own
            if own:
                times.append(Token(number, at, start + (end - start) * done / total))
            elif done < total:
                times.append(Token(number, at - 1, at + 1))
            else:
                pause = min(next_start, end + _LONGEST_PAUSE_FRAMES)
                times.append(Token(number, end - 0.5, max(end + 2, pause)))
    return tuple(times)


def _cut(
    mel: NDArray[np.float32],
    sentence: Placed,
    encode: Callable[[str], list[int]],
    decode: Callable[[list[int]], str],
    phones: dict[str, int],
) -> Utterance:
    """Adds the names of phonemes that it meets to `phones`."""
    speech = sentence.speech
    own = np.full((2 * sentence.frames, MELS), -10, np.float16)
    found = mel[2 * sentence.start : 2 * (sentence.start + sentence.frames)]
    own[: len(found)] = found
    labels = np.zeros(sentence.frames, np.int16)
    for (name, start), (_, end) in zip(speech.phonemes, [*speech.phonemes[1:], ("", 1e9)], strict=True):
        number = phones.setdefault("_" if name.startswith("_") else name, len(phones))
        labels[round(start * FRAMES_A_SECOND) : min(sentence.frames, round(end * FRAMES_A_SECOND))] = number
    tokens = time_tokens(speech.words, sentence.frames, encode, decode)
    return Utterance(sentence.text, own, tokens, labels, speech.words[-1].end * FRAMES_A_SECOND)
