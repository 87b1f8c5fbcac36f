"""Approving seals minutes; taking them up again leads to a new version. Both raise Forbidden."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from transcripts.corrections.editing import lock
from transcripts.models import ApprovedVersion, SealedItem, SealedLine, Transcription
from transcripts.policy import Stage, Verb
from transcripts.sealing import keys
from transcripts.sealing.canonical import canonical, digest
from transcripts.sealing.statement import make_statement, read_lines, read_points


@transaction.atomic
def approve(transcription: Transcription, *, actor: User) -> ApprovedVersion:
    transcription = lock(transcription.pk, actor, Verb.APPROVE)
    now, number = timezone.now(), transcription.versions.count() + 1
    lines = read_lines(transcription)
    points = read_points(transcription, lines)
    statement = make_statement(transcription, lines, points, number=number, approved_by=actor, approved_at=now)
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
            SealedLine(
                version=version,
                position=position,
                participation_id=line.participation_id,
                content=line.content.decode(),
                digest=line.digest,
            )
            for position, line in enumerate(lines)
        ),
        batch_size=500,
    )
    SealedItem.objects.bulk_create(
        SealedItem(
            version=version,
            position=position,
            kind=point.kind,
            speakers=point.speakers,
            is_as_generated=point.is_as_generated,
            content=point.content.decode(),
            digest=point.digest,
        )
        for position, point in enumerate(points)
    )
    Transcription.objects.filter(pk=transcription.pk).update(stage=Stage.APPROVED)
    audit.record("minutes.approved", actor=actor, target=transcription, version=number, lines=len(lines))
    return version


@transaction.atomic
def reopen(transcription: Transcription, *, actor: User) -> None:
    """The version that was approved stays as it is, until another one supersedes it."""
    transcription = lock(transcription.pk, actor, Verb.REOPEN)
    Transcription.objects.filter(pk=transcription.pk).update(stage=Stage.DRAFT)
    audit.record("minutes.reopened", actor=actor, target=transcription)
