"""An echo of somebody else's voice belongs to whom it came from."""

from __future__ import annotations

import numpy as np

from transcripts.pipeline.audio import SAMPLE_RATE
from transcripts.pipeline.crosstalk import remove_echoes
from transcripts.pipeline.levels import FRAME_S, Loudness, loudness_of, near_regions
from transcripts.pipeline.speech import Region, Word

NO_OFFSETS = {"claire": 0.0, "bilal": 0.0}


def say(text: str, start: float, level: float | None = -20.0) -> list[Word]:
    return [Word(start + n * 0.4, start + n * 0.4 + 0.3, word, level=level) for n, word in enumerate(text.split())]


def loudness(words: list[Word]) -> list[Loudness]:
    """Words as loud as they are, without ups and downs."""
    return [
        Loudness(word.start, (round(word.level),) * round((word.end - word.start) / FRAME_S))
        for word in words
        if word.level is not None
    ]


def after(claire: list[Word], bilal: list[Word], offsets: dict[str, float] = NO_OFFSETS) -> tuple[str, str, int]:
    words = {"claire": claire, "bilal": bilal}
    kept, removed = remove_echoes(words, {who: loudness(said) for who, said in words.items()}, offsets)
    return " ".join(w.text for w in kept["claire"]), " ".join(w.text for w in kept["bilal"]), removed


TEXT = "le budget de la formation"


def test_the_louder_track_keeps_the_words() -> None:
    assert after(say(TEXT, 0.0, -20), say(TEXT, 0.1, -45)) == (TEXT, "", 1)
    assert after(say(TEXT, 0.0, -45), say(TEXT, 0.1, -20)) == ("", TEXT, 1)


def test_where_none_is_louder_the_earlier_one_keeps_them() -> None:
    assert after(say(TEXT, 0.2), say(TEXT, 0.0)) == ("", TEXT, 1)
    assert after(say(TEXT, 0.0, None), say(TEXT, 0.2, None)) == (TEXT, "", 1)


def test_what_cannot_be_told_apart_stays_on_both() -> None:
    assert after(say(TEXT, 0.0), say(TEXT, 0.0)) == (TEXT, TEXT, 0)


def test_two_people_may_agree_at_once() -> None:
    assert after(say("Oui, d'accord.", 0.0), say("Oui, d'accord.", 0.1)) == ("Oui, d'accord.", "Oui, d'accord.", 0)


def test_a_few_words_are_an_echo_if_they_are_much_fainter() -> None:
    assert after(say("Oui.", 0.0, -20), say("oui", 0.1, -32)) == ("Oui.", "", 1)


def test_an_echo_heard_badly_goes_whole_and_what_was_said_around_it_stays() -> None:
    bilal = [*say("Merci beaucoup", -2.0), *say("le budget du la formation", 0.1, -45), *say("Je réponds", 4.0)]
    assert after(say(TEXT, 0.0), bilal) == (TEXT, "Merci beaucoup Je réponds", 1)


def test_who_answers_in_the_same_breath_does_not_keep_the_question() -> None:
    """Each hears the other: two echoes, one after the other, without a pause between them."""
    question, answer = "Qui peut relire le compte rendu demain", "Je peux le relire avant midi"
    claire = [*say(question, 0.0, -28), *say(answer, 2.9, -46)]
    bilal = [*say(question, 0.1, -46), *say(answer, 2.8, -28)]
    assert after(claire, bilal) == (question, answer, 2)


def test_the_same_words_later_are_a_repetition() -> None:
    assert after(say(TEXT, 0.0, -20), say(TEXT, 3.0, -45)) == (TEXT, TEXT, 0)


def test_tracks_are_compared_on_the_clock_of_the_meeting() -> None:
    assert after(say(TEXT, 10.0, -20), say(TEXT, 0.1, -45), {"claire": 0.0, "bilal": 10.0}) == (TEXT, "", 1)
    assert after(say(TEXT, 0.0, -20), say(TEXT, 0.1, -45), {"claire": 0.0, "bilal": 10.0}) == (TEXT, TEXT, 0)


