"""Conversations of synthetic speakers: turns, overlaps, rooms, noise; with the truth of who spoke when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve

from bench.models.diarization.voices import SAMPLE_RATE, Samples, Speaker
from transcripts.pipeline.speech import Turn

_NOISE_LEVEL = 0.06  # that of voices: signal to noise is told against it


@dataclass(frozen=True, slots=True)
class Manner:
    """How people talk: chances of speaking over somebody, and of a long silence."""

    overlap: float = 0.4
    silence: float = 0.1


def converse(
    chance: np.random.Generator, speakers: Sequence[Speaker], count: int, seconds: float, manner: Manner
) -> tuple[Samples, list[Turn]]:
    """`count` of the speakers, for `seconds`. Turns are in order of their start."""
    people = [speakers[place] for place in chance.choice(len(speakers), count, replace=False)]
    gains = 10 ** (chance.uniform(-5, 5, count) / 20)
    rooms = [_room(chance) if chance.random() < 0.5 else None for _ in people]
    sound, turns = np.zeros(int((seconds + 20) * SAMPLE_RATE), np.float32), []
    at, last = float(chance.exponential(0.6)), -1
    ends = dict.fromkeys(range(count), 0.0)
    while at < seconds:
        who = _next(chance, count, last)
        said = people[who].utterances[chance.integers(len(people[who].utterances))] * gains[who]
        start = max(at, ends[who] + 0.05)
        room = rooms[who]
        add(sound, said if room is None else reverberate(said, room), start)
        end = start + len(said) / SAMPLE_RATE
        turns.append(Turn(start, min(end, seconds), people[who].name))
        ends[who], last = end, who
        at = max(ends.values()) + _gap(chance, count, end - start, manner)
    heard = sound[: int(seconds * SAMPLE_RATE)] + noise(chance, int(seconds * SAMPLE_RATE), chance.uniform(12, 40))
    loudness = 10 ** (chance.uniform(-8, 4) / 20)
    kept = [turn for turn in turns if turn.end - turn.start > 0.05]
    return np.clip(heard * loudness, -1, 1).astype(np.float32), sorted(kept, key=lambda turn: turn.start)


def _next(chance: np.random.Generator, count: int, last: int) -> int:
    others = [who for who in range(count) if who != last or count == 1]
    return int(chance.choice(others if chance.random() < 0.8 or last < 0 else count))


def _gap(chance: np.random.Generator, count: int, said_s: float, manner: Manner) -> float:
    """Below zero: the next one speaks before everybody has ended."""
    if count > 1 and chance.random() < manner.overlap:
        return -float(chance.uniform(0.2, max(0.25, min(2.0, said_s * 0.7))))
    return float(chance.exponential(0.45) + (chance.uniform(2, 5) if chance.random() < manner.silence else 0.0))


def add(sound: Samples, part: Samples, start: float) -> None:
    first = int(start * SAMPLE_RATE)
    length = max(0, min(len(part), len(sound) - first))
    sound[first : first + length] += part[:length]


def _room(chance: np.random.Generator) -> Samples:
    return make_room(chance, float(chance.uniform(0.08, 0.4)))


def make_room(chance: np.random.Generator, decay_s: float) -> Samples:
    """An impulse response: the sound itself, then a tail that dies away."""
    clock = np.arange(int(decay_s * SAMPLE_RATE)) / SAMPLE_RATE
    room = chance.standard_normal(len(clock)) * np.exp(-6.9 * clock / decay_s) * 0.25
    room[:40] *= 0.2
    room[0] = 1.0
    return np.asarray(room, np.float32)


def reverberate(sound: Samples, room: Samples) -> Samples:
    return np.asarray(fftconvolve(sound, room)[: len(sound)], np.float32)


def noise(chance: np.random.Generator, samples: int, below_db: float) -> Samples:
    """White or pink, so many decibels below voices."""
    hiss = chance.standard_normal(samples)
    if chance.random() < 0.6:
        spectrum = np.fft.rfft(hiss)
        hiss = np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), samples)
    return np.asarray(hiss / (hiss.std() + 1e-8) * _NOISE_LEVEL * 10 ** (-below_db / 20), np.float32)
