"""RTP packets as Janus forwards them (RFC 3550), with the level of the sound (RFC 6464). Knows no Django."""

from __future__ import annotations

import struct
from dataclasses import dataclass

HEADER = struct.Struct("!BBHII")
ONE_BYTE_EXTENSIONS = 0xBEDE  # RFC 8285
LEVEL_EXTENSION = 1  # Chromium, Firefox and Safari all number it so
SILENCE = 127  # dB below the loudest


class NotRtp(ValueError):
    """Cut short, or something else."""


@dataclass(frozen=True, slots=True)
class Packet:
    """`timestamp` counts samples at 48 kHz. `level` is in dB below the loudest; None where the browser tells none."""

    ssrc: int
    sequence: int
    timestamp: int
    payload: bytes
    level: int | None = None


def parse(datagram: bytes) -> Packet:
    """Raises NotRtp."""
    if len(datagram) < HEADER.size:
        raise NotRtp
    first, _, sequence, timestamp, ssrc = HEADER.unpack_from(datagram)
    if first >> 6 != 2:
        raise NotRtp
    start, level = HEADER.size + 4 * (first & 0x0F), None
    if first & 0x10:
        start, level = _skip_extensions(datagram, start)
    end = len(datagram) - (datagram[-1] if first & 0x20 else 0)
    if start > end:
        raise NotRtp
    return Packet(ssrc, sequence, timestamp, datagram[start:end], level)


def _skip_extensions(datagram: bytes, start: int) -> tuple[int, int | None]:
    """Where the payload begins, and the level."""
    if len(datagram) < start + 4:
        raise NotRtp
    profile, words = struct.unpack_from("!HH", datagram, start)
    body = datagram[start + 4 : start + 4 + 4 * words]
    return start + 4 + 4 * words, _level(body) if profile == ONE_BYTE_EXTENSIONS else None


def _level(body: bytes) -> int | None:
    place = 0
    while place < len(body):
        number, length = body[place] >> 4, (body[place] & 0x0F) + 1
        if body[place] == 0:  # padding
            place += 1
            continue
        if number == LEVEL_EXTENSION and length == 1 and place + 1 < len(body):
            return body[place + 1] & 0x7F
        place += 1 + length
    return None
