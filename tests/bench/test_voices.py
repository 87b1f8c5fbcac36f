"""The voices of the demonstration, and the score that tells how well the minutes follow them."""

from __future__ import annotations

import json
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.voices import espeak
from bench.voices.espeak import EspeakUnavailable, Voice, synthesiser
from bench.voices.score import score
from bench.voices.script import BILAL, CLAIRE, GUEST, MEETING, SHORT_MEETING, VOICES, Line
from bench.voices.track import Rendered, SaidWord, render, write

LOOP_S = 60.0


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    return render(SHORT_MEETING, VOICES)


def said(*texts: str, start: float = 2.0) -> list[SaidWord]:
    """A word each second."""
    return [SaidWord(CLAIRE, start + number, start + number + 0.5, text) for number, text in enumerate(texts)]


def moved(words: list[SaidWord], seconds: float) -> list[SaidWord]:
    return [replace(word, start=word.start + seconds, end=word.end + seconds) for word in words]


SAID = said("Bonjour", "à", "tous,", "nous", "commençons", "la", "réunion.")


def test_a_word_is_timed_where_it_is_heard() -> None:
    speech = synthesiser().say("Bonjour à tous.", Voice("fr+f2"))
    assert [word.text for word in speech.words] == ["Bonjour", "à", "tous."]
    starts = [word.start for word in speech.words]
    assert starts == sorted(starts)
    assert speech.words[-1].end <= len(speech.samples) / espeak.RATE_HZ
    loud = np.flatnonzero(abs(speech.samples.astype(int)) > 1000) / espeak.RATE_HZ
    assert speech.words[0].start == pytest.approx(loud[0], abs=0.06)
    assert speech.words[-1].end == pytest.approx(loud[-1], abs=0.15)


def test_words_that_espeak_says_in_one_are_still_two() -> None:
    speech = synthesiser().say("Il reste 80 000 euros ?", Voice("fr"))
    assert [word.text for word in speech.words] == ["Il", "reste", "80", "000", "euros ?"]
    assert all(word.start < word.end for word in speech.words)


def test_an_unknown_voice_is_an_error() -> None:
    with pytest.raises(EspeakUnavailable):
        synthesiser().say("Bonjour.", Voice("xx-yy"))  # it does know Klingon


def test_voices_are_different_from_one_another() -> None:
    plain = Voice("fr")
    sentence = "Bonjour à tous."
    sounds = {
        synthesiser().say(sentence, replace(plain, name=voice.name)).samples.tobytes()
        for voice in (plain, *VOICES.values())
    }
    assert len(sounds) == 4  # espeak-ng says nothing when it lacks a variant, and speaks with its plain voice


@pytest.mark.parametrize(("script", "shortest", "longest"), [(MEETING, 60.0, 75.0), (SHORT_MEETING, 20.0, 30.0)])
def test_the_meeting_lasts_what_it_should_and_everybody_speaks(
    script: tuple[Line, ...], shortest: float, longest: float
) -> None:
    result = render(script, VOICES)
    assert shortest <= result.seconds <= longest
    assert set(result.tracks) == {CLAIRE, BILAL, GUEST}


def test_nobody_speaks_over_another(rendered: Rendered) -> None:
    active = np.stack([abs(track.astype(int)) > 500 for track in rendered.tracks.values()])
    assert active.sum(axis=0).max() == 1


def test_each_voice_is_heard_where_the_truth_says_and_nowhere_else(rendered: Rendered) -> None:
    for speaker, track in rendered.tracks.items():
        spoken = np.zeros(len(track), bool)
        for word in rendered.words:
            if word.speaker == speaker:
                spoken[int((word.start - 0.1) * espeak.RATE_HZ) : int((word.end + 0.2) * espeak.RATE_HZ)] = True
        assert abs(track[~spoken].astype(int)).max() < 500
        assert abs(track[spoken].astype(int)).max() > 5000


def test_the_files_are_what_a_browser_reads_as_a_microphone(rendered: Rendered, tmp_path: Path) -> None:
    paths = write(rendered, tmp_path)
    lengths = set()
    for path in paths.values():
        with wave.open(str(path), "rb") as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
            lengths.add(file.getnframes())
    [frames] = lengths
    assert frames / 48_000 == pytest.approx(rendered.seconds, abs=0.001)
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert truth["seconds"] == rendered.seconds
    assert [SaidWord(**word) for word in truth["words"]] == list(rendered.words)


def test_minutes_that_have_every_word_score_one_whatever_the_clocks() -> None:
    for offset in (0.0, 13.7, 59.9, -20.0):
        result = score(SAID, moved(SAID, offset), loop_s=LOOP_S, window=(offset, offset + LOOP_S - 1.0))
        assert result.recall == 1.0
        assert result.offset == pytest.approx(offset % LOOP_S, abs=0.01)


def test_words_of_every_turn_of_the_loop_are_expected() -> None:
    heard = moved(SAID, 5.0) + moved(SAID, 5.0 + LOOP_S)
    assert score(SAID, heard, loop_s=LOOP_S, window=(0.0, 120.0)).said == 14
    assert score(SAID, moved(SAID, 5.0), loop_s=LOOP_S, window=(0.0, 120.0)).recall == 0.5


def test_words_said_outside_what_was_recorded_or_cut_by_its_edge_are_not_expected() -> None:
    result = score(SAID, SAID[2:5], loop_s=LOOP_S, window=(3.2, 6.6))
    assert (result.said, result.found) == (3, 3)


def test_a_word_far_from_where_it_was_said_is_late_and_not_found() -> None:
    heard = [*SAID[:-1], replace(SAID[-1], start=SAID[-1].start + 3.0)]
    result = score(SAID, heard, loop_s=LOOP_S, window=(0.0, 59.0))
    assert (result.found, result.late) == (6, 1)


def test_a_word_heard_once_does_not_count_for_two() -> None:
    twice = said("oui", "oui", "bonjour", "à", "tous")
    assert score(twice, twice[1:], loop_s=LOOP_S, window=(0.0, 59.0)).found == 4


def test_case_and_punctuation_do_not_count_but_accents_do() -> None:
    heard = [replace(word, text=word.text.upper().rstrip(",.")) for word in SAID]
    assert score(SAID, heard, loop_s=LOOP_S, window=(0.0, 59.0)).recall == 1.0
    wrong = [replace(word, text=word.text.replace("é", "e")) for word in SAID]
    assert score(SAID, wrong, loop_s=LOOP_S, window=(0.0, 59.0)).found == 6


def test_the_offset_is_that_of_most_words_not_of_a_stray_one() -> None:
    heard = [*moved(SAID[:4], 10.0), replace(SAID[5], start=50.0, end=50.3), replace(SAID[6], start=55.0, end=55.3)]
    assert score(SAID, heard, loop_s=LOOP_S, window=(0.0, 58.0)).offset == pytest.approx(10.0)


def test_minutes_without_a_word_score_nothing() -> None:
    result = score(SAID, [], loop_s=LOOP_S, window=(0.0, 59.0))
    assert (result.said, result.recall) == (7, 0.0)
