"""A word that has become final never changes; nothing that was said is lost at the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transcripts.live.agreement import Agreement, text_of
from transcripts.pipeline.speech import Word


def words(text: str, *, step: float = 0.4) -> list[Word]:
    return [Word(number * step, (number + 1) * step, word) for number, word in enumerate(text.split())]


def test_what_two_hypotheses_agree_on_is_final() -> None:
    agreement = Agreement()
    agreement.hear(words("nous commençons la"), until=1.2)
    assert text_of(agreement.final) == ""
    agreement.hear(words("nous commençons la réunion du"), until=2.0)
    assert text_of(agreement.final) == "nous commençons la"
    assert text_of(agreement.partial) == "réunion du"


def test_the_newest_words_wait_although_agreed_on() -> None:
    agreement = Agreement()
    agreement.hear(words("nous commençons"), until=0.9)
    agreement.hear(words("nous commençons"), until=0.9)
    assert text_of(agreement.final) == ""


def test_what_is_final_stays_when_a_later_hypothesis_differs() -> None:
    agreement = Agreement()
    agreement.hear(words("le budget est voté"), until=2.5)
    agreement.hear(words("le budget est voté"), until=2.5)
    assert text_of(agreement.final) == "le budget est voté"
    agreement.hear(words("le gadget est voté hier"), until=3.0)
    agreement.finish(words("le gadget est voté hier soir"))
    assert text_of(agreement.final) == "le budget est voté hier soir"
    assert agreement.partial == []


def test_punctuation_and_capitals_are_no_difference() -> None:
    agreement = Agreement()
    agreement.hear(words("Bonjour à tous"), until=3.0)
    agreement.hear(words("bonjour, à tous."), until=3.0)
    assert text_of(agreement.final) == "bonjour, à tous."


def test_an_empty_hypothesis_takes_nothing_back() -> None:
    agreement = Agreement()
    agreement.hear(words("un deux trois"), until=3.0)
    agreement.hear(words("un deux trois"), until=3.0)
    agreement.hear([], until=3.5)
    agreement.finish([])
    assert text_of(agreement.final) == "un deux trois"


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=8), max_size=8))
def test_final_words_are_only_added_to(hypotheses: list[list[str]]) -> None:
    agreement = Agreement()
    for number, hypothesis in enumerate(hypotheses):
        before = list(agreement.final)
        heard = words(" ".join(hypothesis))
        if number == len(hypotheses) - 1:
            agreement.finish(heard)
        else:
            agreement.hear(heard, until=len(hypothesis) * 0.4)
        assert agreement.final[: len(before)] == before
