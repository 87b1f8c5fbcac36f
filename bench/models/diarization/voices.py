"""Speakers that nobody is: espeak-ng's variants, each with a pitch, a rate and a size of throat of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bench.voices.espeak import RATE_HZ, EspeakUnavailable, Voice, synthesiser
from bench.voices.script import MEETING, SHORT_MEETING

SAMPLE_RATE = 16_000
Samples = NDArray[np.float32]
# No variant of one list is in the other: what is measured on HELD_OUT was never heard.
TRAINED = (
    *("m1", "m3", "m4", "m6", "m7", "m8", "f1", "f3", "f5", "klatt", "klatt2", "klatt4", "klatt5", "klatt6", "croak"),
    *("grandma", "norbert", "sandro", "shelby", "travis", "victor", "adam", "Alex", "Alicia", "Andrea", "Annie"),
    *("antonio", "aunty", "belinda", "benjamin", "boris", "caleb", "david", "Denis", "ed", "edward", "edward2", "Gene"),
    *("Gene2", "gustave", "Henrique", "Hugo", "iven", "iven2", "iven3", "Jacky", "john", "kaukovalta", "Lee", "Max"),
    *("marcelo", "Marco", "michel", "miguel", "Mike", "Mr", "Nguyen", "pablo", "paul", "pedro", "quincy", "rob"),
    *("RicishayMax", "steph", "steph3", "zac", "AnxiousAndy", "Storm"),
)
HELD_OUT = (
    *("m2", "m5", "f2", "f4", "klatt3", "Andy", "Mario", "steph2", "grandpa", "linda", "Michael", "Diogo", "robert"),
    "anika",
)
_LANGUAGES = ("fr", "fr", "fr-be", "fr-ch")
_SENTENCES = tuple(line.text for line in (*MEETING, *SHORT_MEETING))
_LEVEL = 0.06  # root mean square of an utterance
_QUIET = 0.02  # of the loudest: what is below, at both ends, is no speech
_LONGEST_S = 8.0


@dataclass(frozen=True, slots=True)
class Speaker:
    """Utterances are mono, 16 kHz, of about one loudness, without silence at their ends."""

    name: str
    utterances: tuple[Samples, ...]


def make_speakers(variants: Sequence[str], *, of_each: int, utterances: int, seed: int) -> list[Speaker]:
    """Variants that this machine's espeak-ng lacks are left out."""
    chance = random.Random(seed)
    return [
        speaker
        for variant in variants
        for number in range(of_each)
        if (speaker := _make(f"{variant}-{number}", variant, utterances, chance))
    ]


def _make(name: str, variant: str, count: int, chance: random.Random) -> Speaker | None:
    voice = Voice(f"{chance.choice(_LANGUAGES)}+{variant}", chance.randint(140, 200), chance.randint(20, 80))
    warp = chance.uniform(0.9, 1.12)
    said = tuple(_utterances(voice, warp, count, chance))
    return Speaker(name, said) if len(said) >= 4 else None


def _utterances(voice: Voice, warp: float, count: int, chance: random.Random) -> Iterator[Samples]:
    for _ in range(count):
        text = " ".join(chance.sample(_SENTENCES, chance.choice((1, 1, 2))))
        try:
            spoken = synthesiser().say(text, voice)
        except (EspeakUnavailable, ValueError):
            return
        sound = _trim(_resample(spoken.samples, warp))
        if 0.1 * SAMPLE_RATE < len(sound) < _LONGEST_S * SAMPLE_RATE:
            yield sound


def _resample(samples: NDArray[np.int16], warp: float) -> Samples:
    """To 16 kHz and, by `warp`, to a longer or a shorter throat: pitch and formants move together."""
    return np.asarray(resample_poly(samples / 32768, 1600, round(RATE_HZ * warp / 10)), np.float32)


def _trim(sound: Samples) -> Samples:
    envelope = np.sqrt(np.convolve(sound**2, np.ones(320) / 320, "same"))
    loud = np.flatnonzero(envelope > _QUIET * envelope.max())
    spoken = sound[loud[0] : loud[-1]] if len(loud) else sound[:0]
    level = np.sqrt((spoken**2).mean()) if len(spoken) else 1.0
    return np.clip(spoken / max(level, 1e-6) * _LEVEL, -1.0, 1.0).astype(np.float32)
