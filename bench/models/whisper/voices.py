"""Who speaks: variants of espeak-ng, in four ways of saying French; what each says, on a grid of frames of 20 ms."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bench.voices.espeak import RATE_HZ, EspeakUnavailable, Speech, Voice, synthesiser

SAMPLE_RATE = 16_000
FRAMES_A_SECOND = 50
GRID_SAMPLES = RATE_HZ // FRAMES_A_SECOND
GAP_FRAMES = 20
OPUS_KBITS = (None, None, 16, 24, 24, 32)
Samples = NDArray[np.int16]
# No variant of one list is in the other.
TRAINED = (
    *(
        "",
        "m1",
        "m3",
        "m4",
        "m5",
        "m6",
        "m7",
        "f1",
        "f2",
        "f4",
        "f5",
        "Alex",
        "Andrea",
        "Annie",
        "linda",
        "Hugo",
        "Lee",
    ),
    *("steph", "Jacky", "Denis", "miguel", "klatt2", "adam", "Diogo", "victor", "john", "pablo", "david", "Alicia"),
    *("Marco", "Mario", "caleb", "benjamin", "Gene", "marcelo", "paul", "pedro", "quincy", "zac", "Mike", "ed"),
)
HELD_OUT = ("m2", "m8", "f3", "steph2", "Michael", "belinda")
ONCE_FAILING = ("david", "Alicia", "Marco")  # what the model that is shipped does not understand
_LANGUAGES = ("fr", "fr", "fr-be", "fr-ch")
_SAID_AS = {"DINUM": "dinume", "CNIL": "cnil", "ANSSI": "ansi"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence in a track, both in frames; the words' times are seconds from its own start."""

    text: str
    speech: Speech
    start: int
    frames: int


def choose_voice(chance: random.Random, variants: Sequence[str]) -> Voice:
    name = chance.choice(_LANGUAGES) + (f"+{variant}" if (variant := chance.choice(variants)) else "")
    return Voice(name, chance.randint(125, 215), chance.randint(15, 90))


def say(text: str, voice: Voice) -> Speech:
    """Words are as they are written, whatever the way in which initials are said. Raises as the synthesiser does."""
    speech = synthesiser().say(re.sub(r"\b[A-Z]{3,}\b", lambda found: _SAID_AS.get(found[0], found[0]), text), voice)
    written = re.split(r" (?!\?)", text)
    if len(written) != len(speech.words):
        raise ValueError("espeak-ng's words are not those of the text")
    words = tuple(replace(word, text=own) for word, own in zip(speech.words, written, strict=True))
    return replace(speech, words=words)


def render(
    chance: random.Random, texts: Sequence[str], voices: Sequence[Voice], gaps: Sequence[int] = ()
) -> tuple[Samples, list[Placed]]:
    """A track at RATE_HZ in which each sentence starts on the grid; `gaps` in frames, GAP_FRAMES without them.

    Sentences that espeak-ng says nothing of are left out, and all those of a voice that this machine lacks.
    """
    pieces, placed, at = [np.zeros(GAP_FRAMES * GRID_SAMPLES, np.int16)], [], GAP_FRAMES
    for number, text in enumerate(texts):
        try:
            speech = say(text, voices[number % len(voices)])
        except (EspeakUnavailable, ValueError):
            continue
        frames = -(-len(speech.samples) // GRID_SAMPLES)
        gap = gaps[number] if gaps else GAP_FRAMES
        sound = np.zeros((frames + gap) * GRID_SAMPLES, np.int16)
        sound[: len(speech.samples)] = speech.samples * 10 ** (chance.uniform(-12, 0) / 20)
        pieces.append(sound)
        placed.append(Placed(text, speech, at, frames))
        at += frames + gap
    return np.concatenate(pieces), placed


def to_16_khz(track: Samples, opus_kbits: int | None) -> Samples:
    """As a meeting's recording would be, if it went through Opus at that many kbit/s."""
    if opus_kbits is None:
        resampled = np.asarray(resample_poly(track.astype(np.float32), 320, 441), np.float32)
        return np.clip(resampled, -32768, 32767).astype(np.int16)
    encode = ["-c:a", "libopus", "-b:a", f"{opus_kbits}k", "-application", "voip", "-f", "ogg"]
    packed = _ffmpeg([*_raw(RATE_HZ), "-i", "pipe:0", "-ar", "48000", *encode, "pipe:1"], track.tobytes())
    return np.frombuffer(_ffmpeg(["-i", "pipe:0", *_raw(SAMPLE_RATE), "pipe:1"], packed), np.int16)


def _ffmpeg(arguments: list[str], data: bytes) -> bytes:
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-threads", "1", *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def _raw(rate_hz: int) -> list[str]:
    return ["-f", "s16le", "-ar", str(rate_hz), "-ac", "1"]
