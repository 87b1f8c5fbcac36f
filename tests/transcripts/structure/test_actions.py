"""Chapters and items are written, changed, accepted and removed; each leans on lines, and its history is kept."""

from __future__ import annotations

import datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEntry, User
from tests.cast import make_agent
from transcripts.corrections import actions as corrections
from transcripts.corrections.errors import CorrectionRefused, Forbidden, NothingThere, TooLong
from transcripts.models import Item, Transcription
from transcripts.sealing.actions import approve
from transcripts.structure import actions
from transcripts.structure.actions import Written
from transcripts.structure.errors import ItemChanged, NoSuchItem, NothingCited
from transcripts.structure.reading import by_chapter, chapters_of, items_of, read_items

Kind, State = Item.Kind, Item.State
DECISION = Written(Kind.DECISION, "Le budget est voté.")


def test_item_leans_on_its_lines_in_the_order_of_the_minutes(
    minutes: Transcription, lines: list[int], claire: User
) -> None:
    actions.add(minutes, DECISION, [lines[3], lines[0]], actor=claire)
    [item] = items_of(minutes)
    assert (item.kind, item.text, item.by, item.model, item.is_draft) == (
        Kind.DECISION,
        "Le budget est voté.",
        "Claire Fontaine",
        "",
        False,
    )
    assert [(cited.line, cited.clock, cited.text) for cited in item.lines] == [
        (lines[0], "00:02", "Le budget est voté."),
        (lines[3], "00:08", "Merci à tous."),
    ]
    assert AuditEntry.objects.filter(verb="minutes.item-added", actor=claire).count() == 1


def test_only_an_action_says_who_and_until_when(minutes: Transcription, lines: list[int], claire: User) -> None:
    day = datetime.date(2026, 12, 1)
    for kind in (Kind.ACTION, Kind.DECISION):
        actions.add(minutes, Written(kind, "Relire.", "Bilal", day), [lines[1]], actor=claire)
    found = {item.kind: (item.who, item.due) for item in items_of(minutes)}
    assert found == {Kind.ACTION: ("Bilal", day), Kind.DECISION: ("", None)}


@pytest.mark.parametrize(
    ("text", "cited", "refusal"),
    [
        (" \n ", [0], NothingThere),
        ("x" * 2001, [0], TooLong),
        ("Voté.", [], NothingCited),
        ("Voté.", [99], NothingCited),
    ],
)
def test_what_leans_on_nothing_or_says_nothing_is_refused(
    minutes: Transcription,
    lines: list[int],
    claire: User,
    text: str,
    cited: list[int],
    refusal: type[CorrectionRefused],
) -> None:
    chosen = [lines[place] if place < len(lines) else 999_999 for place in cited]
    with pytest.raises(refusal):
        actions.add(minutes, Written(Kind.DECISION, text), chosen, actor=claire)
    assert not Item.objects.exists()


def test_who_may_not_correct_may_not_write_items(minutes: Transcription, lines: list[int]) -> None:
    with pytest.raises(Forbidden):
        actions.add(minutes, DECISION, lines, actor=make_agent("chen"))


def test_two_people_do_not_write_over_one_another(
    minutes: Transcription, lines: list[int], claire: User, bilal: User
) -> None:
    item = actions.add(minutes, DECISION, lines[:1], actor=claire)
    actions.change(minutes, item.pk, 0, Written(Kind.DECISION, "Voté."), actor=bilal)
    with pytest.raises(ItemChanged):
        actions.remove(minutes, item.pk, 0, actor=claire)
    with pytest.raises(NoSuchItem):
        actions.remove(minutes, uuid4(), 0, actor=claire)
    assert items_of(minutes)[0].by == bilal.get_full_name()


def test_draft_is_no_item_until_somebody_accepts_it(minutes: Transcription, draft: Item, claire: User) -> None:
    assert items_of(minutes) == []
    [shown] = items_of(minutes, with_drafts=True)
    assert (shown.is_draft, shown.model, shown.by) == (True, "extraits/1", "")
    actions.accept(minutes, draft.pk, 0, actor=claire)
    [item] = items_of(minutes)
    assert (item.is_draft, item.is_as_generated, item.by) == (False, True, "Claire Fontaine")


def test_draft_that_is_rewritten_is_its_writers(minutes: Transcription, draft: Item, claire: User) -> None:
    actions.change(minutes, draft.pk, 0, Written(Kind.DECISION, "Adopté."), actor=claire)
    [item] = items_of(minutes)
    assert (item.is_draft, item.is_as_generated, item.model) == (False, False, "extraits/1")


def test_what_was_removed_comes_back_and_each_step_is_kept(minutes: Transcription, draft: Item, claire: User) -> None:
    actions.remove(minutes, draft.pk, 0, actor=claire)
    assert items_of(minutes, with_drafts=True) == []
    assert [item.id for item in read_items(minutes, [State.REFUSED])] == [draft.pk]
    actions.accept(minutes, draft.pk, 1, actor=claire)
    actions.remove(minutes, draft.pk, 2, actor=claire)
    steps = [(change.before and change.before["state"], change.after["state"]) for change in draft.changes.all()]
    assert steps == [(None, "draft"), ("draft", "refused"), ("refused", "accepted"), ("accepted", "removed")]


def test_lines_that_were_merged_still_support_it(minutes: Transcription, lines: list[int], claire: User) -> None:
    actions.add(minutes, DECISION, [lines[2]], actor=claire)
    corrections.merge(minutes, lines[2], 0, actor=claire)
    assert [cited.line for cited in items_of(minutes)[0].lines] == [lines[1]]


def test_lines_that_were_removed_support_nothing_until_they_come_back(
    minutes: Transcription, lines: list[int], claire: User
) -> None:
    actions.add(minutes, DECISION, [lines[0]], actor=claire)
    edit = corrections.remove(minutes, lines[0], 0, actor=claire)
    assert items_of(minutes)[0].lines == ()
    corrections.undo(minutes, edit.pk, actor=claire)
    assert [cited.line for cited in items_of(minutes)[0].lines] == [lines[0]]


def test_lines_stand_under_the_chapter_in_which_they_begin(
    minutes: Transcription, lines: list[int], claire: User
) -> None:
    for place, title in ((1, "Point deux"), (3, "Clôture")):
        actions.add(minutes, Written(Kind.CHAPTER, title), [lines[place]], actor=claire)
    cited = actions.add(minutes, DECISION, lines, actor=claire)
    assert cited.start == 2.0
    parts = by_chapter(items_of(minutes)[0].lines, chapters_of(minutes))
    assert [(chapter.text if chapter else None, len(found)) for chapter, found in parts] == [
        (None, 1),
        ("Point deux", 2),
        ("Clôture", 1),
    ]


def test_approved_minutes_take_no_item_not_even_by_hand(
    minutes: Transcription, lines: list[int], draft: Item, claire: User
) -> None:
    approve(minutes, actor=claire)
    with pytest.raises(Forbidden):
        actions.accept(minutes, draft.pk, 0, actor=claire)
    for write in (
        lambda: Item.objects.filter(pk=draft.pk).update(text="Autre."),
        lambda: Item.objects.create(transcription=minutes, kind="chapter", state="accepted", start=0.0, text="Neuf"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_history_of_items_is_written_once(draft: Item) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        draft.changes.update(after={})
