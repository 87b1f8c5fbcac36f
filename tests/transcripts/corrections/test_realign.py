"""Words keep their times through corrections."""

from __future__ import annotations

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from transcripts.corrections.realign import TimedWord, realign

HEARD = [
    TimedWord(1.0, 1.5, "le"),
    TimedWord(1.5, 2.0, "bugdet"),
    TimedWord(2.0, 2.5, "est"),
    TimedWord(3.0, 4.0, "voté"),
]


def times(text: str) -> list[tuple[float, float, str]]:
    return [(word.start, word.end, word.text) for word in realign(HEARD, text, 1.0, 4.0)]


def test_corrected_word_has_the_time_of_the_one_that_it_replaces() -> None:
    assert times("Le budget est voté") == [
        (1.0, 1.5, "Le"),
        (1.5, 2.0, "budget"),
        (2.0, 2.5, "est"),
        (3.0, 4.0, "voté"),
    ]


def test_added_word_shares_the_time_between_its_neighbours() -> None:
    assert times("le bugdet est enfin voté")[3:] == [(2.5, 3.0, "enfin"), (3.0, 4.0, "voté")]


def test_removed_word_takes_its_time_with_it() -> None:
    assert times("le bugdet voté") == [(1.0, 1.5, "le"), (1.5, 2.0, "bugdet"), (3.0, 4.0, "voté")]


def test_several_words_under_one_time_are_told_apart_by_their_lengths() -> None:
    assert realign([TimedWord(0.0, 10.0, "un quatre")], "un quatre", 0.0, 10.0) == [
        TimedWord(0.0, 2.5, "un"),
        TimedWord(2.5, 10.0, "quatre"),
    ]


def test_a_line_without_word_times_gets_them_from_its_own() -> None:
    assert realign([], "a b", 2.0, 4.0) == [TimedWord(2.0, 3.0, "a"), TimedWord(3.0, 4.0, "b")]


def test_ten_thousand_equal_words_are_timed_at_once() -> None:
    began = perf_counter()
    realign(realign([], "a b " * 5000, 0, 60), "b a " * 5000, 0, 60)
    assert perf_counter() - began < 2.0


moments = st.floats(0, 100, allow_nan=False)


@given(
    st.lists(st.tuples(moments, moments, st.text(max_size=20)), max_size=12), st.text(max_size=200), moments, moments
)
def test_words_are_those_of_the_text_in_order_within_the_line(
    heard: list[tuple[float, float, str]], text: str, one: float, other: float
) -> None:
    start, end = min(one, other), max(one, other)
    words = realign([TimedWord(*word) for word in heard], text, start, end)
    assert [word.text for word in words] == text.split()
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert all(start <= edge <= end for edge in edges)
