"""What the ear on the wire takes for a voice, and what it lets pass."""

from __future__ import annotations

import struct

import pytest

from tests.journeys.wire import OPUS, Wire

IP = bytes([0x45, *bytes(19)])
SSRC = 42


def datagram(content: bytes) -> bytes:
    """In IP and UDP, as the kernel hands it on: all of its length, and the beginning of its bytes."""
    whole = IP + bytes(8) + content
    return whole[:2] + struct.pack("!H", len(whole)) + whole[4:]


def hear(content: bytes) -> Wire:
    wire = Wire()
    wire._hear(datagram(content), (10, 500_000_000))
    return wire


@pytest.mark.parametrize(("first", "extension"), [(0x80, b""), (0x90, struct.pack("!HH", 0xBEDE, 1) + bytes(4))])
def test_a_voice_is_noted_with_its_size_and_its_arrival(first: int, extension: bytes) -> None:
    packet = struct.pack("!BBHII", first, OPUS, 1, 960, SSRC) + extension + bytes(50)
    stream = hear(packet).streams[SSRC]
    assert (list(stream.sizes), stream.arrivals) == ([50], [10.5])


@pytest.mark.parametrize("first", [0x00, 0x01, 0x16, 0x17])
def test_handshakes_are_no_voice_whatever_their_second_byte(first: int) -> None:
    assert hear(bytes([first, OPUS]) + b"\xff" * 30).streams == {}
