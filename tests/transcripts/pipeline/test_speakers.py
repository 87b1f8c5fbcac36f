from __future__ import annotations

import pytest

from transcripts.pipeline.speakers import assign_speakers, number_voices
from transcripts.pipeline.speech import Turn, Word

TURNS = [Turn(0.0, 2.0, "1"), Turn(2.0, 3.0, "2")]


@pytest.mark.parametrize(
    ("start", "end", "speaker"),
    [(0.1, 0.5, "1"), (1.8, 2.4, "2"), (1.5, 2.1, "1"), (3.1, 3.3, None)],
    ids=["inside a turn", "mostly in the second", "mostly in the first", "just outside every turn"],
)
def test_word_goes_to_the_turn_it_overlaps_most_and_to_nobody_otherwise(
    start: float, end: float, speaker: str | None
) -> None:
    [word] = assign_speakers([Word(start, end, "bonjour")], TURNS)
    assert word.speaker == speaker


def test_no_turn_at_all_leaves_words_unattributed() -> None:
    assert assign_speakers([Word(0.0, 1.0, "bonjour")], []) == [Word(0.0, 1.0, "bonjour")]


def test_voices_are_numbered_in_the_order_they_are_first_heard() -> None:
    turns = [Turn(4.0, 5.0, "SPEAKER_00"), Turn(0.0, 1.0, "SPEAKER_01"), Turn(2.0, 3.0, "SPEAKER_00")]
    assert number_voices(turns) == [Turn(0.0, 1.0, "1"), Turn(2.0, 3.0, "2"), Turn(4.0, 5.0, "2")]
