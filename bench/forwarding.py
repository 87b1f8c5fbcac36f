"""How long the gateway keeps a packet: from its arrival there to its departure, both as the kernel says."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter

from bench.wire import Packet

NUMBERS = 1 << 16
SAME_STREAM = 0.9  # of the packets that leave came with the same distance between numbers, and tags of the same bytes

Stream = Sequence[Packet]


def delays(packets: Iterable[Packet]) -> list[float]:
    """Seconds, of each packet that left. Streams that came and left are paired: the gateway begins its own numbers
    elsewhere, lets the payload be, and may encrypt it otherwise, with another tag.
    """
    streams: dict[tuple[bool, int], list[Packet]] = {}
    for packet in packets:
        streams.setdefault((packet.is_incoming, packet.ssrc), []).append(packet)
    came = [stream for (is_incoming, _), stream in streams.items() if is_incoming]
    left = [stream for (is_incoming, _), stream in streams.items() if not is_incoming]
    return [delay for one in left for delay in _of_stream(one, came)]


def _of_stream(left: Stream, came: Sequence[Stream]) -> list[float]:
    """Empty where nothing that came is like it."""
    pairs = max((_pairs(left, one) for one in came), key=len, default=[])
    if len(pairs) < SAME_STREAM * len(left):
        return []
    return [after.at - before.at for before, after in pairs]


def _pairs(left: Stream, came: Stream) -> list[tuple[Packet, Packet]]:
    times = list(map(attrgetter("at"), came))
    latest = [(came[place - 1], packet) for packet in left if (place := bisect(times, packet.at))]
    if not latest:
        return []
    (distance, tag), _ = Counter(_differences(*pair) for pair in latest).most_common(1)[0]
    by_number = {(packet.number + distance) % NUMBERS: packet for packet in came}
    found = [(by_number[packet.number], packet) for packet in left if packet.number in by_number]
    return [pair for pair in found if _differences(*pair) == (distance, tag) and pair[0].at <= pair[1].at]


def _differences(before: Packet, after: Packet) -> tuple[int, int]:
    return (after.number - before.number) % NUMBERS, after.bytes - before.bytes