def test_what_is_far_below_the_voice_of_its_track_while_another_speaks_is_an_echo_whatever_its_words() -> None:
    own = say("Je suis tout à fait d'accord avec vous sur ce point", 20.0, -20)
    garbled = say("les buts des deux fortes nations", 0.1, -36)
    assert after(say(TEXT, 0.0), [*garbled, *own]) == (TEXT, " ".join(word.text for word in own), 1)


def voice(seed: int, frames: int = 80) -> list[int]:
    """Of four seconds."""
    return [int(level) for level in np.random.default_rng(seed).integers(-40, -22, frames)]


def test_an_echo_is_one_even_where_the_words_of_whoever_spoke_were_not_recognised() -> None:
    """By its ups and downs: who has the echo may have said nothing in the whole meeting, or be as loud as it."""
    said = voice(1)
    heard = [level - 17 for level in said]
    words: dict[str, list[Word]] = {"claire": [], "bilal": say("le budget de la formation est voté", 0.2, -47)}
    tracks = {"claire": [Loudness(0.0, tuple(said))], "bilal": [Loudness(0.1, tuple(heard))]}
    assert remove_echoes(words, tracks, NO_OFFSETS) == ({"claire": [], "bilal": []}, 1)


def test_who_speaks_low_while_another_speaks_is_no_echo_of_them() -> None:
    words: dict[str, list[Word]] = {"claire": [], "bilal": say("le budget de la formation est voté", 0.2, -47)}
    for seed in range(2, 40):
        own = [level - 17 for level in voice(seed)]
        tracks = {"claire": [Loudness(0.0, tuple(voice(1)))], "bilal": [Loudness(0.1, tuple(own))]}
        assert remove_echoes(words, tracks, NO_OFFSETS) == (words, 0)


def test_somebody_who_speaks_low_is_no_echo_while_nobody_else_speaks() -> None:
    own = say("Je suis tout à fait d'accord avec vous sur ce point", 20.0, -20)
    low = say("entre nous soit dit", 0.1, -36)
    assert after(say(TEXT, 5.0), [*low, *own])[1].startswith("entre nous soit dit")


def test_a_far_voice_on_the_track_of_one_person_is_background() -> None:
    clock = np.arange(30 * SAMPLE_RATE) / SAMPLE_RATE
    track = np.sin(2 * np.pi * 200 * clock).astype(np.float32) * 0.1
    track[10 * SAMPLE_RATE : 15 * SAMPLE_RATE] *= 0.02  # 34 dB below
    track[20 * SAMPLE_RATE : 22 * SAMPLE_RATE] *= 0.2  # a whisper: 14 dB below
    own, far, low = Region(1.0, 9.0), Region(10.0, 15.0), Region(20.0, 22.0)
    assert near_regions(track, [own, far, low]) == [own, low]
    assert near_regions(track, [far]) == [far]
    assert near_regions(track, []) == []


def test_loudness_is_told_frame_by_frame() -> None:
    clock = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    track = np.sin(2 * np.pi * 200 * clock).astype(np.float32)  # 3 dB below full scale
    track[2 * SAMPLE_RATE :] *= 0.1
    track[3 * SAMPLE_RATE :] = 0
    [found] = loudness_of(track, [Region(1.0, 3.52)])
    assert found == Loudness(1.0, (-3,) * 20 + (-23,) * 20 + (-100,) * 10)
    assert loudness_of(track, [Region(1.0, 1.02)]) == [Loudness(1.0, ())]


def test_three_tracks_keep_one_voice() -> None:
    words = {"a": say(TEXT, 0.0, -20), "b": say(TEXT, 0.1, -40), "c": say(TEXT, 0.2, -60)}
    kept, removed = remove_echoes(
        words, {who: loudness(said) for who, said in words.items()}, dict.fromkeys(words, 0.0)
    )
    assert {track: len(words) for track, words in kept.items()} == {"a": 5, "b": 0, "c": 0}
    assert removed == 2
