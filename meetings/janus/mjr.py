"""Reading Janus' recordings. Knows nothing but its input, which may be cut anywhere or be hostile.

Layout (Janus 1.x, `record.c`): "MJR00002", a 16-bit length and a JSON header, then for each packet
"MEET", its arrival as 32-bit milliseconds since the first one, a 16-bit length, and the RTP packet.
All integers are big-endian. Memory does not grow with the file: a block, and the packets that wait for an earlier one.
"""

from __future__ import annotations

import heapq
import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

MAGIC = b"MJR00002"
FRAME_MAGIC = b"MEET"
REORDER_PACKETS = 16  # WebRTC retransmissions arrive within a few packets
BLOCK_BYTES = 1 << 17
FRAME_HEAD_BYTES = 10
RTP_HEAD_BYTES = 12
LATEST_US = 2**53  # the year 2255: above, a float would not hold every microsecond
LATEST_MS = 2**32
LONGEST_PAYLOAD = 2048  # no network carries as much: the rest of a longer one is not kept, and no decoder takes it
_HEAD = np.dtype(  # of the frame, and of the RTP packet
    [
        ("magic", "S4"),
        ("arrival_ms", ">u4"),
        ("length", ">u2"),
        ("flags", "u1"),
        ("kind", "u1"),
        ("sequence", ">u2"),
        ("timestamp", ">u4"),
        ("ssrc", ">u4"),
    ]
)
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


@dataclass(frozen=True, slots=True)
class Packets:
    """Some, by columns: an hour of speech has 180 000."""

    sequences: Numbers
    timestamps: Numbers
    arrivals_ms: Numbers
    payloads: list[bytes]

    @classmethod
    def of(cls, packets: Sequence[Packet]) -> Packets:
        sequences, timestamps, arrivals_ms, payloads = zip(*packets, strict=True) if packets else ((), (), (), ())
        numbers = np.array([sequences, timestamps, arrivals_ms], np.int64)
        return cls(numbers[0], numbers[1], numbers[2], list(payloads))

    def __len__(self) -> int:
        return len(self.payloads)

    def __iter__(self) -> Iterator[Packet]:
        columns = (column.tolist() for column in (self.sequences, self.timestamps, self.arrivals_ms))
        return map(Packet, *columns, self.payloads)

    def __add__(self, others: Packets) -> Packets:
        return Packets(
            np.concatenate([self.sequences, others.sequences]),
            np.concatenate([self.timestamps, others.timestamps]),
            np.concatenate([self.arrivals_ms, others.arrivals_ms]),
            self.payloads + others.payloads,
        )

    def __getitem__(self, some: slice) -> Packets:
        return Packets(self.sequences[some], self.timestamps[some], self.arrivals_ms[some], self.payloads[some])


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
) -> Iterator[Packets]:
    """RTP packets that arrived between these two, in order of their sequence numbers; of a block of the file at once.

    A file cut short ends there, without an error.
    """
    waiting: list[Packet] = []
    following = -1  # the number after that of the newest
    for packets in _arrived(file, earliest_ms, latest_ms):
        if not waiting and packets.sequences[0] == following and (np.diff(packets.sequences) == 1).all():
            following += len(packets)
            yield packets
            continue
        ready: list[Packet] = []
        for packet in packets:
            if packet.sequence >= following:  # and not a duplicate, or too late to be placed
                heapq.heappush(waiting, packet)
            while waiting and (len(waiting) > reorder or waiting[0].sequence <= following):
                first = heapq.heappop(waiting)
                if first.sequence >= following:
                    following = first.sequence + 1
                    ready.append(first)
        if ready:
            yield Packets.of(ready)
    last: list[Packet] = []
    for packet in sorted(waiting):
        if packet.sequence >= following:
            following = packet.sequence + 1
            last.append(packet)
    if last:
        yield Packets.of(last)


def _arrived(file: BinaryIO, earliest_ms: float, latest_ms: float) -> Iterator[Packets]:
    """As they are in the file, with numbers and times that go on growing. Malformed packets are left out."""
    rest = b""
    last: tuple[int, int] | None = None  # number and time
    while more := file.read(BLOCK_BYTES):
        block = rest + more
        starts, end = _frames(block)
        raw, is_whole = _columns(block, starts, earliest_ms, latest_ms)
        if len(raw):
            last = last or (raw.sequences[0] + (1 << 16), raw.timestamps[0] + (1 << 32))  # some come before the first
            sequences = _unwrapped(raw.sequences, last[0], 1 << 16)
            timestamps = _unwrapped(raw.timestamps, last[1], 1 << 32)
            last = (sequences[-1], timestamps[-1])
            yield Packets(sequences, timestamps, raw.arrivals_ms, raw.payloads)
        if not is_whole:
            return
        rest = block[end:]


def _frames(block: bytes) -> tuple[list[int], int]:
    """Where the frames begin that are there to their end, and where the last one ends."""
    starts, start, last = [], 0, len(block) - FRAME_HEAD_BYTES
    while start <= last:
        after = start + FRAME_HEAD_BYTES + (block[start + 8] << 8 | block[start + 9])
        if after > len(block):
            break
        starts.append(start)
        start = after
    return starts, start


def _columns(block: bytes, starts: list[int], earliest_ms: float, latest_ms: float) -> tuple[Packets, bool]:
    """With the numbers and times that they carry; and whether all frames are Janus'. RTP: RFC 3550, 5.1."""
    start = np.array(starts, np.int64)
    octets = np.frombuffer(block + bytes(_HEAD.itemsize), np.uint8)
    heads = octets[start[:, np.newaxis] + np.arange(_HEAD.itemsize)].view(_HEAD)[:, 0]
    foreign = np.flatnonzero(heads["magic"] != FRAME_MAGIC)
    if is_cut := len(foreign) > 0:
        start, heads = start[: foreign[0]], heads[: foreign[0]]
    flags, arrivals = heads["flags"], heads["arrival_ms"].astype(np.int64)
    begin = start + _HEAD.itemsize + 4 * (flags & 0x0F).astype(np.int64)
    words = octets[np.minimum(begin[:, np.newaxis] + [2, 3], len(block))].astype(np.int64) @ [256, 1]
    begin += np.where(flags & 0x10, 4 + 4 * words, 0)
    end = start + FRAME_HEAD_BYTES + heads["length"]
    end -= np.where(flags & 0x20, octets[end - 1], 0)
    is_kept = (flags >> 6 == 2) & (heads["length"] >= RTP_HEAD_BYTES) & (begin < end)
    is_kept &= (earliest_ms <= arrivals) & (arrivals <= latest_ms)
    begin, end = begin[is_kept], end[is_kept]
    places = zip(begin.tolist(), np.minimum(end, begin + LONGEST_PAYLOAD).tolist(), strict=True)
    payloads = [block[first:after] for first, after in places]
    sequences, timestamps = heads["sequence"].astype(np.int64), heads["timestamp"].astype(np.int64)
    return Packets(sequences[is_kept], timestamps[is_kept], arrivals[is_kept], payloads), not is_cut


def _unwrapped(raw: Numbers, last: int, size: int) -> Numbers:
    """Each the number equal to the raw one, modulo `size`, that is nearest to the one before it."""
    steps = (np.diff(raw, prepend=last) + size // 2) % size - size // 2
    return last + np.cumsum(steps)
