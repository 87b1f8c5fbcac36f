"""Sound on its way to the gateway and from it: when each packet arrived, as the kernel says, not a busy browser."""

from __future__ import annotations

import ctypes
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from visio_site.layout import Layout

RTP_VERSION = 2
OPUS = 111  # its payload type in browsers
RECEIVED_AT = 35  # SO_TIMESTAMPNS
FILTER = 26  # SO_ATTACH_FILTER
HEAD_BYTES = 160
ETH_P_IP = 0x0800


@dataclass(frozen=True, slots=True)
class Packet:
    ssrc: int
    number: int  # of its stream, 16 bits
    bytes: int  # of the payload, with SRTP's tag
    at: float  # Unix time
    is_incoming: bool  # to the gateway


@contextmanager
def listen(hear: Callable[[Packet], None]) -> Iterator[None]:
    """`hear` is called in a thread."""
    low, _, high = Layout.from_environment().rtp_ports.partition("-")
    ports = range(int(low), int(high) + 1)
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP)) as door:
        _let_in(door, ports)
        door.setsockopt(socket.SOL_SOCKET, RECEIVED_AT, 1)
        door.settimeout(0.2)
        over = threading.Event()
        thread = threading.Thread(target=_listen, args=(door, over, ports, hear))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _listen(door: socket.socket, over: threading.Event, ports: range, hear: Callable[[Packet], None]) -> None:
    while not over.is_set():
        try:
            data, [(_, _, stamp), *_], _, _ = door.recvmsg(HEAD_BYTES, 64)
        except TimeoutError:
            continue
        seconds, nanoseconds = struct.unpack("qq", stamp)
        if packet := read(data, seconds + nanoseconds / 1e9, ports):
            hear(packet)


def read(data: bytes, at: float, ports: range) -> Packet | None:
    """Of an IP packet, from its first byte; None for DTLS and STUN."""
    length = struct.unpack_from("!H", data, 2)[0]
    udp = 4 * (data[0] & 0xF)
    rtp = udp + 8
    if data[rtp] >> 6 != RTP_VERSION:  # the second byte of others may be anything
        return None
    number, _, ssrc = struct.unpack_from("!HII", data, rtp + 2)
    payload = rtp + 12 + 4 * (data[rtp] & 0xF)
    if data[rtp] & 0x10:
        payload += 4 + 4 * struct.unpack_from("!H", data, payload + 2)[0]
    return Packet(ssrc, number, length - payload, at, struct.unpack_from("!H", data, udp + 2)[0] in ports)


def _let_in(door: socket.socket, ports: range) -> None:
    """Opus from and to these ports alone: the rest of the machine's traffic would wake a Python thread for nothing."""
    low, high = ports[0], ports[-1]
    program = [
        (0x30, 0, 0, 9),  # the protocol of the IP packet
        (0x15, 0, 10, 17),  # UDP?
        (0xB1, 0, 0, 0),  # X: bytes of its head
        (0x48, 0, 0, 0),  # the port that it comes from
        (0x35, 0, 1, low),
        (0x25, 0, 3, high),
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
