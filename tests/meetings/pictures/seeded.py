"""Three people, each of one colour and one tone, who speak one after the other."""

from __future__ import annotations

import io
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meetings.recordings import pictures
from tests.fakes.pictures import picture_mjr, rtp_of, vp8_frames

BEGIN = 1_000.0
COLOURS = {"red": (200, 0, 0), "lime": (0, 200, 0), "blue": (0, 0, 200)}


@dataclass(frozen=True, slots=True)
class Look:
    """What is in a video: pictures (n, height, width, 3) at 5 a second, sound at 16 kHz."""

    frames: NDArray[np.uint8]
    sound: NDArray[np.float32]

    def colour(self, second: float, x: int, y: int) -> str:
        """The strongest one around that place; grey where there is none."""
        around = self.frames[round(second * 5), y - 4 : y + 4, x - 4 : x + 4].reshape(-1, 3).mean(axis=0)
        if around.max() - around.min() < 40:
            return "grey"
        return ["red", "lime", "blue"][int(around.argmax())]

    def loudness(self, hertz: float, start: float, end: float) -> float:
        """Of one tone, as an amplitude."""
        part = self.sound[int(start * 16_000) : int(end * 16_000)].astype(np.float64)
        wave = np.exp(-2j * np.pi * hertz * np.arange(len(part)) / 16_000)
        return float(2 * abs(part @ wave) / len(part))


def webm(folder: Path, colour: str, seconds: float, *, source: str = "camera", size: str = "320x180") -> Path:
    """As it is stored."""
    mjr = folder / f"{colour}.mjr"
    packets = rtp_of(vp8_frames(colour, seconds, size=size, folder=folder))
    mjr.write_bytes(picture_mjr(packets, first_frame_us=int(BEGIN * 1e6), source=source))
    target = io.BytesIO()
    assert pictures.convert(mjr, target, begin=BEGIN, end=BEGIN + 10_000)
    path = folder / f"{colour}-{source}.webm"
    path.write_bytes(target.getvalue())
    return path


def opus(folder: Path, hertz: int, seconds: float, spoken: list[tuple[float, float]]) -> Path:
    """A tone at the times that are given, silence elsewhere."""
    path = folder / f"{hertz}.opus"
    heard = "+".join(f"between(t,{start},{end})" for start, end in spoken) or "0"
    source = f"aevalsrc='0.3*sin(2*PI*{hertz}*t)*({heard})':s=48000:d={seconds}"
    coded = ["-ac", "2", "-c:a", "libopus", "-b:a", "48k", "-f", "ogg"]
    run = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", source]
    subprocess.run([*run, *coded, path], check=True)
    return path


def look(path: Path) -> Look:
    """Decoded by another program than the one that has made it."""
    run = ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", str(path)]
    pixels = subprocess.run(
        [*run, "-vf", "fps=5", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True
    )
    samples = subprocess.run([*run, "-ac", "1", "-ar", "16000", "-f", "f32le", "-"], capture_output=True, check=True)
    frames = np.frombuffer(pixels.stdout, np.uint8).reshape(-1, 720, 1280, 3)
    return Look(frames, np.frombuffer(samples.stdout, np.float32))
