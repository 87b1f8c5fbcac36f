"""Voices on their way to the gateway: when each packet arrived, as the kernel says, whatever a busy browser says."""

from __future__ import annotations

import ctypes
import io
import socket
import struct
import threading
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import av

from visio_site.layout import Layout

RTP_VERSION = 2
OPUS = 111  # its payload type in browsers
TAGS = (10, 16)  # bytes that SRTP adds: with AES_CM_128_HMAC_SHA1_80, and with AEAD_AES_128_GCM
PIECE = 25  # packets, half a second: their sizes are like those of no others
ENOUGH = 0.5  # of the pieces of a stretch; in the others silence was put between packets
RECEIVED_AT = 35  # SO_TIMESTAMPNS
FILTER = 26  # SO_ATTACH_FILTER
HEAD_BYTES = 160
ETH_P_IP = 0x0800


@dataclass
class Stream:
    sizes: array[int] = field(default_factory=lambda: array("H"))  # of payloads, with SRTP's tag, in bytes
    arrivals: list[float] = field(default_factory=list)  # Unix times


@dataclass
class Wire:
    streams: dict[int, Stream] = field(default_factory=dict)  # by SSRC

    @contextmanager
    def listened_to(self) -> Iterator[None]:
        low, _, high = Layout.from_environment().rtp_ports.partition("-")
        with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP)) as door:
            _let_in(door, int(low), int(high))
            door.setsockopt(socket.SOL_SOCKET, RECEIVED_AT, 1)
            door.settimeout(0.2)
            over = threading.Event()
            thread = threading.Thread(target=self._listen, args=(door, over))
            thread.start()
            try:
                yield
            finally:
                over.set()
                thread.join()

    def _listen(self, door: socket.socket, over: threading.Event) -> None:
        while not over.is_set():
            try:
                data, [(_, _, stamp), *_], _, _ = door.recvmsg(HEAD_BYTES, 64)
            except TimeoutError:
                continue
            self._hear(data, struct.unpack("qq", stamp))

    def _hear(self, data: bytes, stamp: tuple[int, int]) -> None:
        length = struct.unpack_from("!H", data, 2)[0]
        head = 4 * (data[0] & 0xF) + 8
        if data[head] >> 6 != RTP_VERSION:  # of DTLS and of STUN, whose second byte may be anything
            return
        ssrc = struct.unpack_from("!I", data, head + 8)[0]
        payload = head + 12 + 4 * (data[head] & 0xF)
        if data[head] & 0x10:
            payload += 4 + 4 * struct.unpack_from("!H", data, payload + 2)[0]
        stream = self.streams.setdefault(ssrc, Stream())
        stream.sizes.append(length - payload)
        stream.arrivals.append(stamp[0] + stamp[1] / 1e9)

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


def _let_in(door: socket.socket, low: int, high: int) -> None:
    """Opus to these ports alone: the rest of the machine's traffic would wake a Python thread for nothing."""
    program = [
        (0x30, 0, 0, 9),  # the protocol of the IP packet
        (0x15, 0, 7, 17),  # UDP?
        (0xB1, 0, 0, 0),  # X: bytes of its head
        (0x48, 0, 0, 2),  # the port that it goes to
        (0x35, 0, 4, low),
        (0x25, 3, 0, high),
        (0x50, 0, 0, 9),  # RTP: marker and payload type
        (0x54, 0, 0, 0x7F),
        (0x15, 1, 0, OPUS),
        (0x06, 0, 0, 0),  # out
        (0x06, 0, 0, HEAD_BYTES),  # in
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    door.setsockopt(socket.SOL_SOCKET, FILTER, struct.pack("HL", len(program), ctypes.addressof(code)))
