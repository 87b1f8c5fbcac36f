"""An Opus recording on the wall clock: packets of an .mjr into an Ogg file, without re-encoding.

Packets are placed by their RTP clock, and by their arrival when that clock has stood still (a laptop
that slept): what was said afterwards would otherwise come too early. Holes become silence, so that a
second of the file is a second of the meeting. Ogg: RFC 3533; Opus in Ogg: RFC 7845.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from meetings.janus.mjr import Packet

CLOCK_HZ = 48_000  # Opus' RTP clock, whatever the sound's own rate
SILENCE = b"\xf8\xff\xfe"  # 20 ms of nothing: CELT, full band, one frame (RFC 6716, 3.1)
SILENCE_SAMPLES = 960
MAX_DRIFT_SAMPLES = CLOCK_HZ // 4  # jitter stays below; a clock that stopped goes far beyond
MAX_PACKET_SAMPLES = 5760  # 120 ms (RFC 6716, 3.2.5)
PAGE_PACKETS = 40  # less than a second: how finely a player can seek; 40 × 6 segments fit one page (at most 255)
MAX_PACKET_BYTES = 1500
LOOK_AHEAD_PACKETS = 100  # 2 s
SERIAL = 1


@dataclass(frozen=True, slots=True)
class Placed:
    samples: int  # how long it lasts
    data: bytes


def place(packets: Iterable[Packet]) -> Iterator[Placed]:
    """Packets and the silence between them, without a hole, from the first packet on."""
    position = offset = 0
    for packet, drifts in _with_drifts(packets):
        samples = duration_samples(packet.payload)
        if not samples:
            continue
        # A network that stalled catches up at once: some packet soon after is on time. A clock that
        # stood still does not. One that runs ahead of real time is not believed: it could ask for days.
        settled = min(drifts) if drifts[0] > offset else drifts[0]
        if abs(settled - offset) > MAX_DRIFT_SAMPLES:
            offset = settled
        target = packet.timestamp + offset
        if target < position - MAX_DRIFT_SAMPLES:
            continue  # more sound than time: what is said in a second must not last for minutes
        while position + SILENCE_SAMPLES <= target:
            yield Placed(SILENCE_SAMPLES, SILENCE)
            position += SILENCE_SAMPLES
        yield Placed(samples, packet.payload)
        position += samples


def _with_drifts(packets: Iterable[Packet]) -> Iterator[tuple[Packet, list[int]]]:
    """Each packet, timestamps from 0; and how many samples it, and those after it, arrived after their RTP time."""
    window: deque[tuple[Packet, int]] = deque()
    first: Packet | None = None
    for packet in packets:
        first = first or packet
        timestamp = packet.timestamp - first.timestamp
        arrival = (packet.arrival_ms - first.arrival_ms) * CLOCK_HZ // 1000
        window.append((replace(packet, timestamp=timestamp), arrival - timestamp))
        if len(window) > LOOK_AHEAD_PACKETS:
            yield window[0][0], [drift for _, drift in window]
            window.popleft()
    while window:
        yield window[0][0], [drift for _, drift in window]
        window.popleft()


def duration_samples(packet: bytes) -> int:
    """How long an Opus packet lasts, in samples of 48 kHz, from its first byte(s); 0 when malformed."""
    if len(packet) > MAX_PACKET_BYTES:
        return 0
    toc = packet[0]
    config = toc >> 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        frame = (480, 960)[config & 1]
    else:
        frame = (120, 240, 480, 960)[config & 3]
    count = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 0)[toc & 3]
    return frame * count if frame * count <= MAX_PACKET_SAMPLES else 0


def write_ogg(file: BinaryIO, placed: Iterable[Placed]) -> float:
    """Write an Ogg Opus file; return its length in seconds."""
    file.write(_page(0, 0, [b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 0, CLOCK_HZ, 0, 0)], first=True))
    vendor = b"Visio"
    file.write(_page(1, 0, [b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)]))
    position, number, waiting = 0, 2, list[bytes]()
    for item in placed:
        if len(waiting) == PAGE_PACKETS:
            file.write(_page(number, position, waiting))
            number, waiting = number + 1, []
        position += item.samples
        waiting.append(item.data)
    file.write(_page(number, position, waiting, last=True))
    return position / CLOCK_HZ


def _page(number: int, position: int, packets: list[bytes], *, first: bool = False, last: bool = False) -> bytes:
    lacing = bytearray()
    for packet in packets:
        lacing += b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
    flags = (2 if first else 0) | (4 if last else 0)
    head = struct.pack("<4sBBQIIIB", b"OggS", 0, flags, position, SERIAL, number, 0, len(lacing))
    page = head + bytes(lacing) + b"".join(packets)
    return page[:22] + struct.pack("<I", _crc(page)) + page[26:]


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        table.append(value & 0xFFFFFFFF)
    return table


_CRC_TABLE = _crc_table()


def _crc(page: bytes) -> int:
    """Ogg's checksum: polynomial 0x04c11db7, no reflection, start and end 0 (RFC 3533, 6)."""
    value = 0
    for byte in page:
        value = ((value << 8) & 0xFFFFFFFF) ^ _CRC_TABLE[(value >> 24) ^ byte]
    return value
