"""Asking for an erasure: a row, and a row of the trail."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import Actor
from accounts.models import User
from governance.erasure.errors import NotOver
from governance.erasure.proofs import Proof
from governance.erasure.running import run
from governance.erasure.subjects import Subject
from governance.models import Erasure, Mode, Reason, What
from governance.nudges import nudge_erasures
from meetings.models import Participation, Recording


@transaction.atomic
def ask_recording(recording: Recording, *, what: str, actor: Actor, reason: str) -> Erasure:
    """Asking again while it waits gives the same row. Raises NotOver."""
    if recording.status == Recording.Status.ACTIVE:
        raise NotOver
    erasure, is_new = Erasure.objects.exclude(state=Erasure.State.DONE).get_or_create(
        recording=recording,
        what=what,
        defaults={
            "reason": reason,
            "asked_by": actor if isinstance(actor, User) else None,
            "institution_id": recording.meeting.room.institution_id,
        },
    )
    if is_new:
        audit.record(
            "erasure.asked", actor=actor, target=erasure, what=what, reason=reason, recording=str(recording.pk)
        )
    transaction.on_commit(nudge_erasures)
    return erasure


@transaction.atomic
def ask_person(
    *,
    participations: Iterable[UUID] = (),
    users: Iterable[UUID] = (),
    invitations: Iterable[UUID] = (),
    lines: Iterable[int] = (),
    actor: Actor,
    reason: str = Reason.REQUEST,
    mode: str = Mode.POLICY,
) -> Erasure:
    subject = Subject.of(participations, users, invitations, lines)
    erasure = Erasure.objects.create(
        what=What.PERSON,
        reason=reason,
        mode=mode,
        subject=subject.to_json(),
        asked_by=actor if isinstance(actor, User) else None,
        institution_id=_institution_of(subject, actor),
    )
    counts = {name: len(found) for name, found in erasure.subject.items()}
    audit.record("erasure.asked", actor=actor, target=erasure, what=What.PERSON, reason=reason, mode=mode, **counts)
    transaction.on_commit(nudge_erasures)
    return erasure


def erase_recording(recording: Recording, *, what: str, actor: Actor, reason: str) -> Proof:
    """Now. Raises NotOver, Held, Busy, StorageUnavailable."""
    return run(_now(ask_recording(recording, what=what, actor=actor, reason=reason)))


def erase_person(
    *,
    participations: Iterable[UUID] = (),
    users: Iterable[UUID] = (),
    invitations: Iterable[UUID] = (),
    lines: Iterable[int] = (),
    actor: Actor,
    reason: str = Reason.REQUEST,
    mode: str = Mode.POLICY,
) -> Proof:
    """Now. Raises Held, Busy, StorageUnavailable."""
    asked = ask_person(
        participations=participations,
        users=users,
        invitations=invitations,
        lines=lines,
        actor=actor,
        reason=reason,
        mode=mode,
    )
    return run(_now(asked))


def _now(erasure: Erasure) -> Erasure:
    """One that waits for its next attempt need not."""
    waiting = Erasure.objects.filter(pk=erasure.pk, state__in=[Erasure.State.WAITING, Erasure.State.HELD])
    waiting.update(next_attempt_at=timezone.now())
    return erasure


def _institution_of(subject: Subject, actor: Actor) -> int | None:
    """Of the account, or where they were: its DPO sees it."""
    person = User.objects.filter(pk__in=subject.users).first()
    if person is not None and person.answers_to_id:
        return person.answers_to_id
    there = Participation.objects.filter(pk__in=subject.participations).select_related("meeting__room").first()
    if there is not None:
        return there.meeting.room.institution_id
    return actor.answers_to_id if isinstance(actor, User) else None
