"""Approving seals minutes; taking them up again leads to a new version. Both raise Forbidden."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from meetings.models import Application
from transcripts.announcing import announce_minutes
from transcripts.corrections.editing import lock
from transcripts.models import ApprovedVersion, SealedItem, SealedLine, SealedPerson, Transcription
from transcripts.policy import Stage, Verb
from transcripts.sealing import keys
from transcripts.sealing.canonical import Content, canonical, digest
from transcripts.sealing.people import People
from transcripts.sealing.statement import make_statement, read_lines, read_points


@transaction.atomic
def approve(transcription: Transcription, *, actor: User) -> ApprovedVersion:
    transcription = lock(transcription.pk, actor, Verb.APPROVE)
    now, number = timezone.now(), transcription.versions.count() + 1
    people = People()
    lines = read_lines(transcription, people)
    points = read_points(transcription, lines, people)
    statement = make_statement(transcription, lines, points, people, number=number, approved_by=actor, approved_at=now)
    written = canonical(statement)
    version = ApprovedVersion.objects.create(
        transcription=transcription,
        number=number,
        statement=written.decode(),
        digest=digest(written),
        signature=keys.sign(written),
        key_id=keys.own_key().id,
        approved_by=actor,
        approved_at=now,
    )
    SealedLine.objects.bulk_create(
        (
            SealedLine(participation_id=line.participation_id, **_apart(version, position, line))
            for position, line in enumerate(lines)
        ),
        batch_size=500,
    )
    SealedItem.objects.bulk_create(
        SealedItem(
            kind=point.kind,
            speakers=point.speakers,
            is_as_generated=point.is_as_generated,
            **_apart(version, position, point),
        )
        for position, point in enumerate(points)
    )
    SealedPerson.objects.bulk_create(
        SealedPerson(user_id=person.user_id, **_apart(version, position, person))
        for position, person in enumerate(people.all())
    )
    Transcription.objects.filter(pk=transcription.pk).update(stage=Stage.APPROVED)
    audit.record("minutes.approved", actor=actor, target=transcription, version=number, lines=len(lines))
    announce_minutes(Application.Event.MINUTES_APPROVED, transcription, version=number, digest=version.digest)
    return version


def _apart(version: ApprovedVersion, position: int, one: Content) -> dict[str, Any]:
    return {"version": version, "position": position, "content": one.content.decode(), "digest": one.digest}


@transaction.atomic
def reopen(transcription: Transcription, *, actor: User) -> None:
    """The version that was approved stays as it is, until another one supersedes it."""
    transcription = lock(transcription.pk, actor, Verb.REOPEN)
    Transcription.objects.filter(pk=transcription.pk).update(stage=Stage.DRAFT)
    audit.record("minutes.reopened", actor=actor, target=transcription)
