from __future__ import annotations

from transcripts.pipeline.hearing import LONGEST_PROMPT, NO_HINTS, Hints, choose_language


def test_hints_are_one_bounded_line_names_first_and_nothing_twice() -> None:
    hints = Hints(names=("Claire\nFontaine", "Bilal"), agenda=("Budget 2027",), glossary=("DINUM", "Bilal", ""))
    assert hints.prompt() == "Claire Fontaine, Bilal, DINUM, Budget 2027."
    assert NO_HINTS.prompt() == ""
    long = Hints(names=tuple(f"Personne numéro {n}" for n in range(200))).prompt()
    assert LONGEST_PROMPT - 40 < len(long) <= LONGEST_PROMPT
    assert long.endswith(".")
    assert len(Hints(agenda=("x" * 5_000,)).prompt()) < 100


def test_french_gives_way_only_to_what_is_much_likelier() -> None:
    assert choose_language([]) == "fr"
    assert choose_language([{"fr": 0.35, "en": 0.6}]) == "fr"
    assert choose_language([{"fr": 0.1, "en": 0.8}, {"fr": 0.2, "en": 0.7}]) == "en"
    assert choose_language([{"fr": 0.9, "en": 0.1}, {"fr": 0.1, "en": 0.9}]) == "fr"
