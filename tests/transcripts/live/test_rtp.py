"""What Janus forwards, and what anybody might send."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.live.rtp import NotRtp, Packet, parse


def rtp(payload: bytes, *, extension: bytes = b"", padding: int = 0, profile: int = 0xBEDE) -> bytes:
    flags = 0x80 | (0x10 if extension else 0) | (0x20 if padding else 0)
    head = struct.pack("!BBHII", flags, 111, 7, 960, 42)
    if extension:
        extension += bytes(-len(extension) % 4)
        head += struct.pack("!HH", profile, len(extension) // 4) + extension
    return head + payload + (bytes(padding - 1) + bytes([padding]) if padding else b"")


def test_payload_and_level() -> None:
    assert parse(rtp(b"opus", extension=bytes([0x10, 0x80 | 33]))) == Packet(42, 7, 960, b"opus", level=33)


def test_level_behind_other_extensions_and_padding() -> None:
    mid_then_level = bytes([0x42, *b"abc", 0, 0x10, 12])
    assert parse(rtp(b"opus", extension=mid_then_level)).level == 12


@pytest.mark.parametrize("extension", [b"", bytes([0x11, 1, 2]), bytes([0x30, 5])])
def test_no_level_where_none_is_told(extension: bytes) -> None:
    assert parse(rtp(b"opus", extension=extension)).level is None


def test_two_byte_extensions_are_skipped() -> None:
    assert parse(rtp(b"opus", extension=bytes([1, 1, 5, 0]), profile=0x1000)) == Packet(42, 7, 960, b"opus")


def test_padding_is_not_payload() -> None:
    assert parse(rtp(b"opus", padding=4)).payload == b"opus"


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x80" * 11,
        b"\x00" * 20,
        rtp(b"x", extension=bytes(4))[:14],
        rtp(b"")[:11],
        rtp(b"", padding=4)[:12] + b"\xc8",
    ],
)
def test_what_is_no_packet_is_refused(datagram: bytes) -> None:
    with pytest.raises(NotRtp):
        parse(datagram)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_packet_or_refused(datagram: bytes) -> None:
    try:
        packet = parse(datagram)
    except NotRtp:
        return
    assert len(packet.payload) <= len(datagram) - 12
    assert packet.level is None or 0 <= packet.level <= 127
