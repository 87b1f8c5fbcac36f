"""What workers write: the results of their steps, each in one transaction, and only while the step is theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from meetings.agreement import agreement_of
from transcripts import actions, events, jobs
from transcripts.errors import APPROVED, LeaseLost
from transcripts.jobs import Lease
from transcripts.lines import Line
from transcripts.models import Segment, Step, Transcription
from transcripts.parameters import Parameters
from transcripts.policy import Stage
from transcripts.progress import share_done
from transcripts.sharing import notices

State = Transcription.State
_BATCH = 500


@transaction.atomic
def finish_plan(lease: Lease, key: str, plan: dict[str, Any], chunk_costs: Sequence[float]) -> None:
    """Its chunks are steps now, for every worker that is free. Raises LeaseLost."""
    transcription = _finish(lease, key, plan)
    track_id = lease.track_id
    transcription.steps.filter(kind=Step.Kind.CHUNK, track=track_id).delete()  # of another plan
    chunks = [
        actions.new_step(transcription, Step.Kind.CHUNK, track_id=track_id, number=number, cost=max(cost, 1.0))
        for number, cost in enumerate(chunk_costs)
    ]
    Step.objects.bulk_create(chunks, batch_size=_BATCH)
    actions.note_steps(transcription)
    actions.wake_soon(len(chunks))
    events.publish(transcription.recording_id)


@transaction.atomic
def finish_chunk(lease: Lease, key: str, speech: dict[str, Any]) -> None:
    """Raises LeaseLost."""
    transcription = _finish(lease, key, speech)
    actions.note_steps(transcription)
    events.publish(transcription.recording_id)


def _finish(lease: Lease, key: str, result: dict[str, Any]) -> Transcription:
    transcription = jobs.lock(lease)
    jobs.held(lease).update(
        state=Step.State.DONE, key=key, result=result, progress=1.0, owner="", alive_until=None, lease_until=None
    )
    return transcription


@transaction.atomic
def redo(lease: Lease, stale: Collection[int]) -> None:
    """The model, or what a plan depends on, changed while the work went on: do these steps again, then join.

    Raises LeaseLost.
    """
    transcription = jobs.lock(lease)
    transcription.steps.filter(pk=lease.step_id).delete()
    waiting = transcription.steps.filter(pk__in=stale)
    waiting.update(state=Step.State.WAITING, result={}, key="", progress=0.0)
    actions.note_steps(transcription)
    actions.wake_soon(len(stale))


def note_progress(lease: Lease, share: float) -> bool:
    """The share of the step that is done, 0 to 1. A sign of progress renews the lease; False once it is lost."""
    if not jobs.held(lease).update(progress=min(max(share, 0.0), 1.0), lease_until=Now() + jobs.LEASE):
        return False
    transcription = Transcription.objects.get(pk=lease.transcription_id)
    Transcription.objects.filter(pk=transcription.pk).update(progress=share_done(transcription))
    events.publish(transcription.recording_id)
    return True


@transaction.atomic
def store_minutes(
    lease: Lease,
    lines: Sequence[Line],
    *,
    model_name: str = "",
    model_card: Mapping[str, Any] | None = None,
    dropped: Mapping[str, int] | None = None,
) -> None:
    """The lines of those who agree, all or none, in place of any there were; the results of steps have served.

    What was approved meanwhile is not replaced. Raises LeaseLost.
    """
    transcription = jobs.lock(lease)
    if transcription.stage == Stage.APPROVED:
        transcription.steps.all().delete()
        return actions.fail(transcription, APPROVED)
    agree = agreement_of(transcription.recording).words  # now: somebody may have thought better of it meanwhile
    lines = [line for line in lines if line.participation_id in agree]
    _replace(transcription, lines)
    transcription.steps.all().delete()
    Transcription.objects.filter(pk=transcription.pk).update(
        state=State.DONE,
        version=transcription.version + 1,
        parameters=Parameters.from_json(transcription.parameters).forgotten().to_json(),
        progress=1.0,
        steps_done=transcription.steps_total,
        failure="",
        finished_at=Now(),
        model_name=model_name,
        model_card=model_card or {},
        dropped=dropped or {},
    )
    audit.record(
        "minutes.stored",
        actor=audit.SYSTEM,
        target=transcription,
        lines=len(lines),
        version=transcription.version + 1,
        model=model_name,
    )
    notices.tell_ready(transcription)
    events.publish(transcription.recording_id)


def _replace(transcription: Transcription, lines: Sequence[Line]) -> None:
    """Corrections, remarks, decisions… lean on lines that are no longer there; approved versions stay as they are."""
    transcription.items.all().delete()
    transcription.proposals.all().delete()
    transcription.edits.all().delete()
    transcription.recognised_lines.all().delete()
    transcription.comments.all().delete()
    transcription.segments.all().delete()
    segments = (_segment(transcription, index, line) for index, line in enumerate(lines))
    Segment.objects.bulk_create(segments, batch_size=_BATCH)


def _segment(transcription: Transcription, index: int, line: Line) -> Segment:
    return Segment(
        transcription=transcription,
        index=index,
        start=line.start,
        end=line.end,
        track_id=line.track_id,
        participation_id=line.participation_id,
        speaker_name=line.speaker_name,
        assurance=line.assurance,
        voice=line.voice,
        text=line.text,
        words=[asdict(word) for word in line.words],
    )


@transaction.atomic
def fail(lease: Lease, code: str) -> None:
    """Trying again would end in the same way. Raises LeaseLost."""
    actions.fail(jobs.lock(lease), code)


@transaction.atomic
def give_back(lease: Lease, code: str) -> None:
    """This attempt went wrong, the next one may not. Raises LeaseLost."""
    transcription = jobs.lock(lease)
    step = jobs.held(lease).first()
    if step is None:
        raise LeaseLost
    actions.put_back(transcription, step, code, wait=True)
