"""What Janus would have written of one person who speaks without end: Opus at about 34 kbit/s, nothing lost."""

from __future__ import annotations

import json
import random
import struct
import time
from dataclasses import dataclass
from pathlib import Path

PACKET_MS = 20
TOC = b"\x78"  # CELT, 20 ms, one frame; the rest is not decoded by either side
VARIETY = 997  # packets of different lengths, over and over
FRAME_BYTES = 108  # on average
WRITTEN_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Spoken:
    """Seconds of the Unix clock, and how many."""

    begin: float
    seconds: float


def write_mjr(path: Path, *, size_bytes: int) -> Spoken:
    """It has just ended."""
    count = size_bytes // FRAME_BYTES
    spoken = Spoken(round(time.time() - count * PACKET_MS / 1000 - 60), count * PACKET_MS / 1000)
    first_frame_us = int(spoken.begin) * 1_000_000
    chance = random.Random(1)
    payloads = [TOC + chance.randbytes(chance.randint(60, 110)) for _ in range(VARIETY)]
    head = json.dumps({"t": "a", "c": "opus", "s": first_frame_us, "u": first_frame_us}).encode()
    with path.open("wb") as file:
        file.write(b"MJR00002" + struct.pack("!H", len(head)) + head)
        for some in range(0, count, WRITTEN_AT_ONCE):
            numbers = range(some, min(some + WRITTEN_AT_ONCE, count))
            file.write(b"".join(_frame(number, payloads[number % VARIETY]) for number in numbers))
    return spoken


def _frame(number: int, payload: bytes) -> bytes:
    rtp = struct.pack("!BBHII", 0x80, 111, number & 0xFFFF, (number * 960) & 0xFFFFFFFF, 7) + payload
    return b"MEET" + struct.pack("!IH", number * PACKET_MS, len(rtp)) + rtp
