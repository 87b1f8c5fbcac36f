"""What the ear on the wire takes for a voice, and how long the gateway is said to keep it."""

from __future__ import annotations

import random
import struct

import pytest

from bench.forwarding import delays
from bench.wire import OPUS, Packet, read

SSRC = 42
GATEWAY, BROWSER = 21_000, 40_000
TAG = 6  # bytes more, with another encryption
PORTS = range(GATEWAY, GATEWAY + 100)


def datagram(content: bytes, source: int = BROWSER, destination: int = GATEWAY) -> bytes:
    """In IP and UDP, as the kernel hands it on: all of its length, and the beginning of its bytes."""
    udp = struct.pack("!HHHH", source, destination, 8 + len(content), 0)
    return bytes([0x45, 0]) + struct.pack("!H", 28 + len(content)) + bytes(16) + udp + content


def voice(first: int = 0x80, extension: bytes = b"") -> bytes:
    return struct.pack("!BBHII", first, OPUS, 7, 960, SSRC) + extension + bytes(50)


@pytest.mark.parametrize(("first", "extension"), [(0x80, b""), (0x90, struct.pack("!HH", 0xBEDE, 1) + bytes(4))])
def test_a_voice_is_noted_with_its_size_and_its_arrival(first: int, extension: bytes) -> None:
    assert read(datagram(voice(first, extension)), 10.5, PORTS) == Packet(SSRC, 7, 50, 10.5, is_incoming=True)


def test_what_leaves_the_gateway_is_told_from_what_comes() -> None:
    packet = read(datagram(voice(), GATEWAY, BROWSER), 10.5, PORTS)
    assert packet is not None
    assert not packet.is_incoming


@pytest.mark.parametrize("first", [0x00, 0x01, 0x16, 0x17])
def test_handshakes_are_no_voice_whatever_their_second_byte(first: int) -> None:
    assert read(datagram(bytes([first, OPUS]) + b"\xff" * 30), 10.5, PORTS) is None


def test_packets_that_left_are_known_by_their_numbers_and_their_bytes() -> None:
    sizes = random.Random(1)
    packets = []
    for voice_number, first in enumerate((65_500, 100)):  # numbers begin again after 65 535
        for nth in range(100):
            size, at = sizes.randrange(60, 90), nth * 0.02 + voice_number * 0.007
            packets.append(Packet(voice_number, (first + nth) % 65_536, size, at, is_incoming=True))
            if nth > 2:  # who listens came later
                late = 0.03 if nth == 50 else 0.001  # longer than until the next packet comes
                packets.append(Packet(90 + voice_number, nth, size + TAG, at + late, is_incoming=False))
    found = sorted(delays(sorted(packets, key=lambda packet: packet.at)))
    assert len(found) == 2 * 97
    assert found[-3:] == pytest.approx([0.001, 0.03, 0.03])


def test_what_came_from_nowhere_has_no_delay() -> None:
    came = [Packet(1, nth, 60 + nth, nth * 0.02, is_incoming=True) for nth in range(20)]
    left = [Packet(2, nth, 90 - nth, nth * 0.02 + 0.001, is_incoming=False) for nth in range(20)]
    assert delays([*came, *left]) == []
