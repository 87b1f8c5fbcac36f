"""Frames of VP8 into a WebM file, without re-encoding. RFC 8794 (EBML), RFC 9559 (Matroska)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from meetings.janus.vp8 import Frame

CLUSTER_MS = 5000
CLUSTER_BYTES = 1 << 20
UNKNOWN_SIZE = b"\x01\xff\xff\xff\xff\xff\xff\xff"  # written while it is made: nobody knows its end
MILLISECOND_NS = 1_000_000
TRACK = 1


class Target(Protocol):
    def write(self, data: bytes, /) -> object: ...


def write_head(target: Target, width: int, height: int) -> None:
    """The same size makes the same bytes."""
    target.write(
        _element(
            "1A45DFA3",
            _number("4286", 1) + _number("42F7", 1) + _number("42F2", 4) + _number("42F3", 8),
            _element("4282", b"webm") + _number("4287", 4) + _number("4285", 2),
        )
    )
    target.write(bytes.fromhex("18538067") + UNKNOWN_SIZE)
    name = b"Visio"
    target.write(
        _element("1549A966", _number("2AD7B1", MILLISECOND_NS), _element("4D80", name), _element("5741", name))
    )
    picture = _element("E0", _number("B0", width), _number("BA", height))
    entry = (
        _number("D7", TRACK)
        + _number("73C5", TRACK)
        + _number("83", 1)  # a video
        + _number("9C", 0)  # no lacing
        + _element("86", b"V_VP8")
    )
    target.write(_element("1654AE6B", _element("AE", entry, picture)))


def write_frames(target: Target, frames: Iterable[Frame]) -> None:
    """In clusters: memory does not grow with the length."""
    blocks: list[bytes] = []
    start_ms = size = 0
    for at_ms, is_key, data in frames:
        if blocks and (is_key or at_ms - start_ms >= CLUSTER_MS or size >= CLUSTER_BYTES):
            _write_cluster(target, start_ms, blocks)
            blocks, size = [], 0
        if not blocks:
            start_ms = at_ms
        head = bytes([0x80 | TRACK]) + (at_ms - start_ms).to_bytes(2) + (b"\x80" if is_key else b"\x00")
        blocks.append(_element("A3", head, data))
        size += len(data)
    if blocks:
        _write_cluster(target, start_ms, blocks)


def _write_cluster(target: Target, start_ms: int, blocks: list[bytes]) -> None:
    target.write(_element("1F43B675", _number("E7", start_ms), *blocks))


def _element(identifier: str, *content: bytes) -> bytes:
    size = sum(map(len, content))
    return b"".join([bytes.fromhex(identifier), (size | 1 << 56).to_bytes(8), *content])


def _number(identifier: str, value: int) -> bytes:
    return _element(identifier, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))
