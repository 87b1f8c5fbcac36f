"""Corrections are versions over what was recognised, which never changes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from accounts.models import AuditEntry, User
from meetings.models import Consent, Participation
from tests.cast import make_consent
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import SAID, lines_of, texts_of
from transcripts import forgetting
from transcripts.corrections import actions
from transcripts.corrections.errors import (
    LineChanged,
    NoSuchLine,
    NothingBefore,
    NothingToSplit,
    NothingToUndo,
    OtherSpeaker,
)
from transcripts.corrections.history import history_of
from transcripts.models import LineChange, RecognisedLine, Segment, Transcription


def test_corrected_line_keeps_its_original_underneath(minutes: Transcription, claire: User, bilal: User) -> None:
    line = lines_of(minutes)[0]
    actions.correct(minutes, line.pk, 0, "Le budget est adopté.", actor=claire)
    actions.correct(minutes, line.pk, 1, "Le budget 2027 est adopté.", actor=bilal)
    assert texts_of(minutes)[0] == "Le budget 2027 est adopté."
    assert RecognisedLine.objects.get(line=line.pk).text == SAID[0]
    history = history_of(minutes, line.pk)
    assert history is not None
    assert history.original == SAID[0]
    assert [(step.by, step.text) for step in history.steps] == [
        ("Bilal Mercier", "Le budget est adopté."),
        ("Claire Fontaine", SAID[0]),
    ]
    rows = AuditEntry.objects.filter(verb="minutes.corrected").order_by("pk")
    assert [(row.actor, row.details["kind"], row.details["lines"]) for row in rows] == [
        (claire, "text", 1),
        (bilal, "text", 1),
    ]


def test_original_is_put_aside_by_the_database_whoever_writes(minutes: Transcription) -> None:
    Segment.objects.filter(transcription=minutes).update(text="écrasé")
    assert sorted(RecognisedLine.objects.values_list("text", flat=True)) == sorted(SAID)


@pytest.mark.parametrize("table", ["recognisedline", "edit", "linechange"])
def test_what_was_kept_is_never_altered(minutes: Transcription, claire: User, table: str) -> None:
    actions.correct(minutes, lines_of(minutes)[0].pk, 0, "Autre chose.", actor=claire)
    column = {"recognisedline": "text", "edit": "kind", "linechange": "before"}[table]
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE transcripts_{table} SET {column} = '\"faux\"'")


def test_same_text_is_no_correction(minutes: Transcription, claire: User) -> None:
    line = lines_of(minutes)[0]
    assert actions.correct(minutes, line.pk, 0, f"  {SAID[0]}\n", actor=claire) is None
    assert lines_of(minutes)[0].revision == 0


def test_who_was_slower_changes_nothing(minutes: Transcription, claire: User, bilal: User) -> None:
    line = lines_of(minutes)[0]
    actions.correct(minutes, line.pk, 0, "Le budget est adopté.", actor=claire)
    with pytest.raises(LineChanged):
        actions.correct(minutes, line.pk, 0, "Le projet est voté.", actor=bilal)
    assert texts_of(minutes)[0] == "Le budget est adopté."


def test_split_and_merge_keep_every_word_and_its_time(minutes: Transcription, claire: User) -> None:
    line = lines_of(minutes)[1]
    actions.split(minutes, line.pk, 0, "Nous passons", "au point deux.", actor=claire)
    assert texts_of(minutes) == [SAID[0], "Nous passons", "au point deux.", *SAID[2:]]
    left, right = lines_of(minutes)[1:3]
    assert left.start == 4.0 < left.end <= right.start < right.end == 6.0
    assert [word["text"] for word in right.words] == ["au", "point", "deux."]
    actions.merge(minutes, right.pk, right.revision, actor=claire)
    merged = lines_of(minutes)[1]
    assert (merged.text, merged.start, merged.end) == (SAID[1], 4.0, 6.0)
    assert texts_of(minutes) == SAID


def test_pieces_are_split_again_in_their_place(minutes: Transcription, claire: User) -> None:
    line = lines_of(minutes)[1]
    actions.split(minutes, line.pk, 0, "Nous passons", "au point deux.", actor=claire)
    actions.split(minutes, line.pk, 1, "Nous", "passons", actor=claire)
    assert texts_of(minutes)[1:4] == ["Nous", "passons", "au point deux."]


def test_refused_splits_and_merges_change_nothing(minutes: Transcription, claire: User) -> None:
    first, second, *_ = lines_of(minutes)
    with pytest.raises(NothingToSplit):
        actions.split(minutes, first.pk, 0, " \x00", SAID[0], actor=claire)
    with pytest.raises(NothingBefore):
        actions.merge(minutes, first.pk, 0, actor=claire)
    with pytest.raises(OtherSpeaker):
        actions.merge(minutes, second.pk, 0, actor=claire)
    assert texts_of(minutes) == SAID
    assert not LineChange.objects.exists()


def test_voice_is_named_once_for_all_its_lines_and_never_verified(shared: Transcription, claire: User) -> None:
    line = lines_of(shared)[1]
    actions.name_speaker(shared, line.pk, 0, "Mme Durand", everywhere=True, actor=claire)
    assert [(each.speaker_name, each.assurance, each.voice) for each in lines_of(shared)] == [
        ("Claire Fontaine", "verified", None),
        ("Mme Durand", "attributed", None),
        ("Mme Durand", "attributed", None),
        ("Claire Fontaine", "verified", None),
    ]
    assert {each.attributed_by for each in lines_of(shared)[1:3]} == {claire}
    assert {each.participation for each in lines_of(shared)[1:3]} == {Participation.objects.get(user__sub="sub-bilal")}


def test_one_line_alone_is_given_to_another(shared: Transcription, claire: User) -> None:
    line = lines_of(shared)[1]
    actions.name_speaker(shared, line.pk, 0, "Claire Fontaine", everywhere=False, actor=claire)
    assert [each.assurance for each in lines_of(shared)[1:3]] == ["attributed", "shared-microphone"]


def test_everything_is_undone_and_done_again(shared: Transcription, claire: User) -> None:
    before = [(line.text, line.speaker_name, line.assurance, line.voice) for line in lines_of(shared)]
    lines = lines_of(shared)
    edits = [
        actions.correct(shared, lines[0].pk, 0, "Le budget est adopté.", actor=claire),
        actions.merge(shared, lines[2].pk, 0, actor=claire),
        actions.split(shared, lines[3].pk, 0, "Merci", "à tous.", actor=claire),
        actions.name_speaker(shared, lines[1].pk, 1, "Mme Durand", everywhere=True, actor=claire),
        actions.remove(shared, lines[0].pk, 1, actor=claire),
    ]
    done = texts_of(shared)
    undone = [actions.undo(shared, edit.pk, actor=claire) for edit in reversed(edits) if edit]
    assert [(line.text, line.speaker_name, line.assurance, line.voice) for line in lines_of(shared)] == before
    assert [line.pk for line in lines_of(shared)] == [line.pk for line in lines]
    for edit in reversed(undone):
        actions.undo(shared, edit.pk, actor=claire)
    assert texts_of(shared) == done
    assert sorted(RecognisedLine.objects.values_list("text", flat=True)) == sorted(SAID)


def test_what_others_changed_since_is_not_undone(minutes: Transcription, claire: User, bilal: User) -> None:
    line = lines_of(minutes)[0]
    edit = actions.correct(minutes, line.pk, 0, "Le budget est adopté.", actor=claire)
    assert edit
    actions.correct(minutes, line.pk, 1, "Le budget est rejeté.", actor=bilal)
    with pytest.raises(LineChanged):
        actions.undo(minutes, edit.pk, actor=claire)
    assert texts_of(minutes)[0] == "Le budget est rejeté."


def test_nothing_is_undone_twice(minutes: Transcription, claire: User) -> None:
    edit = actions.correct(minutes, lines_of(minutes)[0].pk, 0, "Autre.", actor=claire)
    assert edit
    actions.undo(minutes, edit.pk, actor=claire)
    with pytest.raises(NothingToUndo):
        actions.undo(minutes, edit.pk, actor=claire)


def test_removed_line_is_no_more(minutes: Transcription, claire: User) -> None:
    line = lines_of(minutes)[0]
    actions.remove(minutes, line.pk, 0, actor=claire)
    with pytest.raises(NoSuchLine):
        actions.correct(minutes, line.pk, 1, "Encore.", actor=claire)
    assert RecognisedLine.objects.get(line=line.pk).text == SAID[0]


def test_words_that_are_taken_back_leave_no_history(minutes: Transcription, held: Held, claire: User) -> None:
    for line, text in zip(lines_of(minutes), ["Un.", "Deux.", "Trois.", "Quatre."], strict=True):
        actions.correct(minutes, line.pk, 0, text, actor=claire)
    actions.remove(minutes, lines_of(minutes)[1].pk, 1, actor=claire)
    make_consent(held.bilal.participation, held.recording, Consent.Choice.DECLINED)
    forgetting.forget(held.recording, held.bilal.participation)
    kept = [*RecognisedLine.objects.values_list("text", flat=True)]
    kept += [state["text"] for change in LineChange.objects.all() for state in (change.before, change.after) if state]
    assert set(kept) == {SAID[0], SAID[3], "Un.", "Quatre."}


def test_two_lines_never_stand_in_one_place(minutes: Transcription) -> None:
    first, second, *_ = lines_of(minutes)
    Segment.objects.filter(pk=second.pk).update(index=first.index)
    with pytest.raises(IntegrityError):
        connection.check_constraints()
