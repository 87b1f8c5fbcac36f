"""Who spoke when, and who is shown, from how loud each microphone was. Knows nothing but its input."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

STEP_MS = 100
STEPS_A_S = 1000 // STEP_MS
QUIETEST_DB = -70.0
LOUDEST = 255
VOICE_DB = -45.0
PAUSE_STEPS = 8  # within a sentence
SHORTEST_STEPS = 4
STAY_S = 3.0  # of one person in the large picture, at least: it never blinks


def level_of(decibels: float) -> int:
    """One byte: 0 for silence, LOUDEST for the loudest that there is."""
    return round(LOUDEST * min(max(1 - decibels / QUIETEST_DB, 0.0), 1.0))


VOICE = level_of(VOICE_DB)


@dataclass(frozen=True, slots=True)
class Voice:
    """One track of a microphone. `levels`: one byte for each step of STEP_MS, from `start`, in seconds."""

    person: str
    start: float
    levels: bytes


@dataclass(frozen=True, slots=True)
class Turn:
    """Seconds from the start of the recording."""

    person: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Lead:
    """Who is in the large picture from `start` on, until the next one."""

    person: str
    start: float


def turns_of(voices: Sequence[Voice]) -> list[Turn]:
    """In order of their start; those of several people may overlap."""
    found = [
        Turn(voice.person, round(voice.start + start / STEPS_A_S, 2), round(voice.start + end / STEPS_A_S, 2))
        for voice in voices
        for start, end in _spoken(voice.levels)
    ]
    return sorted(found, key=lambda turn: (turn.start, turn.person))


def _spoken(levels: bytes) -> Iterator[tuple[int, int]]:
    """Steps; the last one is not included."""
    start = end = -1
    for step, level in enumerate(levels):
        if level < VOICE:
            continue
        if start >= 0 and step - end <= PAUSE_STEPS:
            end = step + 1
            continue
        if end - start >= SHORTEST_STEPS:
            yield start, end
        start, end = step, step + 1
    if end - start >= SHORTEST_STEPS:
        yield start, end


def leads_of(turns: Sequence[Turn], *, stay_s: float = STAY_S) -> list[Lead]:
    """Who speaks keeps the large picture while they do, and `stay_s` at least. The first one has it from the start."""
    found: list[Lead] = []
    coming = deque(turns)
    active: dict[str, Turn] = {}
    since = -stay_s
    for step in range(math.ceil(max((turn.end for turn in turns), default=0.0) * STEPS_A_S)):
        now = step / STEPS_A_S
        while coming and coming[0].start <= now:
            turn = coming.popleft()
            active[turn.person] = turn
        active = {person: turn for person, turn in active.items() if turn.end > now}
        if not active or (found and found[-1].person in active) or now - since < stay_s:
            continue
        who = min(active.values(), key=lambda turn: (turn.start, turn.person)).person
        found.append(Lead(who, now if found else 0.0))
        since = now
    return found
