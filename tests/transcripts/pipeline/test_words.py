"""What is done to Whisper's words, without Whisper."""

from __future__ import annotations

from typing import Any

import numpy as np

from transcripts.pipeline.audio import SAMPLE_RATE
from transcripts.pipeline.levels import QUIETEST_DB
from transcripts.pipeline.placing import EDGE_S, measure_level, place_word
from transcripts.pipeline.recognisers.whisper_words import words_of
from transcripts.pipeline.speech import Region, Word
from transcripts.pipeline.splice import splice


def parts(*texts: str) -> list[dict[str, Any]]:
    return [
        {"word": text, "start": number * 0.5, "end": number * 0.5 + 0.5, "probability": 0.9 - number / 10}
        for number, text in enumerate(texts)
    ]


def texts(*written: str) -> list[str]:
    return [word.text for word in words_of(parts(*written))]


def test_an_elision_a_hyphen_and_the_french_question_mark_stay_with_their_word() -> None:
    assert texts(" L", "'ordre", " du", " jour", " est", "-il", " prêt", " ?") == [
        "L'ordre",
        "du",
        "jour",
        "est-il",
        "prêt ?",
    ]


def test_a_joined_word_spans_its_parts_and_is_as_sure_as_the_least_sure() -> None:
    [word] = words_of(parts(" l", "'ordre"))
    assert word == Word(0.0, 1.0, "l'ordre", probability=0.8)


def test_bare_punctuation_is_no_word() -> None:
    assert texts(" ...", " Bonjour", " à", " tous.") == ["Bonjour", "à", "tous."]


REGIONS = [Region(10.0, 12.0), Region(40.0, 41.0)]
WINDOW = splice(REGIONS, 60.0)  # 10.0 lies at 0.4 s of the window, 40.0 at 3.05 s


def test_a_word_is_moved_to_the_clock_of_the_track() -> None:
    assert place_word(Word(3.25, 3.55, "budget"), WINDOW, REGIONS) == Word(40.2, 40.5, "budget")


def test_a_word_may_not_reach_far_outside_the_speech_it_belongs_to() -> None:
    placed = place_word(Word(0.0, 0.9, "Bonjour"), WINDOW, REGIONS)  # Whisper starts the first word of a window at 0
    assert placed == Word(10.0 - EDGE_S, 10.5, "Bonjour")


def test_a_word_over_a_join_goes_where_most_of_it_is() -> None:
    placed = place_word(Word(2.3, 3.6, "budget"), WINDOW, REGIONS)
    assert placed == Word(40.0 - EDGE_S, 40.55, "budget")


def test_a_word_where_nobody_speaks_is_dropped() -> None:
    assert place_word(Word(2.55, 2.75, "Merci"), WINDOW, REGIONS) is None
    assert place_word(Word(9.0, 9.5, "Merci"), WINDOW, REGIONS) is None


def test_the_level_of_a_word_is_that_of_the_track_where_it_is_said() -> None:
    track = np.zeros(3 * SAMPLE_RATE, np.float32)
    track[SAMPLE_RATE : 2 * SAMPLE_RATE] = 0.1
    assert measure_level(Word(1.0, 2.0, "budget"), track).level == -20.0
    assert measure_level(Word(0.0, 0.5, "merci"), track).level == QUIETEST_DB
    assert measure_level(Word(9.0, 9.5, "merci"), track).level == QUIETEST_DB
