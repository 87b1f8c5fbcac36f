"""Another's voice at somebody's microphone: what was said once is in the minutes once, under its speaker's name.

What is much fainter than what all others say at once, and rises and falls with it, is an echo, whatever words were
heard in it, and even where none were heard on the track of whom they are. So is what is much fainter than its track's
own voice meanwhile. The same words on two tracks at once are those of the louder, earlier one.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcripts.pipeline.levels import FRAME_S, QUIETEST_DB, Loudness, own_level
from transcripts.pipeline.phantoms import plain
from transcripts.pipeline.speech import Word

TOGETHER_S = 0.5  # an echo through a loudspeaker and a network comes within
FEWEST_WORDS = 3  # two people may say « oui, d'accord » at once; three words and more are one voice
FAR_QUIETER_DB = 10.0  # fewer words are an echo only where it is much fainter
LOUDER_DB = 3.0  # less is no difference: the earlier one was said
FAINT_DB = 12.0  # below the voice of the track, and below the others
FAINTER_DB = 6.0  # below the others: perhaps an echo of them
ALIKE = 0.8  # correlation of two loudnesses, in decibels: people who speak at once are below
SHORTEST_ALIKE_S = 0.8  # less is alike by chance
FLOOR_DB = -60.0  # what is fainter is all the same
BREATH_S = 0.4
_GAP_WORDS = 1  # an echo is heard badly: one word that differs, between equal ones, is of the echo too


@dataclass(frozen=True, slots=True)
class _Match:
    """A word of one track, by its place, and its twin on another: by how much the twin is louder, and later."""

    place: int
    louder_db: float
    later_s: float


Powers = NDArray[np.float64]  # of each FRAME_S of the meeting


def remove_echoes(
    words_by_track: Mapping[str, Sequence[Word]],
    loudness: Mapping[str, Sequence[Loudness]],
    offsets: Mapping[str, float],
) -> tuple[dict[str, list[Word]], int]:
    """What stays on each track, and how many stretches were removed. `offsets` are those of merge_tracks."""
    ordered = {track: sorted(words, key=lambda word: word.start) for track, words in words_by_track.items()}
    powers = _powers(loudness, offsets)
    everybody = np.sum(list(powers.values()), axis=0)
    faint = {
        track: list(_faint(words, offsets[track], powers[track], np.maximum(everybody - powers[track], 0.0)))
        for track, words in ordered.items()
    }
    near = {track: _without(words, faint[track]) for track, words in ordered.items()}
    twice = {track: list(_said_elsewhere(track, near, offsets)) for track in near}
    kept = {track: _without(words, twice[track]) for track, words in near.items()}
    return kept, sum(map(len, (*faint.values(), *twice.values())))


def _without(words: Sequence[Word], stretches: Sequence[range]) -> list[Word]:
    gone = set().union(*stretches)
    return [word for place, word in enumerate(words) if place not in gone]


def _said_elsewhere(
    track: str, words_by_track: Mapping[str, Sequence[Word]], offsets: Mapping[str, float]
) -> Iterator[range]:
    """Places of stretches whose words another track has too, and more of a right to."""
    words = words_by_track[track]
    for other, others in words_by_track.items():
        if other != track:
            for stretch in _stretches(words, list(_matches(words, others, offsets[track] - offsets[other]))):
                if _is_echo(stretch):
                    yield range(stretch[0].place, stretch[-1].place + 1)


def _matches(words: Sequence[Word], others: Sequence[Word], shift: float) -> Iterator[_Match]:
    """`shift` takes the clock of `words` to that of `others`."""
    starts = [word.start for word in others]
    texts = [plain(word.text) for word in others]
    for place, word in enumerate(words):
        at, text = word.start + shift, plain(word.text)
        near = range(bisect_left(starts, at - TOGETHER_S), bisect_left(starts, at + TOGETHER_S))
        twins = [number for number in near if texts[number] == text]
        if twins:
            twin = min(twins, key=lambda number: abs(starts[number] - at))
            yield _Match(place, _louder(others[twin], word), starts[twin] - at)


def _stretches(words: Sequence[Word], matches: Sequence[_Match]) -> Iterator[list[_Match]]:
    """Matches in a row, of words said in one breath: after a pause, it may be another who speaks."""
    stretch: list[_Match] = []
    for match in matches:
        if stretch and not _goes_on(words, stretch[-1].place, match.place):
            yield stretch
            stretch = []
        stretch.append(match)
    if stretch:
        yield stretch


def _goes_on(words: Sequence[Word], last: int, following: int) -> bool:
    if following - last > _GAP_WORDS + 1:
        return False
    places = range(last, following)
    return all(words[place + 1].start - words[place].end <= BREATH_S for place in places)


def _is_echo(stretch: Sequence[_Match]) -> bool:
    """Never true of both sides: one is louder, or neither is, and one is earlier."""
    louder_db = sum(match.louder_db for match in stretch) / len(stretch)
    if len(stretch) < FEWEST_WORDS:
        return louder_db >= FAR_QUIETER_DB
    if abs(louder_db) >= LOUDER_DB:
        return louder_db > 0
    return sum(match.later_s for match in stretch) < 0


def _powers(loudness: Mapping[str, Sequence[Loudness]], offsets: Mapping[str, float]) -> dict[str, Powers]:
    """On the clock of the meeting, all of one length; nothing where no speech was found."""
    placed = {
        track: [(max(round((part.start + offsets[track]) / FRAME_S), 0), part.decibels) for part in parts]
        for track, parts in loudness.items()
    }
    length = max((first + len(values) for parts in placed.values() for first, values in parts), default=0)
    found = {track: np.zeros(length) for track in placed}
    for track, parts in placed.items():
        for first, values in parts:
            found[track][first : first + len(values)] = 10 ** (np.array(values, dtype=np.float64) / 10)
    return found


def _faint(words: Sequence[Word], offset: float, own: Powers, others: Powers) -> Iterator[range]:
    """Places of stretches that are an echo of what the others said together."""
    own_db = _own_level(words)
    is_fainter = [_is_fainter(word, offset, others) for word in words]
    for places in _in_one_breath(words, is_fainter):
        if is_fainter[places[0]]:
            start, end = words[places[0]].start + offset, words[places[-1]].end + offset
            level = _level(words, places)
            far_below = level <= min(own_db, _loudest(others, start, end)) - FAINT_DB
            if far_below or _alike(own, others, start, end) >= ALIKE:
                yield places


def _is_fainter(word: Word, offset: float, others: Powers) -> bool:
    loudest = _loudest(others, word.start + offset, word.end + offset)
    return word.level is not None and word.level <= loudest - FAINTER_DB


def _loudest(powers: Powers, start: float, end: float) -> float:
    """Decibels, in the mean of a stretch of this length that ended TOGETHER_S before, or since."""
    first, last = round(start / FRAME_S), max(round(end / FRAME_S), round(start / FRAME_S) + 1)
    lags = range(0, round(TOGETHER_S / FRAME_S) + 1, 2)
    means = [part.mean() for lag in lags if len(part := powers[max(first - lag, 0) : max(last - lag, 0)])]
    return 10 * math.log10(max(means)) if means and max(means) > 0 else QUIETEST_DB


def _alike(own: Powers, others: Powers, start: float, end: float) -> float:
    """The highest correlation of the two, in decibels, the others being up to TOGETHER_S earlier."""
    first, last = round(start / FRAME_S), round(end / FRAME_S)
    if (last - first) * FRAME_S < SHORTEST_ALIKE_S:
        return 0.0
    here = _decibels(own[first:last])
    found = [0.0]
    for lag in range(round(TOGETHER_S / FRAME_S) + 1):
        there = _decibels(others[max(first - lag, 0) : max(last - lag, 0)])
        if len(there) == len(here) and here.std() > 0 and there.std() > 0:
            found.append(float(np.corrcoef(here, there)[0, 1]))
    return max(found)


def _decibels(powers: Powers) -> Powers:
    return np.asarray(np.maximum(10 * np.log10(powers + 1e-30), FLOOR_DB))


def _in_one_breath(words: Sequence[Word], kinds: Sequence[bool]) -> Iterator[range]:
    """Places of words of one kind without a pause between them, whose levels are known."""
    start = 0
    for place in range(1, len(words) + 1):
        ends = place == len(words) or words[place].start - words[place - 1].end > BREATH_S
        if ends or kinds[place] != kinds[place - 1]:
            if all(word.level is not None for word in words[start:place]):
                yield range(start, place)
            start = place


def _level(words: Sequence[Word], places: range) -> float:
    """Of their mean power: soft words are not fainter than the sentence that they are in."""
    known = [(10 ** ((words[place].level or 0.0) / 10), words[place].end - words[place].start) for place in places]
    seconds = sum(length for _, length in known)
    return 10 * math.log10(sum(power * length for power, length in known) / seconds) if seconds else QUIETEST_DB


def _own_level(words: Sequence[Word]) -> float:
    stretches = list(_in_one_breath(words, [True] * len(words)))
    if not stretches:
        return QUIETEST_DB
    seconds = [words[places[-1]].end - words[places[0]].start for places in stretches]
    return own_level([_level(words, places) for places in stretches], seconds)


def _louder(word: Word, than: Word) -> float:
    return word.level - than.level if word.level is not None and than.level is not None else 0.0
