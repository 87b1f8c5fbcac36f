"""Reading Janus' recordings. Knows nothing but its input, which may be cut anywhere or be hostile.

Layout (Janus 1.x, `record.c`): "MJR00002", a 16-bit length and a JSON header, then for each packet
"MEET", its arrival as 32-bit milliseconds since the first one, a 16-bit length, and the RTP packet.
All integers are big-endian.
"""

from __future__ import annotations

import heapq
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = b"MJR00002"
FRAME_MAGIC = b"MEET"
REORDER_PACKETS = 16  # WebRTC retransmissions arrive within a few packets


class NotARecording(Exception):
    """The file has no header that can be read: nothing in it can be placed in time."""


@dataclass(frozen=True, slots=True)
class MjrHeader:
    kind: str  # "audio", "video", "data"
    codec: str
    first_frame_us: int  # of the Unix clock


@dataclass(frozen=True, slots=True)
class Packet:
    sequence: int  # unwrapped: goes on growing after 65535
    timestamp: int  # unwrapped, in ticks of the codec's clock
    arrival_ms: int  # since the first packet
    payload: bytes


def read_header(file: BinaryIO) -> MjrHeader:
    """Read the head of `file`, and leave it at the first packet. Raises NotARecording."""
    if file.read(len(MAGIC)) != MAGIC:
        raise NotARecording("no magic")
    try:
        (length,) = struct.unpack("!H", file.read(2))
        fields = json.loads(file.read(length))
        first_frame_us = fields.get("u", fields["s"])
        header = MjrHeader(
            {"a": "audio", "v": "video", "d": "data"}[fields["t"]], str(fields["c"]), int(first_frame_us)
        )
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotARecording("unreadable header") from error
    return header


def read_packets(file: BinaryIO) -> Iterator[Packet]:
    """RTP packets in order of their sequence numbers. A file cut short ends there, without an error."""
    waiting: list[tuple[int, int, Packet]] = []
    newest = -1
    for number, packet in enumerate(_unwrapped(_frames(file))):
        if packet.sequence <= newest:
            continue  # a duplicate, or too late to be placed
        heapq.heappush(waiting, (packet.sequence, number, packet))
        if len(waiting) > REORDER_PACKETS:
            newest, _, ready = heapq.heappop(waiting)
            yield ready
    while waiting:
        sequence, _, ready = heapq.heappop(waiting)
        if sequence > newest:
            newest = sequence
            yield ready


def _frames(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    while True:
        head = file.read(10)
        if len(head) < 10 or head[:4] != FRAME_MAGIC:
            return
        arrival_ms, length = struct.unpack("!IH", head[4:])
        rtp = file.read(length)
        if len(rtp) < length:
            return
        yield arrival_ms, rtp


def _unwrapped(frames: Iterator[tuple[int, bytes]]) -> Iterator[Packet]:
    sequence = timestamp = None
    for arrival_ms, rtp in frames:
        payload = _payload(rtp)
        if not payload:
            continue
        raw_sequence, raw_timestamp = struct.unpack("!HI", rtp[2:8])
        sequence = _near(sequence, raw_sequence, 16)
        timestamp = _near(timestamp, raw_timestamp, 32)
        yield Packet(sequence, timestamp, arrival_ms, payload)


def _near(previous: int | None, raw: int, bits: int) -> int:
    """The number equal to `raw` modulo 2**bits that is nearest to `previous`: the last one seen."""
    if previous is None:
        return raw + (1 << bits)  # room below for packets that come before the first one seen
    step = (raw - previous) & ((1 << bits) - 1)
    return previous + step - ((1 << bits) if step >= 1 << (bits - 1) else 0)


def _payload(rtp: bytes) -> bytes | None:
    """What an RTP packet carries (RFC 3550, 5.1); None when it is malformed."""
    if len(rtp) < 12 or rtp[0] >> 6 != 2:
        return None
    start = 12 + 4 * (rtp[0] & 0x0F)
    if rtp[0] & 0x10:
        if len(rtp) < start + 4:
            return None
        start += 4 + 4 * struct.unpack("!H", rtp[start + 2 : start + 4])[0]
    end = len(rtp) - (rtp[-1] if rtp[0] & 0x20 else 0)
    return rtp[start:end] if start < end else None
