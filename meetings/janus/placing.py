"""Opus packets on the wall clock: when each was said, and what is missing between them.

Packets are placed by their RTP clock, which is held against their arrival: it may stand still (a laptop that slept),
and it never runs quite as fast as ours. What is said after hours is still at its time. Holes become silence, so that a
second of the result is a second of the meeting.
"""

from __future__ import annotations

from collections import deque
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
OPENING_PACKETS = 500  # 10 s: a gateway that many enter at once was seen to be 150 ms late in its first three
BLOCK_PACKETS, BLOCKS_AHEAD = 100, 5  # 2 s, 10 s
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

    Each is within 40 ms of its time: a clock that drifts is followed every two seconds. Whatever would come later than
    `longest_s` is left out: no clock can ask for days of silence.
    """
    clock: _Clock | None = None
    end = NEVER if longest_s is None else int(longest_s * CLOCK_HZ)
    position, following = 0, -1
    for block, coming in _blocks(iter(packets)):
        clock = clock or _Clock(block, coming)
        targets, leaps = clock.targets(block, coming)
        for (sequence, _, _, payload), target in zip(block.packets, targets, strict=True):
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
    return _quickest(skews, skews[0])


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


@dataclass(slots=True)
class _Block:
    packets: list[Packet]
    skews: list[int] = field(init=False)  # of arrivals, on the RTP clock, to RTP times
    least: int = field(init=False)

    def __post_init__(self) -> None:
        self.skews = [arrival_ms * SAMPLES_PER_MS - timestamp for _, timestamp, arrival_ms, _ in self.packets]
        self.least = min(self.skews)


def _blocks(packets: Iterator[Packet]) -> Iterator[tuple[_Block, Sequence[_Block]]]:
    """Each with those that come after it, BLOCKS_AHEAD at most."""
    ahead: deque[_Block] = deque()
    while block := list(islice(packets, BLOCK_PACKETS)):
        ahead.append(_Block(block))
        if len(ahead) > BLOCKS_AHEAD:
            yield ahead.popleft(), ahead
    while ahead:
        yield ahead.popleft(), ahead


class _Clock:
    """Where packets belong on the wall clock, in samples from the first one.

    Packets are late by what held them up, and never early: the quickest of ten seconds shows where all of them belong.
    """

    def __init__(self, first: _Block, coming: Sequence[_Block]) -> None:
        opening = [*first.packets, *(packet for block in coming for packet in block.packets)]
        self._zero, self._skew = first.packets[0].timestamp, skew_of(opening)
        self._level = self._skew  # of the quickest packets now

    def targets(self, block: _Block, coming: Sequence[_Block]) -> tuple[list[int], dict[int, int]]:
        """For each packet of `block`, in order; and, by its number, by how much the clock was put right at it."""
        later = [one.least for one in coming]
        leaps: dict[int, int] = {}
        if self._level - MAX_DRIFT_SAMPLES <= block.least and max(block.skews) <= self._level + MAX_DRIFT_SAMPLES:
            moved = self._level - self._skew - self._zero
            targets = [timestamp + moved for _, timestamp, _, _ in block.packets]
        else:
            targets = self._put_right(block, later, leaps)
        if len(later) == BLOCKS_AHEAD:
            self._follow(_quickest(later, self._level))
        return targets, leaps

    def _follow(self, quickest: int) -> None:
        """Two sound cards never agree: 100 parts in a million are a third of a second in an hour. And a browser that is
        held up loses sound: what it lost is put in at once, what is too much is taken out little by little.
        """
        if quickest >= self._level + SILENCE_SAMPLES:
            self._level = quickest
        elif quickest <= self._level - SILENCE_SAMPLES:
            self._level -= SILENCE_SAMPLES

    def _put_right(self, block: _Block, later: list[int], leaps: dict[int, int]) -> list[int]:
        targets = []
        for place, (packet, skew) in enumerate(zip(block.packets, block.skews, strict=True)):
            if abs(skew - self._level) > MAX_DRIFT_SAMPLES:
                before = self._level
                self._settle(skew, [*block.skews[place:], *later])
                leaps[packet.sequence] = self._level - before
            targets.append(packet.timestamp - self._zero + self._level - self._skew)
        return targets

    def _settle(self, skew: int, from_here: Sequence[int]) -> None:
        """A network that stalled catches up at once: some packet soon after is on time. A clock that stood still does
        not. One that runs ahead of real time is not believed: it could ask for days.
        """
        if skew < self._level:
            self._level = _quickest(from_here, skew)
        elif (quickest := min(from_here)) - self._level > MAX_DRIFT_SAMPLES:
            self._level = quickest


def _quickest(skews: Sequence[int], one: int) -> int:
    """Of those that are not so far from `one` that a clock must have leapt."""
    return min((skew for skew in skews if skew >= one - MAX_DRIFT_SAMPLES), default=one)


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
