"""How minutes are measured: the arithmetic on cases that can be counted by hand, and what is read from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.speech import FakeModels
from tests.fakes.tracks import sound
from transcripts.pipeline.evaluation.manifest import evaluate, read_manifest
from transcripts.pipeline.evaluation.reference import (
    BadReference,
    Reference,
    Said,
    read_reference,
    turns_of,
    write_ctm,
    write_rttm,
    write_stm,
)
from transcripts.pipeline.evaluation.score import Score, score
from transcripts.pipeline.speech import Turn, Word


def say(text: str, start: float, speaker: str) -> list[Said]:
    """A word each second, without pause."""
    return [Said(start + n, start + n + 1, word, speaker) for n, word in enumerate(text.split())]


TRUTH = [*say("Le budget est voté.", 0.0, "claire"), *say("Merci à tous.", 10.0, "bilal")]


def measured(heard: list[Said], truth: list[Said] = TRUTH, seconds: float = 3600.0) -> Score:
    return score(Reference(tuple(truth), tuple(turns_of(truth))), heard, seconds=seconds, cpu_seconds=36.0)


def test_what_is_all_right_has_no_error() -> None:
    assert measured(TRUTH).rates() == {
        "der": 0.0,
        "wer": 0.0,
        "attribution_error": 0.0,
        "phantoms_per_hour": 0.0,
        "rtf": 0.01,
    }


def test_case_and_punctuation_do_not_count_and_accents_do() -> None:
    heard = [*say("le BUDGET est vote", 0.0, "claire"), *say("merci, à tous !", 10.0, "bilal")]
    result = measured(heard)
    assert (result.wrong_words, result.said_words) == (1, 7)


def test_words_changed_left_out_and_added_are_wrong() -> None:
    heard = [*say("Le rapport est", 0.0, "claire"), *say("Merci à tous et", 10.0, "bilal")]
    assert measured(heard).wrong_words == 3


def test_a_word_under_another_name_or_under_none_is_misnamed() -> None:
    heard = [*say("Le budget", 0.0, "claire"), *say("est", 2.0, "bilal"), *say("voté.", 3.0, "voice 0"), *TRUTH[4:]]
    result = measured(heard)
    assert (result.misnamed_words, result.named_words) == (2, 7)
    assert result.confused_seconds == pytest.approx(2.0)


def test_an_equal_word_seconds_away_is_another_word() -> None:
    """Who says « la » was not recognised because somebody else said « la » five seconds before."""
    heard = [*TRUTH[:4], *say("Merci", 4.0, "claire"), *TRUTH[5:]]
    result = measured(heard)
    assert (result.misnamed_words, result.named_words, result.wrong_words) == (0, 6, 0)
    nearly = [*TRUTH[:4], *say("Merci", 7.5, "claire"), *TRUTH[5:]]
    assert (measured(nearly).misnamed_words, measured(nearly).named_words) == (1, 7)


def test_voices_without_a_name_are_matched_to_people() -> None:
    heard = [*say("Le budget est voté.", 0.0, "voice 7"), *say("Merci à tous.", 10.0, "voice 3")]
    assert (measured(heard).attribution_error, measured(heard).der) == (0.0, 0.0)
    one_voice = [Said(word.start, word.end, word.text, "voice 1") for word in TRUTH]
    assert measured(one_voice).misnamed_words == 3


def test_seconds_missed_and_made_up_are_diarization_errors() -> None:
    result = measured([*say("Le budget", 0.0, "claire"), *TRUTH[4:], *say("Oui", 20.0, "claire")])
    assert result.missed_seconds == pytest.approx(2.0)
    assert result.false_alarm_seconds == pytest.approx(1.0)
    assert result.der == pytest.approx(3 / 7)


def test_words_of_nobody_are_counted_by_the_hour_of_silence() -> None:
    heard = [*TRUTH, *say("Sous-titres réalisés", 100.0, "claire"), *say("Oui", 13.2, "bilal")]
    result = measured(heard, seconds=7.0 + 1800.0)
    assert result.phantom_words == 2
    assert result.phantoms_per_hour == pytest.approx(4.0)


def test_a_recording_of_silence_has_phantoms_alone() -> None:
    rates = measured(say("Merci", 5.0, "claire"), truth=[]).rates()
    assert rates == {"der": None, "wer": None, "attribution_error": None, "phantoms_per_hour": 1.0, "rtf": 0.01}


def test_scores_add_up_by_seconds_and_words() -> None:
    total = measured(TRUTH) + measured([])
    assert (total.wer, total.said_words, total.seconds) == (0.5, 14, 7200.0)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    turns = turns_of(TRUTH)
    (tmp_path / "a.rttm").write_text(write_rttm("a", turns))
    (tmp_path / "a.ctm").write_text(write_ctm("a", TRUTH))
    (tmp_path / "a.stm").write_text(write_stm("a", TRUTH))
    both = read_reference([tmp_path / "a.rttm", tmp_path / "a.ctm"])
    assert both.turns == tuple(turns)
    assert [(word.start, word.text) for word in both.words] == [(word.start, word.text) for word in TRUTH]
    stm = read_reference([tmp_path / "a.stm"])
    assert (stm.turns, [(word.speaker, word.text) for word in stm.words]) == (
        tuple(turns),
        [(word.speaker, word.text) for word in TRUTH],
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", "{}"),
        ("a.json", "[]"),
        ("a.json", '{"words": [{"start": 2, "end": 1, "text": "x"}]}'),
        ("a.json", '{"words": [{"start": 0, "end": NaN, "text": "x"}]}'),
        ("a.rttm", "SPEAKER a 1 x 1 <NA> <NA> claire <NA> <NA>"),
        ("a.rttm", "SPEAKER a 1 0 1"),
        ("a.ctm", "a 1 -1 1 mot"),
        ("a.stm", "a 1 claire inf 2 <NA> mot"),
        ("a.txt", ""),
    ],
)
def test_a_reference_that_is_none_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(BadReference, match=name):
        read_reference([tmp_path / name])


def test_a_manifest_is_played_through_the_pipeline(tmp_path: Path) -> None:
    (tmp_path / "claire.wav").write_bytes(sound(30.0))
    (tmp_path / "a.json").write_text(
        json.dumps({"words": [{"start": 6, "end": 7, "text": "Oui.", "speaker": "claire"}]})
    )
    track = {"file": "claire.wav", "speaker": "claire", "start": 5.0}
    recording = {"name": "a", "tracks": [track], "reference": ["a.json"]}
    (tmp_path / "manifest.json").write_text(json.dumps({"recordings": [recording]}))
    [known] = read_manifest(tmp_path / "manifest.json")
    result, meeting = evaluate(known, FakeModels([Word(1.0, 2.0, "Oui.")]))
    assert (result.wer, result.attribution_error, result.seconds) == (0.0, 0.0, 35.0)
    assert [line.text for line in meeting.lines] == ["Oui."]


@pytest.mark.parametrize("text", ["", "[]", '{"recordings": [{"name": "a"}]}', '{"recordings": [1]}'])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(BadReference):
        read_manifest(tmp_path / "manifest.json")


def test_turns_of_one_speaker_are_joined_over_short_pauses_even_if_another_speaks() -> None:
    words = [Said(0.0, 1.0, "a", "x"), Said(0.5, 1.0, "b", "y"), Said(1.3, 2.0, "c", "x"), Said(2.6, 3.0, "d", "x")]
    assert turns_of(words) == [Turn(0.0, 2.0, "x"), Turn(0.5, 1.0, "y"), Turn(2.6, 3.0, "x")]
