"""Opus packets on the wall clock: when each was said, and what is missing between them.

Packets are placed by their RTP clock, which is held against their arrival: it may stand still (a laptop that slept),
and it never runs quite as fast as ours. What is said after hours is still at its time. Holes become silence, so that a
second of the result is a second of the meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice, repeat

from meetings.janus.mjr import Packet

CLOCK_HZ = 48_000  # Opus' RTP clock, whatever the sound's own rate
SAMPLES_PER_MS = CLOCK_HZ // 1000
SILENCE_SAMPLES = 960
MAX_DRIFT_SAMPLES = CLOCK_HZ // 4  # jitter stays below; a clock that stopped goes far beyond
MAX_PACKET_SAMPLES = 5760  # 120 ms (RFC 6716, 3.2.5)
MAX_PACKET_BYTES = 1500
EMPTY_BYTES = 3  # the most that an encoder makes of digital silence: a microphone that is off in the browser
QUIET_BYTES = 24  # of a pause, at the rates that browsers use
LOOK_AHEAD_PACKETS = 100  # 2 s
OPENING_PACKETS = 100
BLOCK_PACKETS = 100
FOLLOWED_PACKETS = 500  # 10 s
NEVER = 1 << 62
TOO_LATE_SAMPLES = SILENCE_SAMPLES // 2  # from there on, silence is nearer to the truth than none
TOO_MUCH_SAMPLES = -SILENCE_SAMPLES
HOLE_SAMPLES = CLOCK_HZ // 2  # shorter ones are only counted, as lost packets
MOST_HOLES = 1000  # that are told one by one


class Why(StrEnum):
    """Of a hole."""

    MISSING = "missing"  # packets were sent and are not here: lost on the way, or an organiser had cut the microphone
    STOPPED = "stopped"  # nothing was sent
    FROZEN = "frozen"  # the sender's clock stood still: a laptop that slept


@dataclass(frozen=True, slots=True)
class Hole:
    """Seconds from the first packet."""

    start: float
    end: float
    why: Why


@dataclass(slots=True)
class Heard:
    """What a file was like; complete once everything was placed."""

    packets: int = 0
    lost: int = 0  # numbers that are not there, those in holes included
    unusable: int = 0  # malformed, or more sound than time
    empty: int = 0  # from a microphone that was on, and carried nothing
    holes: list[Hole] = field(default_factory=list)
    more_holes: int = 0  # above MOST_HOLES

    def note(self, position: int, samples: int, why: Why) -> None:
        if samples < HOLE_SAMPLES:
            return
        if len(self.holes) < MOST_HOLES:
            self.holes.append(Hole(position / CLOCK_HZ, (position + samples) / CLOCK_HZ, why))
        else:
            self.more_holes += 1


Placed = tuple[int, bytes]  # how many samples it lasts, and what it is
SILENCE: Placed = (SILENCE_SAMPLES, b"\xf8\xff\xfe")  # 20 ms of nothing: CELT, full band, one frame (RFC 6716, 3.1)


def place(packets: Iterable[Packet], heard: Heard, *, longest_s: float | None = None) -> Iterator[Placed]:
    """Packets and the silence between them, without a hole, from the first packet on; `heard` is filled meanwhile.

    Each is within 40 ms of its time. Whatever would come later than `longest_s` is left out: no clock can ask for days
    of silence.
    """
    clock = _Clock()
    end = NEVER if longest_s is None else int(longest_s * CLOCK_HZ)
    position, following = 0, -1
    for block, coming in _blocks(iter(packets)):
        targets, leaps = clock.targets(block, coming)
        for (sequence, _, _, payload), target in zip(block, targets, strict=True):
            samples = _SAMPLES[payload[0]]
            if samples < 0 or len(payload) > MAX_PACKET_BYTES:
                samples = duration_samples(payload)
            late = target - position
            if not samples or (late <= TOO_MUCH_SAMPLES and _may_go(late, payload)):
                heard.unusable += 1  # malformed; or more sound than time, as of a sender whose clock is slow
                continue
            if target >= end:
                return
            if sequence != following:
                heard.lost += max(0, sequence - following) if following >= 0 else 0
            if late >= TOO_LATE_SAMPLES:
                silences = (late + TOO_LATE_SAMPLES) // SILENCE_SAMPLES
                missing = sequence - following if following >= 0 else 0
                heard.note(position, silences * SILENCE_SAMPLES, _why(leaps.get(sequence, 0), missing))
                yield from repeat(SILENCE, silences)
                position += silences * SILENCE_SAMPLES
            following = sequence + 1
            heard.packets += 1
            if len(payload) <= EMPTY_BYTES:
                heard.empty += 1
            yield samples, payload
            position += samples


def skew_of(opening: Sequence[Packet]) -> int:
    """Of arrivals, on the RTP clock, to RTP times: that of the quickest of these packets, not that of the first one,
    which waits for a connection to be warm, or for a browser that is busy.
    """
    skews = [one.arrival_ms * SAMPLES_PER_MS - one.timestamp for one in opening[:OPENING_PACKETS]]
    return min(skew for skew in skews if skew >= skews[0] - MAX_DRIFT_SAMPLES)


def begun_ms(opening: Sequence[Packet]) -> float:
    """When the first of these packets would have arrived, had it been as quick as the quickest."""
    return (skew_of(opening) + opening[0].timestamp) / SAMPLES_PER_MS


def _may_go(late: int, payload: bytes) -> bool:
    """Whether this packet is left out to be in time again: one that is quiet, if one comes soon."""
    return len(payload) <= QUIET_BYTES or late <= 2 * TOO_MUCH_SAMPLES


def _why(leap: int, missing: int) -> Why:
    if leap >= HOLE_SAMPLES:
        return Why.FROZEN
    return Why.MISSING if missing else Why.STOPPED


def _blocks(packets: Iterator[Packet]) -> Iterator[tuple[list[Packet], list[Packet]]]:
    """Each with the one that comes after it."""
    block = list(islice(packets, BLOCK_PACKETS))
    while block:
        coming = list(islice(packets, BLOCK_PACKETS))
        yield block, coming
        block = coming


class _Clock:
    """Where packets belong on the wall clock, in samples from the first one."""

    def __init__(self) -> None:
        self.offset = 0  # what the RTP clock lacks
        self._zero: int | None = None  # the RTP time of the first one
        self._skew = 0
        self._least, self._packets = NEVER, 0  # of the drifts that are followed

    def targets(self, block: Sequence[Packet], coming: Sequence[Packet]) -> tuple[list[int], dict[int, int]]:
        """For each packet of `block`, in order; and, by its number, by how much the clock was put right at it."""
        if self._zero is None:
            self._zero, self._skew = block[0].timestamp, skew_of([*block, *coming[:OPENING_PACKETS]])
        zero, skew = self._zero, self._skew
        drifts = [arrival_ms * SAMPLES_PER_MS - timestamp - skew for _, timestamp, arrival_ms, _ in block]
        least, most = min(drifts), max(drifts)
        if self.offset - MAX_DRIFT_SAMPLES <= least and most <= self.offset + MAX_DRIFT_SAMPLES:
            targets = [timestamp - zero + self.offset for _, timestamp, _, _ in block]
            self._follow(least, len(block))
            return targets, {}
        return self._put_right(block, drifts, coming)

    def _follow(self, least: int, packets: int) -> None:
        """Two sound cards never agree: 100 parts in a million are a third of a second in an hour. The quickest packet
        of ten seconds shows that; delays of the network only make others slower.
        """
        self._least, self._packets = min(self._least, least), self._packets + packets
        if self._packets < FOLLOWED_PACKETS:
            return
        if self._least >= self.offset + SILENCE_SAMPLES:
            self.offset += SILENCE_SAMPLES
        elif self._least <= self.offset - SILENCE_SAMPLES:
            self.offset -= SILENCE_SAMPLES
        self._least, self._packets = NEVER, 0

    def _put_right(
        self, block: Sequence[Packet], drifts: Sequence[int], coming: Sequence[Packet]
    ) -> tuple[list[int], dict[int, int]]:
        assert self._zero is not None  # noqa: S101 -- `targets` has set it
        later = [one.arrival_ms * SAMPLES_PER_MS - one.timestamp - self._skew for one in coming[:LOOK_AHEAD_PACKETS]]
        all_drifts = [*drifts, *later]
        targets, leaps = [], {}
        for place, packet in enumerate(block):
            drift = drifts[place]
            if abs(drift - self.offset) > MAX_DRIFT_SAMPLES:
                before = self.offset
                self._settle(drift, all_drifts[place + 1 : place + 1 + LOOK_AHEAD_PACKETS])
                leaps[packet.sequence] = self.offset - before
            targets.append(packet.timestamp - self._zero + self.offset)
        return targets, leaps

    def _settle(self, drift: int, coming: Sequence[int]) -> None:
        """A network that stalled catches up at once: some packet soon after is on time. A clock that stood still does
        not. One that runs ahead of real time is not believed: it could ask for days.
        """
        if drift > self.offset:
            drift = min([drift, *coming])
            if drift - self.offset <= MAX_DRIFT_SAMPLES:
                return
        self.offset, self._least, self._packets = drift, NEVER, 0


def duration_samples(packet: bytes) -> int:
    """How long an Opus packet lasts, in samples of 48 kHz, from its first byte(s); 0 when malformed."""
    if len(packet) > MAX_PACKET_BYTES:
        return 0
    samples = _SAMPLES[packet[0]]
    if samples >= 0:
        return samples
    samples = -samples * (packet[1] & 0x3F) if len(packet) > 1 else 0
    return samples if samples <= MAX_PACKET_SAMPLES else 0


def _samples_of(toc: int) -> int:
    """RFC 6716, 3.1; negative, and of one frame, where the next byte counts the frames."""
    config = toc >> 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        frame = (480, 960)[config & 1]
    else:
        frame = (120, 240, 480, 960)[config & 3]
    return (frame, 2 * frame, 2 * frame, -frame)[toc & 3]


_SAMPLES = [_samples_of(toc) for toc in range(256)]
