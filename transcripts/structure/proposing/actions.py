"""Asking a machine for drafts, and keeping what it proposes. The row is the queue: see docs/decisions/0002."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts import audit
from accounts.models import User
from transcripts.corrections.editing import lock
from transcripts.corrections.errors import CorrectionRefused, NotUnderstood
from transcripts.models import Item, Proposals, Transcription
from transcripts.nudges import nudge_proposals
from transcripts.policy import Stage, Verb
from transcripts.structure import actions
from transcripts.structure.actions import Written
from transcripts.structure.errors import AlreadyProposing, NoServer
from transcripts.structure.proposing.draft import Draft

LEASE = timedelta(minutes=10)  # longer than the longest answer of a server
MAX_ATTEMPTS = 4
WAIT = timedelta(seconds=30)

State, Method = Proposals.State, Proposals.Method


@transaction.atomic
def ask(transcription: Transcription, method: str, *, actor: User) -> Proposals:
    """Raises Forbidden, NotUnderstood, NoServer, AlreadyProposing."""
    if method not in Method:
        raise NotUnderstood
    if method == Method.SERVER and not settings.MINUTES_MODEL_URL:
        raise NoServer
    transcription = lock(transcription.pk, actor, Verb.CORRECT)
    try:
        with transaction.atomic():
            asked = Proposals.objects.create(transcription=transcription, method=method, asked_by=actor)
    except IntegrityError as error:
        raise AlreadyProposing from error
    audit.record("minutes.proposals-asked", actor=actor, target=asked, method=method)
    transaction.on_commit(nudge_proposals)
    return asked


@transaction.atomic
def claim() -> Proposals | None:
    """The oldest that waits, ours until the lease ends; what was tried too often fails."""
    rows = Proposals.objects.waiting().select_for_update(skip_locked=True)
    asked = rows.order_by("pk").first()
    if asked is None:
        return None
    if asked.attempts >= MAX_ATTEMPTS:
        _end(asked, State.FAILED, failure="interrupted")
        return claim()
    asked.state, asked.lease_owner = State.RUNNING, secrets.token_hex(16)
    Proposals.objects.filter(pk=asked.pk).update(
        state=asked.state, lease_owner=asked.lease_owner, lease_until=Now() + LEASE, attempts=F("attempts") + 1
    )
    return asked


def renew(asked: Proposals) -> None:
    """Before another answer is waited for."""
    mine = Proposals.objects.filter(pk=asked.pk, state=State.RUNNING, lease_owner=asked.lease_owner)
    mine.update(lease_until=Now() + LEASE)


@transaction.atomic
def keep(asked: Proposals, model: str, drafts: Sequence[Draft], refused: int, read: frozenset[int]) -> None:
    """Drafts that nobody has looked at make room. Where a line that was `read` is gone, all of it is done again."""
    transcription = Transcription.objects.select_for_update().get(pk=asked.transcription_id)
    mine = Proposals.objects.filter(pk=asked.pk, state=State.RUNNING, lease_owner=asked.lease_owner)
    if not mine.update(model=model):
        return
    there = set(transcription.segments.values_list("pk", flat=True))
    if not read <= there:  # somebody took words back, or lines were merged
        mine.update(state=State.QUEUED, next_attempt_at=timezone.now(), lease_until=None)
        transaction.on_commit(nudge_proposals)
        return
    if transcription.stage == Stage.APPROVED:
        _end(asked, State.FAILED, failure="approved")
        return
    asked.transcription = transcription
    transcription.items.filter(state=Item.State.DRAFT).delete()
    known = set(transcription.items.values_list("kind", "text"))
    kept = sum(_keep(asked, draft) for draft in drafts if (draft.kind, draft.text) not in known)
    refused += len(drafts) - kept
    _end(asked, State.DONE, proposed=kept, refused=refused)
    audit.record("minutes.proposals-made", actor=audit.SYSTEM, target=asked, drafts=kept, refused=refused)


def _keep(asked: Proposals, draft: Draft) -> bool:
    try:
        with transaction.atomic():
            due = date.fromisoformat(draft.due) if draft.due else None
            actions.propose(asked, Written(Item.Kind(draft.kind), draft.text, draft.who, due), draft.lines)
    except CorrectionRefused:
        return False
    return True


def fail(asked: Proposals, code: str, *, lasts: bool) -> None:
    """Now, or after some attempts more."""
    mine = Proposals.objects.filter(pk=asked.pk, state=State.RUNNING, lease_owner=asked.lease_owner)
    if lasts or asked.attempts + 1 >= MAX_ATTEMPTS:
        mine.update(state=State.FAILED, failure=code, finished_at=Now(), lease_until=None)
    else:
        later = timezone.now() + WAIT * 2**asked.attempts
        mine.update(state=State.QUEUED, failure=code, next_attempt_at=later, lease_until=None)


def _end(asked: Proposals, state: Proposals.State, **noted: object) -> None:
    Proposals.objects.filter(pk=asked.pk).update(state=state, finished_at=Now(), lease_until=None, **noted)
