"""Frames of a picture from RTP packets of VP8 (RFC 7741), on the wall clock. Knows nothing but its input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from meetings.janus.mjr import Packet
from meetings.janus.placing import MOST_HOLES, Hole, Why

TICKS_PER_MS = 90
MAX_DRIFT_MS = 250  # jitter stays below; a clock that stopped goes far beyond
HOLE_S = 5.0  # a screen where nothing moves still gives a frame a second
MAX_FRAME_BYTES = 4 << 20
REORDER_PACKETS = 256  # a key frame has a hundred packets, and those sent again come after
KEY_FRAME_START = b"\x9d\x01\x2a"
SMALLEST_KEY_FRAME_BYTES = 10


class Frame(NamedTuple):
    at_ms: int  # since the first frame
    is_key: bool
    data: bytes


@dataclass(slots=True)
class Seen:
    """What a file was like; complete once all frames were read."""

    first_ms: int | None = None  # arrival of the first frame that can be shown
    frames: int = 0
    broken: int = 0  # frames of which packets are missing
    width: int = 0
    height: int = 0
    last_ms: int = 0
    holes: list[Hole] = field(default_factory=list)  # when no picture came; seconds from the first frame
    more_holes: int = 0  # above MOST_HOLES

    def note(self, at_ms: int) -> None:
        if at_ms - self.last_ms >= HOLE_S * 1000:
            if len(self.holes) < MOST_HOLES:
                self.holes.append(Hole(self.last_ms / 1000, at_ms / 1000, Why.STOPPED))
            else:
                self.more_holes += 1
        self.frames, self.last_ms = self.frames + 1, at_ms


class _Whole(NamedTuple):
    timestamp: int
    arrival_ms: int
    data: bytes


def frames_of(packets: Iterable[Packet], seen: Seen) -> Iterator[Frame]:
    """From the first key frame on; times grow. What can't be told whole is left out."""
    clock = _Clock()
    for timestamp, arrival_ms, data in _whole_frames(packets, seen):
        is_key = _is_key(data)
        if seen.first_ms is None:
            if not is_key:
                continue
            seen.first_ms = arrival_ms
            seen.width, seen.height = size_of(data)
        at_ms = clock.place(timestamp, arrival_ms - seen.first_ms)
        seen.note(at_ms)
        yield Frame(at_ms, is_key, data)


def size_of(key_frame: bytes) -> tuple[int, int]:
    """Width and height in pixels (RFC 6386, 9.1)."""
    width = int.from_bytes(key_frame[6:8], "little") & 0x3FFF
    height = int.from_bytes(key_frame[8:10], "little") & 0x3FFF
    return width, height


def _is_key(data: bytes) -> bool:
    is_key = not data[0] & 1 and len(data) >= SMALLEST_KEY_FRAME_BYTES and data[3:6] == KEY_FRAME_START
    return is_key and min(size_of(data)) > 0


def _whole_frames(packets: Iterable[Packet], seen: Seen) -> Iterator[_Whole]:
    """Frames none of whose packets is missing."""
    parts: list[bytes] = []
    first: Packet | None = None
    following = size = 0
    is_whole = False
    for packet in chain(packets, [None]):
        if first and (packet is None or packet.timestamp != first.timestamp):
            if is_whole and (packet is None or packet.sequence == following or not _begins(packet)) and size:
                yield _Whole(first.timestamp, first.arrival_ms, b"".join(parts))
            else:
                seen.broken += 1
            first = None
        if packet is None:
            return
        payload = strip_descriptor(packet.payload)
        if first is None:
            first, parts, size, is_whole = packet, [], 0, bool(payload) and _begins(packet)
        elif packet.sequence != following:
            is_whole = False
        following = packet.sequence + 1
        size += len(payload)
        is_whole = is_whole and bool(payload) and size <= MAX_FRAME_BYTES
        if is_whole:
            parts.append(payload)


def _begins(packet: Packet) -> bool:
    """Start of the first partition of a frame."""
    return packet.payload[0] & 0x17 == 0x10


def strip_descriptor(payload: bytes) -> bytes:
    """Empty when it is malformed (RFC 7741, 4.2)."""
    start = 1
    if payload[0] & 0x80:
        if len(payload) < 2:
            return b""
        extension = payload[1]
        start = 2
        if extension & 0x80:
            start += 2 if len(payload) > start and payload[start] & 0x80 else 1
        start += bool(extension & 0x40) + bool(extension & 0x30)
    return payload[start:]


class _Clock:
    """By the sender's clock; by the arrival where that one has stood still, or ran ahead."""

    def __init__(self) -> None:
        self._zero: int | None = None
        self._offset_ms = 0
        self._last_ms = -1

    def place(self, timestamp: int, arrival_ms: int) -> int:
        if self._zero is None:
            self._zero = timestamp
        sent_ms = (timestamp - self._zero) // TICKS_PER_MS
        if abs(arrival_ms - sent_ms - self._offset_ms) > MAX_DRIFT_MS:
            self._offset_ms = arrival_ms - sent_ms
        self._last_ms = max(self._last_ms + 1, sent_ms + self._offset_ms)
        return self._last_ms
