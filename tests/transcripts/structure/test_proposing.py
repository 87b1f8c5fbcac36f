"""Somebody asks, a worker proposes, drafts wait for a person; whatever happens meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.models import AuditEntry, User
from tests.transcripts.conftest import Held
from transcripts import forgetting
from transcripts.corrections.errors import Forbidden
from transcripts.models import Item, Proposals, Transcription
from transcripts.sealing.actions import approve
from transcripts.structure import actions
from transcripts.structure.errors import AlreadyProposing, NoServer
from transcripts.structure.proposing import actions as proposing
from transcripts.structure.proposing import extract, run
from transcripts.structure.proposing.draft import Draft
from transcripts.structure.reading import items_of

State = Proposals.State


def test_sentences_that_were_said_become_drafts(minutes: Transcription, lines: list[int], claire: User) -> None:
    proposing.ask(minutes, "extract", actor=claire)
    assert run.run_waiting() == 1
    [draft] = items_of(minutes, with_drafts=True)
    assert (draft.kind, draft.text, draft.is_draft, draft.model) == (
        "decision",
        "Le budget est voté.",
        True,
        extract.MODEL,
    )
    assert [cited.line for cited in draft.lines] == lines[:1]
    asked = Proposals.objects.get()
    assert (asked.state, asked.proposed, asked.refused) == (State.DONE, 2, 0)  # « Nous passons au point deux » too
    assert AuditEntry.objects.filter(verb="minutes.proposals-made").exists()
    assert run.run_waiting() == 0


def test_asking_again_replaces_drafts_and_brings_back_nothing_that_was_decided(
    minutes: Transcription, claire: User
) -> None:
    for _time in range(2):
        proposing.ask(minutes, "extract", actor=claire)
        run.run_waiting()
    assert len(items_of(minutes, with_drafts=True)) == 1
    [draft] = items_of(minutes, with_drafts=True)
    actions.remove(minutes, draft.id, 0, actor=claire)
    proposing.ask(minutes, "extract", actor=claire)
    run.run_waiting()
    assert items_of(minutes, with_drafts=True) == []


def test_one_machine_proposes_at_a_time_and_only_for_who_may_correct(
    minutes: Transcription, claire: User, chen: User, settings: LazySettings
) -> None:
    with pytest.raises(Forbidden):
        proposing.ask(minutes, "extract", actor=chen)
    with pytest.raises(NoServer):
        proposing.ask(minutes, "server", actor=claire)
    proposing.ask(minutes, "extract", actor=claire)
    with pytest.raises(AlreadyProposing):
        proposing.ask(minutes, "extract", actor=claire)


def test_worker_that_died_is_followed_by_another_one_and_comes_too_late(minutes: Transcription, claire: User) -> None:
    proposing.ask(minutes, "extract", actor=claire)
    dead = proposing.claim()
    assert dead
    assert proposing.claim() is None
    Proposals.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run.run_waiting() == 1
    count = Item.objects.count()
    proposing.keep(dead, "late", [Draft("decision", "Trop tard.", (1,))], 0, frozenset())
    assert Item.objects.count() == count


def test_what_fails_again_and_again_says_so(minutes: Transcription, claire: User, settings: LazySettings) -> None:
    settings.MINUTES_MODEL_URL = "http://127.0.0.1:9/v1"
    proposing.ask(minutes, "server", actor=claire)
    for _time in range(proposing.MAX_ATTEMPTS):
        Proposals.objects.update(next_attempt_at=timezone.now())
        run.run_waiting()
    asked = Proposals.objects.get()
    assert (asked.state, asked.failure, asked.attempts) == (State.FAILED, "unreachable", proposing.MAX_ATTEMPTS)


def test_words_taken_back_while_a_machine_works_are_in_no_draft(
    minutes: Transcription, lines: list[int], held: Held, claire: User
) -> None:
    proposing.ask(minutes, "extract", actor=claire)
    asked = proposing.claim()
    assert asked
    said = run.read(minutes)
    forgetting.forget(held.recording, held.bilal.participation)
    drafts = [Draft("decision", "Ce que Bilal a dit.", (lines[0],))]
    proposing.keep(asked, "demo", drafts, 0, frozenset(line.line for line in said))
    assert not Item.objects.exists()
    assert run.run_waiting() == 1  # begun again, without them
    assert [item.text for item in items_of(minutes, with_drafts=True)] == ["Le budget est voté."]


def test_approved_minutes_take_no_drafts(minutes: Transcription, claire: User) -> None:
    proposing.ask(minutes, "extract", actor=claire)
    approve(minutes, actor=claire)
    run.run_waiting()
    assert not Item.objects.exists()
    assert Proposals.objects.get().failure == "approved"
