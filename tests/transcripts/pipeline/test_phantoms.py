"""What nobody said stays out, and what was said stays in."""

from __future__ import annotations

import math

import pytest

from transcripts.pipeline.hearing import Passage
from transcripts.pipeline.phantoms import Reason, sift
from transcripts.pipeline.speech import Word

SECONDS = 28.0


def passage(text: str, *, log_probability: float = -0.2, no_speech: float = 0.01) -> Passage:
    words = tuple(Word(n * 0.2, n * 0.2 + 0.1, word, probability=0.9) for n, word in enumerate(text.split()))
    return Passage(words, log_probability, no_speech)


def kept(*passages: Passage) -> list[str]:
    return [each.text for each in sift(passages, SECONDS)[0]]


@pytest.mark.parametrize(
    "text",
    [
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Sous-titres réalisés para la communauté d'Amara.org",
        "Sous-titrage Société Radio-Canada",
        "Sous-titrage ST' 501",
        "Sous-titrage FR ?",
        "Merci d'avoir regardé cette vidéo !",
        "N'oubliez pas de vous abonner à la chaîne.",
        "Thank you for watching!",
        "Thanks for watching.",
        "Subtitles by the Amara.org community",
        "Please subscribe to my channel.",
    ],
)
def test_the_credits_of_subtitles_are_dropped_however_sure_the_engine_is(text: str) -> None:
    assert sift([passage(text, log_probability=-0.05)], SECONDS) == ([], {Reason.BOILERPLATE: 1})


@pytest.mark.parametrize(
    "text",
    [
        "Merci d'avoir regardé le rapport avant la réunion.",
        "Les sous-titres réalisés par le prestataire sont en retard.",
        "La société Radio-Canada a répondu à notre courrier.",
        "Abonnez-vous à la lettre d'information.",
        "Oui, oui, oui, oui, d'accord.",
        "Non non non non non.",
        "Bla, bla, et voilà.",
        "Merci.",
        "Thank you for your report.",
    ],
)
def test_what_people_do_say_stays(text: str) -> None:
    assert sift([passage(text)], SECONDS) == ([passage(text)], {})


@pytest.mark.parametrize("text", ["Merci.", "Au revoir !", "Thank you.", "Musique"])
@pytest.mark.parametrize("doubt", [{"no_speech": 0.4}, {"log_probability": -0.8}])
def test_a_word_of_courtesy_is_dropped_where_the_engine_doubts_that_anybody_spoke(
    text: str, doubt: dict[str, float]
) -> None:
    assert sift([passage(text, **doubt)], SECONDS) == ([], {Reason.BOILERPLATE: 1})


def test_silence_is_dropped_only_if_the_text_is_improbable_too() -> None:
    text = "Le budget est voté."
    assert kept(passage(text, no_speech=0.9)) == [text]
    assert sift([passage(text, no_speech=0.9, log_probability=-1.2)], SECONDS)[1] == {Reason.NO_SPEECH: 1}
    assert sift([passage(text, log_probability=-1.6)], SECONDS)[1] == {Reason.IMPROBABLE: 1}


def test_a_probability_that_is_no_number_is_improbable() -> None:
    assert sift([passage("Le budget", log_probability=math.nan)], SECONDS) == ([], {Reason.IMPROBABLE: 1})


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("le budget " * 9, "le budget"),
        ("nous avons " + "la parole est à vous " * 5 + "merci", "nous avons la parole est à vous merci"),
        ("oui " * 30, "oui"),
    ],
)
def test_words_that_go_round_in_a_circle_are_kept_once_and_counted(text: str, rest: str) -> None:
    [said], dropped = sift([passage(text)], SECONDS)
    assert (said.text, dropped) == (rest, {Reason.REPEATED: 1})


def test_the_same_sentence_again_and_again_is_dropped_from_the_third_on() -> None:
    again = passage("On se retrouve la semaine prochaine.")
    said, dropped = sift([again] * 5, SECONDS)
    assert (len(said), dropped) == (2, {Reason.REPEATED: 3})


@pytest.mark.parametrize(
    "word",
    [
        Word(math.nan, 1.0, "budget"),
        Word(1.0, math.inf, "budget"),
        Word(2.0, 1.0, "budget"),
        Word(-1.0, 1.0, "budget"),
        Word(28.0, 29.0, "budget"),
        Word(1.0, 2.0, "budget", probability=math.nan),
    ],
)
def test_a_word_without_a_sound_time_is_left_out_and_counted(word: Word) -> None:
    good = Word(0.0, 0.5, "Le")
    assert sift([Passage((good, word))], SECONDS) == ([Passage((good,))], {Reason.UNSOUND: 1})
