from __future__ import annotations

import pytest

from transcripts.pipeline.speech import Word
from transcripts.pipeline.timeline import LONGEST_LINE_S, merge_tracks, speaker_key, split_speaker_key


def say(text: str, start: float, *, voice: str | None = None) -> list[Word]:
    """A word each half second, 0.4 s long."""
    return [
        Word(start + number * 0.5, start + number * 0.5 + 0.4, word, voice) for number, word in enumerate(text.split())
    ]


def lines_of(words: list[Word]) -> list[str]:
    return [line.text for line in merge_tracks({"claire": words}, {"claire": 0.0})]


def test_tracks_are_merged_on_the_clock_of_the_meeting() -> None:
    lines = merge_tracks(
        {"claire": say("Bonjour.", 10.0), "bilal": say("Merci beaucoup.", 1.0)}, {"claire": 0.0, "bilal": 7.25}
    )
    assert [(line.speaker, line.start, line.end, line.text) for line in lines] == [
        ("bilal", 8.25, 9.15, "Merci beaucoup."),
        ("claire", 10.0, 10.4, "Bonjour."),
    ]
    assert lines[0].words[0] == Word(8.25, 8.65, "Merci", "bilal")


def test_speech_over_speech_stays_as_two_lines_each_with_its_speaker() -> None:
    lines = merge_tracks(
        {"claire": say("le budget de la formation", 0.0), "bilal": say("Oui.", 0.6)}, {"claire": 0.0, "bilal": 0.0}
    )
    assert [(line.speaker, line.text) for line in lines] == [("claire", "le budget de la formation"), ("bilal", "Oui.")]
    assert lines[1].start < lines[0].end


def test_a_line_ends_with_its_sentence() -> None:
    assert lines_of(say("Bonjour. Nous commençons. Le budget", 0.0)) == ["Bonjour.", "Nous commençons.", "Le budget"]


@pytest.mark.parametrize("end", [".", "!", "?", "…", " ?", ".»", ". »", "\u00a0?"])
def test_each_way_to_end_a_sentence_cuts(end: str) -> None:
    words = [Word(0.0, 0.4, f"Bonjour{end}"), Word(0.5, 0.9, "Merci")]
    assert len(lines_of(words)) == 2


@pytest.mark.parametrize("text", ["M.", "Mme.", "3,5", "c'est-à-dire,"])
def test_an_abbreviation_or_a_comma_does_not_cut(text: str) -> None:
    assert lines_of([Word(0.0, 0.4, text), Word(0.5, 0.9, "Martin")]) == [f"{text} Martin"]


@pytest.mark.parametrize(("pause", "lines"), [(1.19, 1), (1.2, 2)])
def test_a_pause_of_more_than_a_second_cuts(pause: float, lines: int) -> None:
    words = [Word(0.0, 0.5, "le"), Word(0.5 + pause, 2.0, "budget")]
    assert len(lines_of(words)) == lines


def test_a_line_without_any_full_stop_ends_all_the_same() -> None:
    lines = merge_tracks({"claire": say("mot " * 200, 0.0)}, {"claire": 0.0})
    assert max(line.end - line.start for line in lines) <= LONGEST_LINE_S
    assert sum(len(line.words) for line in lines) == 200


def test_an_utterance_has_one_voice_of_a_shared_microphone() -> None:
    words = say("bonjour à tous", 0.0, voice="1") + say("merci", 1.6, voice="2") + say("et", 2.2)
    lines = merge_tracks({"salle": words}, {"salle": 0.0})
    assert [(line.speaker, line.text) for line in lines] == [
        ("salle#1", "bonjour à tous"),
        ("salle#2", "merci"),
        ("salle", "et"),
    ]


def test_words_are_put_in_order_before_lines_are_cut() -> None:
    assert lines_of([Word(0.5, 0.9, "tous."), Word(0.0, 0.4, "à")]) == ["à tous."]


def test_a_track_without_words_gives_no_line() -> None:
    assert merge_tracks({"claire": []}, {"claire": 3.0}) == []


@pytest.mark.parametrize(("track", "voice"), [("7f", None), ("7f", "2"), ("a#b", "1")])
def test_the_key_of_a_speaker_gives_back_its_track_and_voice(track: str, voice: str | None) -> None:
    assert split_speaker_key(speaker_key(track, voice)) == (track, voice)
