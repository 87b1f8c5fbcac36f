"""Voices on their way to the gateway: when each packet arrived, as the kernel says, whatever a busy browser says."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import av

from bench import wire

TAGS = (10, 16)  # bytes that SRTP adds: with AES_CM_128_HMAC_SHA1_80, and with AEAD_AES_128_GCM
PIECE = 25  # packets, half a second: their sizes are like those of no others
ENOUGH = 0.5  # of the pieces of a stretch; in the others silence was put between packets


@dataclass
class Stream:
    sizes: array[int] = field(default_factory=lambda: array("H"))  # of payloads, with SRTP's tag, in bytes
    arrivals: list[float] = field(default_factory=list)  # Unix times


@dataclass
class Wire:
    streams: dict[int, Stream] = field(default_factory=dict)  # by SSRC

    @contextmanager
    def listened_to(self) -> Iterator[None]:
        with wire.listen(self._hear):
            yield

    def _hear(self, packet: wire.Packet) -> None:
        if packet.is_incoming:
            stream = self.streams.setdefault(packet.ssrc, Stream())
            stream.sizes.append(packet.bytes)
            stream.arrivals.append(packet.at)

    def lateness(self, ogg: bytes, begun: float, start: float, end: float) -> float:
        """Of a file that begins at this Unix time, between two of its seconds: against the packet that came with least
        delay. In seconds.
        """
        sent = [(position, size) for position, size in packets_of(ogg) if start <= position < end]
        pieces = [sent[first : first + PIECE] for first in range(0, len(sent) - PIECE + 1, PIECE)]
        found = [(piece, arrivals) for piece in pieces if (arrivals := self._arrivals([size for _, size in piece]))]
        assert len(found) >= ENOUGH * len(pieces) > 0, (len(found), len(pieces))
        return max(
            begun + position - arrival
            for piece, arrivals in found
            for (position, _), arrival in zip(piece, arrivals, strict=True)
        )

    def _arrivals(self, sizes: list[int]) -> list[float]:
        """Of packets that have these sizes one after the other; none where that is not so exactly once."""
        at = [
            stream.arrivals[place : place + len(sizes)]
            for stream in self.streams.values()
            for tag in TAGS
            for place in _places(stream.sizes, array("H", [size + tag for size in sizes]))
        ]
        return at[0] if len(at) == 1 else []


def packets_of(ogg: bytes) -> list[tuple[float, int]]:
    """Each packet's second in the file, and its bytes."""
    with av.open(io.BytesIO(ogg), mode="r") as file:
        packets = [packet for packet in file.demux(audio=0) if packet.size]
        return [(float(packet.pts or 0) * float(packet.time_base or 0), packet.size) for packet in packets]


def _places(whole: array[int], part: array[int]) -> Iterator[int]:
    content, sought = whole.tobytes(), part.tobytes()
    at = content.find(sought)
    while at >= 0:
        if at % 2 == 0:
            yield at // 2
        at = content.find(sought, at + 1)
