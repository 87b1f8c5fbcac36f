"""What a microphone adds: noise, a room, tones; and what a network does: Opus."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

from bench.corpus.scene import RATE_HZ, Samples


def noise(seed: int, samples: int, level_db: float) -> Samples:
    """Pink-ish: what a room and a cheap microphone hum."""
    white = np.random.default_rng(seed).normal(size=samples)
    pink = sosfilt(butter(1, 800, fs=RATE_HZ, output="sos"), white)
    return np.asarray(pink / np.sqrt((pink**2).mean()) * 10 ** (level_db / 20), np.float32)


def far_field(seed: int, sound: Samples, distance_db: float, decay_s: float = 0.25) -> Samples:
    """From across a table: fainter, with an echo that dies away, without its highest notes."""
    chance = np.random.default_rng(seed)
    tail = chance.normal(size=round(2 * decay_s * RATE_HZ)) * np.exp(
        -np.arange(round(2 * decay_s * RATE_HZ)) / decay_s / RATE_HZ * 3
    )
    room = np.concatenate([[1.0], 0.12 * tail / np.sqrt((tail**2).sum())])
    heard = fftconvolve(sound, room)[: len(sound)]
    dull = sosfilt(butter(2, 5_000, fs=RATE_HZ, output="sos"), heard)
    return np.asarray(dull * 10 ** (distance_db / 20), np.float32)


def hold_tone(samples: int) -> Samples:
    clock = np.arange(samples) / RATE_HZ
    return (0.1 * np.sin(2 * np.pi * 425 * clock) * (clock % 1.0 < 0.5)).astype(np.float32)


def clicks(seed: int, samples: int) -> Samples:
    """Somebody types."""
    chance = np.random.default_rng(seed)
    sound = np.zeros(samples, np.float32)
    for start in chance.integers(0, max(samples - 400, 1), samples // RATE_HZ * 3):
        sound[start : start + 300] += (chance.normal(size=300) * np.exp(-np.arange(300) / 40) * 0.15)[: samples - start]
    return sound


def write(path: Path, sound: Samples) -> None:
    """In the format that the name says; .opus as browsers send it: 24 kbit/s, for voices."""
    options = ["-c:a", "libopus", "-b:a", "24k", "-application", "voip"] if path.suffix in {".opus", ".webm"} else []
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-f", "f32le", "-ar", str(RATE_HZ), "-ac", "1"]
    clipped = np.clip(sound, -1.0, 1.0).astype("<f4").tobytes()
    subprocess.run([*command, "-i", "pipe:0", *options, "-flags", "+bitexact", str(path)], input=clipped, check=True)
