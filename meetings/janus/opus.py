"""Placed Opus packets into an Ogg file, without re-encoding. Ogg: RFC 3533; Opus in Ogg: RFC 7845."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from itertools import islice
from typing import Protocol

from meetings.janus.placing import CLOCK_HZ, MAX_PACKET_BYTES, Placed

PAGE_PACKETS = 40  # less than a second: how finely a player can seek
SERIAL = 1
assert PAGE_PACKETS * (MAX_PACKET_BYTES // 255 + 1) <= 255  # noqa: S101 -- a page's segments are counted in a byte


class Target(Protocol):
    def write(self, data: bytes, /) -> object: ...


def write_ogg(target: Target, placed: Iterable[Placed]) -> float:
    """Write an Ogg Opus file; return its length in seconds. The same packets make the same bytes."""
    target.write(_page(0, 0, [b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 0, CLOCK_HZ, 0, 0)], first=True))
    vendor = b"Visio"
    target.write(_page(1, 0, [b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)]))
    items = iter(placed)
    position, number, page = 0, 2, list(islice(items, PAGE_PACKETS))
    while True:
        following = list(islice(items, PAGE_PACKETS))  # to know the last page, which is marked
        position += sum(samples for samples, _ in page)
        target.write(_page(number, position, [data for _, data in page], last=not following))
        if not following:
            return position / CLOCK_HZ
        number, page = number + 1, following


def _page(number: int, position: int, packets: list[bytes], *, first: bool = False, last: bool = False) -> bytes:
    if max(map(len, packets), default=0) < 255:
        lacing = bytes(map(len, packets))
    else:
        lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    flags = (2 if first else 0) | (4 if last else 0)
    head = struct.pack("<4sBBQIIIB", b"OggS", 0, flags, position, SERIAL, number, 0, len(lacing))
    page = b"".join([head, lacing, *packets])
    return b"".join([page[:22], struct.pack("<I", _crc(page)), page[26:]])


_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _crc(page: bytes) -> int:
    """Ogg's checksum: polynomial 0x04c11db7, no reflection, start and end 0 (RFC 3533, 6).

    zlib's has the same polynomial, but reads and writes bits the other way round, and inverts the start and the end.
    """
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_MIRRORED), "big")
