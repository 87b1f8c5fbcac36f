"""What a text passed over: where it lies, and what takes its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

import numpy as np
import pytest

from bench.voices.script import CLAIRE
from tests.transcripts.pipeline.conftest import Voices
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, decode, duration_of
from transcripts.pipeline.errors import NoTranscription, RecogniserFailed
from transcripts.pipeline.hearing import NO_HINTS, Hints, Passage
from transcripts.pipeline.models import DEMONSTRATION_MODELS, checkpoint_of
from transcripts.pipeline.passed_over import MOST_HOLES, Hole, batches, fill, find_holes, hear_windows
from transcripts.pipeline.recognisers.openai_whisper import OpenAIWhisper
from transcripts.pipeline.speech import Region, Word
from transcripts.pipeline.splice import splice


def said(*words: tuple[float, float, str]) -> Passage:
    return Passage(tuple(Word(*word) for word in words), log_probability=-0.2, no_speech=0.1)


def texts(passages: Sequence[Passage]) -> list[str]:
    return [passage.text for passage in passages]


def sound(seconds: float, *, quiet: Sequence[Region] = ()) -> Waveform:
    samples = np.random.default_rng(1).standard_normal(round(seconds * SAMPLE_RATE)).astype(np.float32) * 0.05
    for part in quiet:
        samples[round(part.start * SAMPLE_RATE) : round(part.end * SAMPLE_RATE)] *= 0.001
    return samples


FLUENT = said((0.2, 0.5, "Nous"), (0.5, 1.0, "commençons"), (1.2, 1.4, "la"), (1.4, 2.0, "réunion."))
DRAWN_OUT = said((0.0, 0.4, "Nous"), (0.5, 7.0, "commençons"), (9.0, 9.2, "la"), (9.2, 9.8, "réunion."))
FOUND = said((1.6, 2.0, "Bonjour"), (2.0, 2.4, "à"), (2.4, 2.8, "tous,"), (4.6, 5.1, "nous"), (5.6, 6.4, "commençons"))


def test_a_text_that_says_all_has_no_hole() -> None:
    assert find_holes([FLUENT], sound(2.2)) == []


@pytest.mark.parametrize("seconds", [3.9, 4.1])
def test_pauses_are_no_holes_until_they_are_longer_than_any_inside_a_window(seconds: float) -> None:
    assert bool(find_holes([FLUENT], sound(seconds))) == (seconds > 4.0)


def test_silence_is_no_hole() -> None:
    assert find_holes([FLUENT], sound(10.0, quiet=[Region(2.0, 10.0)])) == []
    assert find_holes([FLUENT], np.zeros(10 * SAMPLE_RATE, np.float32)) == []


def test_words_drawn_out_over_others_are_part_of_the_hole() -> None:
    assert find_holes([DRAWN_OUT], sound(10.0)) == [Hole(0.4, 9.0)]


def test_a_word_that_is_drawn_out_may_be_said_so() -> None:
    slow = said((0.0, 0.4, "Euh"), (0.5, 2.7, "donc"), (2.7, 3.0, "oui."))
    assert find_holes([slow], sound(3.2)) == []


def test_the_beginning_and_the_end_may_be_passed_over() -> None:
    late = said((3.0, 3.4, "Merci"), (3.4, 3.6, "à"), (3.6, 4.0, "tous."))
    assert find_holes([late], sound(7.0)) == [Hole(0.0, 3.0), Hole(4.0, 7.0)]


def test_a_window_without_words_has_nothing_to_hear_again() -> None:
    assert find_holes([], sound(28.0)) == []
    assert find_holes([said()], sound(28.0)) == []


@pytest.mark.parametrize("times", [(math.nan, math.nan), (5.0, 1.0), (40.0, 41.0), (-math.inf, math.inf)])
def test_times_that_are_none_are_no_place_for_a_hole(times: tuple[float, float]) -> None:
    assert find_holes([DRAWN_OUT, said((*times, "et"))], sound(10.0)) == [Hole(0.4, 9.0)]


def test_what_was_heard_in_a_hole_takes_the_place_of_what_stood_over_it() -> None:
    filled = fill([DRAWN_OUT, said((9.9, 10.0, "Oui."))], Hole(0.4, 9.0), [FOUND])
    assert texts(filled) == ["Nous", "Bonjour à tous, nous commençons", "la réunion.", "Oui."]
    assert filled[1].words[0] == Word(2.0, 2.4, "Bonjour")
    assert {(passage.log_probability, passage.no_speech) for passage in filled} == {(-0.2, 0.1)}


def test_what_says_no_more_takes_nobodys_place() -> None:
    assert fill([DRAWN_OUT], Hole(0.4, 9.0), []) == [DRAWN_OUT]
    assert fill([DRAWN_OUT], Hole(0.4, 9.0), [said((3.0, 3.2, "hum"))]) == [DRAWN_OUT]


def test_words_that_overlap_leave_no_hole_inside_one_of_them() -> None:
    together = said((0.0, 1.2, "Nous"), (0.1, 0.2, "y"), (4.0, 4.4, "sommes."))
    assert find_holes([together], sound(4.5)) == [Hole(1.2, 4.0)]


@pytest.mark.parametrize(
    "made_up",
    [
        said(*((1.0 + n, 1.5 + n, word) for n, word in enumerate(["Sous-titrage", "Société", "Radio-Canada"]))),
        said(*((n / 5, n / 5 + 0.1, word) for n, word in enumerate(("le", "budget") * 9))),
        replace(FOUND, log_probability=-1.7),
        replace(FOUND, log_probability=-1.2, no_speech=0.9),
        said((math.nan, 1.0, "ou"), (9.0, 9.5, "et"), (3.0, 1.0, "ni"), (7.0, 7.5, "donc")),
    ],
    ids=["credits", "loop", "improbable", "nobody", "times"],
)
def test_what_was_made_up_takes_nobodys_place(made_up: Passage) -> None:
    assert fill([DRAWN_OUT], Hole(0.4, 9.0), [made_up]) == [DRAWN_OUT]


def test_where_a_word_is_drawn_out_its_whole_sentence_is_doubtful() -> None:
    holes = find_holes([said((0.0, 0.4, "Oui.")), DRAWN_OUT, said((9.9, 10.0, "Non."))], sound(10.0))
    assert holes == [Hole(0.4, 9.9)]


@pytest.mark.parametrize(
    ("windows", "at_once", "sizes"),
    [
        (0, 4, []),
        (1, 4, [1]),
        (12, 8, [6, 6]),
        (7, 3, [2, 2, 3]),
        (13, 4, [3, 3, 3, 4]),
        (10, 4, [3, 3, 4]),
        (3, 1, [1] * 3),
    ],
)
def test_batches_are_few_and_of_about_one_size(windows: int, at_once: int, sizes: list[int]) -> None:
    some = [sound(0.1) for _ in range(windows)]
    found = list(batches(some, at_once))
    assert [len(batch) for batch in found] == sizes
    assert [id(window) for batch in found for window in batch] == [id(window) for window in some]


@dataclass(slots=True)
class Listener:
    """Passes over what a window holds, and hears it when it is given that alone."""

    windows_at_once: int = 2
    asked: list[float] = field(default_factory=list)
    forgets: int = 0

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        self.asked += (round(duration_of(window), 1) for window in windows)
        heard = [[DRAWN_OUT] if duration_of(window) == 10.0 else [FOUND] for window in windows]
        return heard[: len(heard) - self.forgets]

    def detect_language(self, windows: Sequence[Waveform]) -> str | None:
        return None


def test_what_was_passed_over_is_heard_again_once() -> None:
    listener, shares = Listener(), list[float]()
    heard = hear_windows(listener, [sound(10.0), sound(7.0), sound(10.0)], "fr", NO_HINTS, shares.append)
    assert [texts(passages) for passages in heard] == [
        ["Nous", FOUND.text, "la réunion."],
        [FOUND.text],
        ["Nous", FOUND.text, "la réunion."],
    ]
    assert listener.asked == [10.0, 7.0, 10.0, 8.6, 8.6]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_more_than_a_few_are_not_worth_their_cost() -> None:
    listener = Listener()
    hear_windows(listener, [sound(10.0)] * (MOST_HOLES + 3), "fr", NO_HINTS, lambda _: None)
    assert listener.asked.count(8.6) == MOST_HOLES


def test_a_part_of_a_window_is_not_asked_for_its_language() -> None:
    listener = Listener()
    hear_windows(listener, [sound(10.0)], None, NO_HINTS, lambda _: None)
    assert listener.asked == [10.0]


@dataclass(slots=True)
class Fastidious(Listener):
    """A server that finds no transcription in a part of a window, or is away by then."""

    error: type[Exception] = NoTranscription

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        if any(duration_of(window) < 10.0 for window in windows):
            raise self.error
        return Listener.hear(self, windows, language=language, hints=hints)


def test_what_can_t_be_heard_again_stays_as_it_was_heard_first() -> None:
    assert hear_windows(Fastidious(), [sound(10.0)], "fr", NO_HINTS, lambda _: None) == [[DRAWN_OUT]]


def test_a_server_that_is_away_is_waited_for() -> None:
    with pytest.raises(RecogniserFailed):
        hear_windows(Fastidious(error=RecogniserFailed), [sound(10.0)], "fr", NO_HINTS, lambda _: None)
    with pytest.raises(NoTranscription):
        hear_windows(Fastidious(), [sound(5.0)], "fr", NO_HINTS, lambda _: None)


def test_a_recogniser_that_forgets_a_window_is_not_believed() -> None:
    with pytest.raises(ValueError, match="zip"):
        hear_windows(Listener(forgets=1), [sound(10.0), sound(7.0)], "fr", NO_HINTS, lambda _: None)


@pytest.mark.speech
def test_with_the_genuine_recogniser_the_words_are_those_of_a_text_that_passes_over_nothing(
    short_meeting: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = [Region(word.start, word.end) for word in short_meeting.rendered.words if word.speaker == CLAIRE]
    window = splice(spoken, short_meeting.rendered.seconds).cut(decode(short_meeting.tracks[CLAIRE]))
    whisper = OpenAIWhisper(checkpoint_of(DEMONSTRATION_MODELS / "demo-whisper"))
    whole, damaged = (_heard(whisper, window, monkeypatch, is_first_cut=is_cut) for is_cut in (False, True))
    assert len(whole) > 10
    assert SequenceMatcher(None, whole, damaged, autojunk=False).ratio() >= 0.9, " ".join(damaged)


def _heard(
    whisper: OpenAIWhisper, window: Waveform, monkeypatch: pytest.MonkeyPatch, *, is_first_cut: bool
) -> list[str]:
    """Words; the first text without what stands between its first sentence and its last, if it is to be cut."""
    decode_all: Callable[..., list[object]] = whisper._whisper.decode
    first_time = whisper._tokenizer("fr").timestamp_begin
    is_to_be_cut = [is_first_cut]

    def decode_some(*arguments: object, **more: object) -> object:
        results = decode_all(*arguments, **more)
        if any(is_to_be_cut):
            is_to_be_cut.clear()
            results = [_without_middle(result, first_time) for result in results]
        return results

    with monkeypatch.context() as patched:
        patched.setattr(whisper._whisper, "decode", decode_some)
        [passages] = hear_windows(whisper, [window], "fr", NO_HINTS, lambda _: None)
    return [word.text for passage in passages for word in passage.words]


def _without_middle(result: object, first_time: int) -> object:
    tokens: list[int] = result.tokens  # type: ignore[attr-defined]
    times = [place for place, token in enumerate(tokens) if token >= first_time]
    return replace(result, tokens=tokens[: times[1] + 1] + tokens[times[-2] :])  # type: ignore[type-var]
