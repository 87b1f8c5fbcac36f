"""Sentences that announce something are chosen offline, in their own words, each with its line."""

from __future__ import annotations

import pytest

from transcripts.structure.proposing.draft import Said
from transcripts.structure.proposing.extract import LEAST, MOST, central, propose


def said(*texts: str) -> list[Said]:
    return [
        Said(place, 2.0 * place, "Claire", text, tuple(text.casefold().split())) for place, text in enumerate(texts)
    ]


def test_each_kind_is_known_by_its_words() -> None:
    drafts = propose(
        said(
            "Passons au point deux de l'ordre du jour.",
            "Il fait beau. Le budget de la direction est adopté. Merci.",
            "Je m'en occupe avant vendredi.",
            "Reste à savoir qui paiera la salle.",
            "Bonjour à toutes et à tous.",
        )
    )
    assert [(draft.kind, draft.text, draft.lines) for draft in drafts] == [
        ("chapter", "Passons au point deux de l'ordre du jour.", (0,)),
        ("decision", "Le budget de la direction est adopté.", (1,)),
        ("action", "Je m'en occupe avant vendredi.", (2,)),
        ("question", "Reste à savoir qui paiera la salle.", (3,)),
    ]
    assert {(draft.who, draft.due) for draft in drafts} == {("", "")}


def test_nothing_is_proposed_of_nothing() -> None:
    assert propose([]) == []
    assert propose(said("Oui.", "Non.", "Bien sûr que oui.")) == []


def test_of_many_sentences_the_central_ones_are_kept() -> None:
    about_the_budget = [f"Nous avons décidé de voter le budget de la direction numéro {place}." for place in range(9)]
    drafts = propose(said(*about_the_budget, "On a décidé aussi de repeindre les volets du hangar."))
    assert len(drafts) == LEAST
    assert all("budget" in draft.text for draft in drafts)


def test_three_hours_give_what_somebody_can_read() -> None:
    drafts = propose(said(*(f"Il est décidé que le lot {place} sera livré demain." for place in range(5_000))))
    assert len(drafts) == MOST


def test_words_without_likeness_rank_alike() -> None:
    assert central([("a", "b"), ("c", "d")]) == [0.5, 0.5]
    assert central([(), ()]) == [1.0, 1.0]
    assert central([]) == []
    assert sum(central([("a",), (), ("a",)])) == pytest.approx(1.0)
