"""Opus packets on the wall clock: when each was said, and what is missing between them.

Packets are placed by their RTP clock, which is held against their arrival: it may stand still (a laptop that slept),
and it never runs quite as fast as ours. What is said after hours is still at its time. Holes become silence, so that a
second of the result is a second of the meeting.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import repeat

import numpy as np

from meetings.janus.mjr import Numbers, Packets

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


def place(runs: Iterable[Packets], heard: Heard, *, longest_s: float | None = None) -> Iterator[Placed]:
    """Packets and the silence between them, without a hole, from the first packet on; `heard` is filled meanwhile.

    Each is within 40 ms of its time: a clock that drifts is followed every two seconds. Whatever would come later than
    `longest_s` is left out: no clock can ask for days of silence.
    """
    clock: _Clock | None = None
    track = _Track(heard, NEVER if longest_s is None else int(longest_s * CLOCK_HZ))
    for block, coming in _with_coming(_blocks(runs)):
        clock = clock or _Clock([block, *coming])
        if clock.holds_for(block) and track.is_met_by(block, clock.moved):
            yield from track.add_whole(block)
        else:
            yield from track.add_each(block, *clock.targets(block, coming))
        if track.is_full:
            return
        clock.follow(coming)


def begun_ms(opening: Packets) -> float:
    """When the first of these packets would have arrived, had it been as quick as the quickest."""
    return (_skew_of(_skews(opening).tolist()) + int(opening.timestamps[0])) / SAMPLES_PER_MS


def _skews(packets: Packets) -> Numbers:
    """Of arrivals, on the RTP clock, to RTP times."""
    return packets.arrivals_ms * SAMPLES_PER_MS - packets.timestamps


def _skew_of(opening: Sequence[int]) -> int:
    """That of the quickest of these packets, not that of the first one, which waits for a connection to be warm, or for
    a browser that is busy.
    """
    return _quickest(opening[:OPENING_PACKETS], opening[0])


def _may_go(late: int, payload: bytes) -> bool:
    """Whether this packet is left out to be in time again: one that is quiet, if one comes soon."""
    return len(payload) <= QUIET_BYTES or late <= 2 * TOO_MUCH_SAMPLES


def _why(leap: int, missing: int) -> Why:
    if leap >= HOLE_SAMPLES:
        return Why.FROZEN
    return Why.MISSING if missing else Why.STOPPED


@dataclass(frozen=True, slots=True)
class _Block:
    """Some packets, and what is known of them together."""

    packets: Packets
    skews: Numbers
    least: int  # skew
    most: int
    earliest: int  # timestamp, once 20 ms were taken away for each packet before it
    latest: int
    is_plain: bool  # each is 20 ms
    empty: int


def _blocks(runs: Iterable[Packets]) -> Iterator[_Block]:
    rest = Packets.of([])
    for run in runs:
        some = rest + run
        whole = len(some) - len(some) % BLOCK_PACKETS
        yield from _cut(some[:whole])
        rest = some[whole:]
    yield from _cut(rest)


def _cut(run: Packets) -> Iterator[_Block]:
    """All sums are those of many blocks at once: for each alone they would cost more than the packets."""
    if not run:
        return
    begins = range(0, len(run), BLOCK_PACKETS)
    skews = _skews(run)
    in_step = run.timestamps - np.arange(len(run)) % BLOCK_PACKETS * SILENCE_SAMPLES
    lengths = np.fromiter(map(len, run.payloads), np.int64, len(run))
    is_plain = _ARE_PLAIN[np.fromiter((payload[0] for payload in run.payloads), np.uint8, len(run))]
    sums = (
        np.minimum.reduceat(skews, begins),
        np.maximum.reduceat(skews, begins),
        np.minimum.reduceat(in_step, begins),
        np.maximum.reduceat(in_step, begins),
        np.logical_and.reduceat(is_plain & (lengths <= MAX_PACKET_BYTES), begins),
        np.add.reduceat(lengths <= EMPTY_BYTES, begins, dtype=np.int64),
    )
    for begin, *found in zip(begins, *(each.tolist() for each in sums), strict=True):
        some = slice(begin, begin + BLOCK_PACKETS)
        yield _Block(run[some], skews[some], *found)


def _with_coming(blocks: Iterator[_Block]) -> Iterator[tuple[_Block, Sequence[_Block]]]:
    """Each with those that come after it, BLOCKS_AHEAD at most."""
    ahead: deque[_Block] = deque()
    for block in blocks:
        ahead.append(block)
        if len(ahead) > BLOCKS_AHEAD:
            yield ahead.popleft(), ahead
    while ahead:
        yield ahead.popleft(), ahead


@dataclass(slots=True)
class _Track:
    """What was placed so far."""

    heard: Heard
    end: int
    position: int = 0
    following: int = -1  # the number after that of the last packet
    is_full: bool = False

    def is_met_by(self, block: _Block, moved: int) -> bool:
        """Whether nothing is missing before it or in it, and all of it is in time."""
        first, last, count = block.packets.sequences[0], block.packets.sequences[-1], len(block.packets)
        earliest, latest = block.earliest + moved - self.position, block.latest + moved - self.position
        is_in_time = earliest > TOO_MUCH_SAMPLES and latest < TOO_LATE_SAMPLES
        is_whole = first == self.following and last == first + count - 1
        return block.is_plain and is_whole and is_in_time and self.position + (count + 1) * SILENCE_SAMPLES < self.end

    def add_whole(self, block: _Block) -> Iterator[Placed]:
        yield from zip(repeat(SILENCE_SAMPLES), block.packets.payloads, strict=False)  # the first one has no end
        count = len(block.packets)
        self.position += count * SILENCE_SAMPLES
        self.following += count
        self.heard.packets += count
        self.heard.empty += block.empty

    def add_each(self, block: _Block, targets: Sequence[int], leaps: Mapping[int, int]) -> Iterator[Placed]:
        heard = self.heard
        for (sequence, _, _, payload), target in zip(block.packets, targets, strict=True):
            samples, late = duration_samples(payload), target - self.position
            if not samples or (late <= TOO_MUCH_SAMPLES and _may_go(late, payload)):
                heard.unusable += 1  # malformed; or more sound than time, as of a sender whose clock is slow
                continue
            if target >= self.end:
                self.is_full = True
                return
            missing = max(0, sequence - self.following) if self.following >= 0 else 0
            heard.lost += missing
            if late >= TOO_LATE_SAMPLES:
                silences = (late + TOO_LATE_SAMPLES) // SILENCE_SAMPLES
                heard.note(self.position, silences * SILENCE_SAMPLES, _why(leaps.get(sequence, 0), missing))
                yield from repeat(SILENCE, silences)
                self.position += silences * SILENCE_SAMPLES
            self.following = sequence + 1
            heard.packets += 1
            heard.empty += len(payload) <= EMPTY_BYTES
            yield samples, payload
            self.position += samples


class _Clock:
    """Where packets belong on the wall clock, in samples from the first one.

    Packets are late by what held them up, and never early: the quickest of ten seconds shows where all of them belong.
    """

    def __init__(self, opening: Sequence[_Block]) -> None:
        self._zero = int(opening[0].packets.timestamps[0])
        self._skew = _skew_of([skew for block in opening for skew in block.skews.tolist()])
        self._level = self._skew  # of the quickest packets now

    @property
    def moved(self) -> int:
        """What is added to timestamps."""
        return self._level - self._skew - self._zero

    def holds_for(self, block: _Block) -> bool:
        """Whether no packet of it shows that the clock has to be put right."""
        return self._level - MAX_DRIFT_SAMPLES <= block.least and block.most <= self._level + MAX_DRIFT_SAMPLES

    def follow(self, coming: Sequence[_Block]) -> None:
        """Two sound cards never agree: 100 parts in a million are a third of a second in an hour. And a browser that is
        held up loses sound: what it lost is put in at once, what is too much is taken out little by little.
        """
        if len(coming) < BLOCKS_AHEAD:
            return
        quickest = _quickest([block.least for block in coming], self._level)
        if quickest >= self._level + SILENCE_SAMPLES:
            self._level = quickest
        elif quickest <= self._level - SILENCE_SAMPLES:
            self._level -= SILENCE_SAMPLES

    def targets(self, block: _Block, coming: Sequence[_Block]) -> tuple[list[int], dict[int, int]]:
        """For each packet of `block`, in order; and, by its number, by how much the clock was put right at it."""
        skews, later = block.skews.tolist(), [one.least for one in coming]
        targets: list[int] = []
        leaps: dict[int, int] = {}
        for place, (packet, skew) in enumerate(zip(block.packets, skews, strict=True)):
            if abs(skew - self._level) > MAX_DRIFT_SAMPLES:
                before = self._level
                self._settle(skew, [*skews[place:], *later])
                leaps[packet.sequence] = self._level - before
            targets.append(packet.timestamp + self.moved)
        return targets, leaps

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
_ARE_PLAIN = np.array(_SAMPLES) == SILENCE_SAMPLES
