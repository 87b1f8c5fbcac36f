"""Reading Janus' recordings. Knows nothing but its input, which may be cut anywhere or be hostile.

Layout (Janus 1.x, `record.c`): "MJR00002", a 16-bit length and a JSON header, then for each packet
"MEET", its arrival as 32-bit milliseconds since the first one, a 16-bit length, and the RTP packet.
All integers are big-endian. Memory does not grow with the file: a block, and the packets that wait for an earlier one.
"""

from __future__ import annotations

import heapq
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

MAGIC = b"MJR00002"
FRAME_MAGIC = b"MEET"
REORDER_PACKETS = 16  # WebRTC retransmissions arrive within a few packets
BLOCK_BYTES = 1 << 20
FRAME_HEAD_BYTES = 10
RTP_HEAD_BYTES = 12
LATEST_US = 2**53  # the year 2255: above, a float would not hold every microsecond
LATEST_MS = 2**32
LONGEST_PAYLOAD = 2048  # no network carries as much: the rest of a longer one is not kept, and no decoder takes it
PLAIN = 0x80  # the first byte of an RTP packet of version 2 that is nothing but its head and a payload
_HEADS = struct.Struct("!4sIHBxHI")  # of the frame, and the first 8 bytes of the RTP packet
_KINDS = {"a": "audio", "v": "video", "d": "data"}


class NotARecording(Exception):
    """The file has no header that can be read: nothing in it can be placed in time."""


@dataclass(frozen=True, slots=True)
class MjrHeader:
    kind: str  # "audio", "video", "data"
    codec: str
    first_frame_us: int  # of the Unix clock
    source: str = ""  # what the m-line carries, as it was named when it was offered


class Packet(NamedTuple):
    sequence: int  # unwrapped: goes on growing after 65535
    timestamp: int  # unwrapped, in ticks of the codec's clock
    arrival_ms: int  # since the first packet
    payload: bytes  # LONGEST_PAYLOAD at most


def read_header(file: BinaryIO) -> MjrHeader:
    """Read the head of `file`, and leave it at the first packet. Raises NotARecording."""
    if file.read(len(MAGIC)) != MAGIC:
        raise NotARecording("no magic")
    try:
        (length,) = struct.unpack("!H", file.read(2))
        fields = json.loads(file.read(length))
        header = MjrHeader(
            _KINDS[fields["t"]], str(fields["c"]), int(fields.get("u", fields["s"])), str(fields.get("d", ""))
        )
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise NotARecording("unreadable header") from error
    if not 0 <= header.first_frame_us < LATEST_US:
        raise NotARecording("no such time")
    return header


def read_packets(
    file: BinaryIO, *, earliest_ms: float = 0, latest_ms: float = LATEST_MS, reorder: int = REORDER_PACKETS
) -> Iterator[Packet]:
    """RTP packets that arrived between these two, in order of their sequence numbers.

    A file cut short ends there, without an error.
    """
    waiting: list[Packet] = []
    following = -1  # the number after that of the newest
    for packet in _arrived(file, earliest_ms, latest_ms):
        sequence = packet[0]
        if sequence == following and not waiting:
            following += 1
            yield packet
        elif sequence >= following:  # and not a duplicate, or too late to be placed
            heapq.heappush(waiting, packet)
            while waiting and (len(waiting) > reorder or waiting[0][0] <= following):
                ready = heapq.heappop(waiting)
                if ready[0] >= following:
                    following = ready[0] + 1
                    yield ready
    for ready in sorted(waiting):
        if ready[0] >= following:
            following = ready[0] + 1
            yield ready


def _arrived(file: BinaryIO, earliest_ms: float, latest_ms: float) -> Iterator[Packet]:
    """As they are in the file, with numbers and times that go on growing. Malformed packets are left out."""
    block, start = file.read(BLOCK_BYTES), 0
    unpack, new = _HEADS.unpack_from, tuple.__new__  # twice as fast as Packet(…): an hour of speech has 180 000
    sequence = timestamp = 0
    has_begun = False
    while True:
        last = len(block) - _HEADS.size
        while start <= last:
            magic, arrival_ms, length, first, raw_sequence, raw_timestamp = unpack(block, start)
            if magic != FRAME_MAGIC:
                return
            after = start + FRAME_HEAD_BYTES + length
            if after > len(block):
                break
            if first == PLAIN and length > RTP_HEAD_BYTES:
                payload: bytes | None = block[start + FRAME_HEAD_BYTES + RTP_HEAD_BYTES : after]
            else:
                payload = _payload(block[start + FRAME_HEAD_BYTES : after])
            start = after
            if not payload or not earliest_ms <= arrival_ms <= latest_ms:
                continue
            if not has_begun:  # room below for packets that come before the first one seen
                sequence, timestamp, has_begun = raw_sequence + (1 << 16), raw_timestamp + (1 << 32), True
            else:  # the number equal to the raw one, modulo its size, that is nearest to the last one seen
                sequence += ((raw_sequence - sequence + 0x8000) & 0xFFFF) - 0x8000
                timestamp += ((raw_timestamp - timestamp + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
            yield new(Packet, (sequence, timestamp, arrival_ms, payload[:LONGEST_PAYLOAD]))
        more = file.read(BLOCK_BYTES)
        if not more:
            return
        block, start = block[start:] + more, 0


def _payload(rtp: bytes) -> bytes | None:
    """What an RTP packet carries (RFC 3550, 5.1); None when it is malformed."""
    if len(rtp) < RTP_HEAD_BYTES or rtp[0] >> 6 != 2:
        return None
    start = RTP_HEAD_BYTES + 4 * (rtp[0] & 0x0F)
    if rtp[0] & 0x10:
        if len(rtp) < start + 4:
            return None
        start += 4 + 4 * struct.unpack("!H", rtp[start + 2 : start + 4])[0]
    end = len(rtp) - (rtp[-1] if rtp[0] & 0x20 else 0)
    return rtp[start:end] if start < end else None
