"""A TURN client that asks for what browsers do not ask for. RFC 8656, and RFC 8489 for the frames; UDP or TLS."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
import ssl
import struct
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Self

TIMEOUT_S = 3.0
MAGIC = 0x2112A442
ALLOCATE, SEND, DATA, PERMIT = 0x0003, 0x0016, 0x0017, 0x0008
SUCCESS, FAILURE = 0x0100, 0x0110
USERNAME, INTEGRITY, ERROR, PEER, PAYLOAD, REALM, NONCE, FAMILY, TRANSPORT = (
    *(0x0006, 0x0008, 0x0009, 0x0012, 0x0013),
    *(0x0014, 0x0015, 0x0017, 0x0019),
)
UDP = bytes([17, 0, 0, 0])
FAMILIES = {4: b"\x01\x00\x00\x00", 6: b"\x02\x00\x00\x00"}
Attributes = dict[int, bytes]


class TurnClient:
    """One allocation. Each verb gives the server's error code, 0 when it said yes."""

    def __init__(self, sock: socket.socket, username: str, password: str) -> None:
        self._socket = sock
        self._username, self._password = username, password
        self._realm = self._nonce = b""

    @classmethod
    def over_udp(cls, server: tuple[str, int], username: str, password: str) -> Self:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.settimeout(TIMEOUT_S)
        sock.connect(server)
        return cls(sock, username, password)

    @classmethod
    def over_tls(cls, server: tuple[str, int], username: str, password: str, ca: str, name: str) -> Self:
        context = ssl.create_default_context(cafile=ca)
        plain = socket.create_connection(server, timeout=TIMEOUT_S)
        return cls(context.wrap_socket(plain, server_hostname=name), username, password)

    def close(self) -> None:
        self._socket.close()

    def allocate(self, family: int = 4) -> int:
        code = self._ask(ALLOCATE, {TRANSPORT: UDP, FAMILY: FAMILIES[family]}, signed=False)
        return self._ask(ALLOCATE, {TRANSPORT: UDP, FAMILY: FAMILIES[family]}) if self._nonce else code

    def permit(self, peer: str) -> int:
        """Ask for a peer, which decides whether it may ever be sent anything."""
        return self._ask(PERMIT, {PEER: _xor(peer, 0, self._next())})

    def send(self, peer: tuple[str, int], payload: bytes) -> bytes:
        """What `peer` sent back. Raises TimeoutError."""
        transaction = self._next()
        self._write(_frame(SEND, transaction, {PEER: _xor(*peer, transaction), PAYLOAD: payload}))
        kind, attributes = self._read()
        assert kind == DATA
        return attributes[PAYLOAD]

    def _next(self) -> bytes:
        self._transaction = secrets.token_bytes(12)
        return self._transaction

    def _ask(self, method: int, attributes: Attributes, *, signed: bool = True) -> int:
        transaction = self._transaction if PEER in attributes else self._next()
        if signed:
            own = {USERNAME: self._username.encode(), REALM: self._realm, NONCE: self._nonce}
            frame = _sign(transaction, method, attributes | own, self._key())
        else:
            frame = _frame(method, transaction, attributes)
        self._write(frame)
        kind, answer = self._read()
        self._realm, self._nonce = answer.get(REALM, self._realm), answer.get(NONCE, self._nonce)
        if kind == method | SUCCESS:
            return 0
        assert kind == method | FAILURE
        return answer[ERROR][2] * 100 + answer[ERROR][3]

    def _key(self) -> bytes:
        text = f"{self._username}:{self._realm.decode()}:{self._password}"
        return hashlib.md5(text.encode(), usedforsecurity=False).digest()

    def _write(self, frame: bytes) -> None:
        self._socket.sendall(frame)

    def _read(self) -> tuple[int, Attributes]:
        frame = self._socket.recv(2048)
        kind, length, magic = struct.unpack("!HHI", frame[:8])
        assert magic == MAGIC
        assert length == len(frame) - 20
        return kind, _attributes(frame[20:])


def _attributes(body: bytes) -> Attributes:
    found: Attributes = {}
    while body:
        name, length = struct.unpack("!HH", body[:4])
        found[name] = body[4 : 4 + length]
        body = body[4 + length + -length % 4 :]
    return found


def _frame(kind: int, transaction: bytes, attributes: Attributes) -> bytes:
    body = b"".join(
        struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4) for name, value in attributes.items()
    )
    return struct.pack("!HHI", kind, len(body), MAGIC) + transaction + body


def _sign(transaction: bytes, method: int, attributes: Attributes, key: bytes) -> bytes:
    """The signature is of the frame before it, whose header counts it already."""
    counted = _frame(method, transaction, attributes | {INTEGRITY: bytes(20)})
    return _frame(method, transaction, attributes | {INTEGRITY: hmac.digest(key, counted[:-24], hashlib.sha1)})


def _xor(host: str, port: int, transaction: bytes) -> bytes:
    address: IPv4Address | IPv6Address = ip_address(host)
    mask = struct.pack("!I", MAGIC) + transaction
    masked = bytes(one ^ other for one, other in zip(address.packed, mask, strict=False))
    return struct.pack("!BBH", 0, 1 if address.version == 4 else 2, port ^ (MAGIC >> 16)) + masked
