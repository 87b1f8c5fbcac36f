"""Opus packets of a tone or of silence, as a browser sends them."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np

from transcripts.live.rtp import Packet

RATE = 48_000
FRAME = 960


def packets(seconds: float, *, pitch: float = 440.0, level: int | None = 20, first: int = 0) -> Iterator[Packet]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE, "mono", "s16", 32_000
    for number in range(round(seconds * RATE / FRAME)):
        times = (np.arange(FRAME) + number * FRAME) / RATE
        samples = (8000 * np.sin(2 * np.pi * pitch * times)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, number * FRAME
        for packet in encoder.encode(frame):
            place = first + number
            yield Packet(1, place % 65536, place * FRAME, bytes(packet), level)


def silence(seconds: float, *, first: int = 0) -> Iterator[Packet]:
    return packets(seconds, pitch=0.0, level=127, first=first)
