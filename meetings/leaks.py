"""Voices of people off the record in the microphones of their neighbours: suspected from times alone, never from words.

Two people in one room, of whom one has declined: the microphone of the other hears both. Whoever is off the record
speaks, and a recorded microphone is loud at the same time, again and again: those lines are for a person to look at.
"""

from __future__ import annotations

from collections.abc import Sequence

from meetings.models import Recording
from meetings.unrecorded import Stretch

SHARE = 0.6  # of what was said off the record while a microphone was recorded: people who converse stay below a fifth
LEAST_S = 3.0  # of speech off the record, before a share of it says anything
LONG_S = 4.0  # nobody talks over somebody else for so long
SHORTEST_S = 0.5


def suspected(
    turns: Sequence[tuple[float, float]], off_record: Sequence[Stretch], *, is_shared: bool
) -> list[tuple[float, float]]:
    """When both were heard, of `turns` of one microphone; nothing where it is how people talk.

    Seconds from the start of the recording, all in order. `is_shared`: several people sit at that microphone.
    """
    if not turns:
        return []
    there = [one for one in off_record if one.end > turns[0][0] and one.start < turns[-1][1]]
    both = [(one, _together(one, turns)) for one in there]
    spoken = sum(one.end - one.start for one in there)
    heard = sum(end - start for _, pairs in both for start, end in pairs)
    is_neighbour = is_shared or (spoken >= LEAST_S and heard >= SHARE * spoken)
    found = [pair for _, pairs in both for pair in pairs if is_neighbour or pair[1] - pair[0] >= LONG_S]
    return [(round(start, 2), round(end, 2)) for start, end in found if end - start >= SHORTEST_S]


def _together(one: Stretch, turns: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    pairs = [(max(one.start, start), min(one.end, end)) for start, end in turns]
    return [(start, end) for start, end in pairs if start < end]


def count(recording: Recording) -> int:
    return sum(len(pairs) for pairs in recording.leaks.values())
