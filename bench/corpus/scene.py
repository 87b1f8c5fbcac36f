"""One conversation: who says what when, at 16 kHz, each person apart. The same seed gives the same samples.

In a fresh process, that is: espeak-ng carries a little of one sentence over to the next.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bench.corpus.sentences import sentence
from bench.voices import espeak
from bench.voices.espeak import Voice
from transcripts.pipeline.evaluation.reference import Said

RATE_HZ = 16_000
Samples = NDArray[np.float32]
# Variants that the demonstration model has been trained on, or that it hears as well (docs/quality.md).
VOICES = {
    "claire": Voice("fr+f2", 165, 55),
    "bilal": Voice("fr+m3", 160, 40),
    "chen": Voice("fr+m4", 165, 62),
    "dora": Voice("fr+f3", 160, 70),
    "paul": Voice("fr-be", 165, 35),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """`voices` are of one length, by speaker, without any noise."""

    seconds: float
    voices: dict[str, Samples]
    words: tuple[Said, ...]


def play(seed: int, speakers: Sequence[str], seconds: float, *, overlap: float = 0.1, pause_s: float = 0.8) -> Scene:
    """Turns of one to three sentences. A turn begins before the last one ends with the probability `overlap`."""
    chance = random.Random(seed)
    voices = {speaker: np.zeros(round(seconds * RATE_HZ), np.float32) for speaker in speakers}
    words: list[Said] = []
    at, speaker = 0.6, speakers[0]
    while True:
        for _ in range(chance.randint(1, 3)):
            sound, said = _say(sentence(chance), speaker, at)
            if at + len(sound) / RATE_HZ > seconds - 0.5:
                return Scene(seconds, voices, tuple(sorted(words, key=lambda word: word.start)))
            start = round(at * RATE_HZ)
            voices[speaker][start : start + len(sound)] += sound
            words += said
            at += len(sound) / RATE_HZ + chance.uniform(0.3, pause_s)
        others = [other for other in speakers if other != speaker] or [speaker]
        speaker = chance.choice(others)
        at += (
            chance.uniform(-1.5, -0.6)
            if len(speakers) > 1 and chance.random() < overlap
            else chance.uniform(0, pause_s)
        )


def _say(text: str, speaker: str, at: float) -> tuple[Samples, list[Said]]:
    speech = espeak.synthesiser().say(text, VOICES[speaker])
    ratio = Fraction(RATE_HZ, espeak.RATE_HZ)
    sound = resample_poly(speech.samples.astype(np.float64) / 65_536, ratio.numerator, ratio.denominator)
    said = [Said(round(at + w.start, 3), round(at + w.end, 3), w.text, speaker) for w in speech.words]
    return sound.astype(np.float32), said
