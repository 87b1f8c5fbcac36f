"""Which voice is whose: where another product named who spoke, voices that speak then have that name."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

from transcripts.pipeline.names.subtitles import Cue
from transcripts.pipeline.speech import Word

SHARE = 0.6  # of what a voice says under some name, at least so much under one; else it has none
LEAST_S = 1.0
LONGEST_CUE_S = 60.0  # one that is longer is not believed past that


def name_voices(words: Sequence[Word], cues: Sequence[Cue]) -> dict[str, str]:
    """Voice → name, for the voices that speak mostly under one name. Two voices may be one person's.

    `cues` are in order, as read_subtitles gives them.
    """
    seconds: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for word in words:
        for cue in _around(word, cues):
            overlap = min(word.end, cue.end) - max(word.start, cue.start)
            if word.speaker is not None and overlap > 0:
                seconds[word.speaker][cue.name] += overlap
    return {voice: name for voice, names in seconds.items() if (name := _clear_winner(names))}


def _around(word: Word, cues: Sequence[Cue]) -> Sequence[Cue]:
    """Those that may overlap it; `cues` are in order."""
    first = bisect_left(cues, word.start - LONGEST_CUE_S, key=lambda cue: cue.start)
    return cues[first : bisect_left(cues, word.end, key=lambda cue: cue.start)]


def _clear_winner(names: Mapping[str, float]) -> str | None:
    name = max(names, key=lambda name: (names[name], name))
    return name if names[name] >= LEAST_S and names[name] >= SHARE * sum(names.values()) else None
