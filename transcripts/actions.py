"""What people and sweeps do with the jobs of minutes: ask for them, try again, make again, cancel.

Each writes in one transaction, leaves its audit row, and tells on commit. What workers do is in `transcripts.steps`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts import audit, roles
from accounts.audit import Actor
from accounts.models import User
from meetings import ceilings
from meetings.agreement import transcribable_tracks
from meetings.errors import NotAllowed
from meetings.models import Participation, Recording
from transcripts import events, jobs
from transcripts.errors import CANCELLED, INTERRUPTED, WrongState
from transcripts.hints import hints_of
from transcripts.models import Step, Transcription
from transcripts.nudges import wake_workers
from transcripts.parameters import Parameters
from transcripts.policy import Stage

State = Transcription.State
URGENT, USUAL, LATER = 1, 0, -1  # among the jobs of one institution
_NO_LEASE = {"owner": "", "alive_until": None, "lease_until": None}
_PLANNING_COSTS = 0.1  # of the seconds of a track: finding its speech, before anything is recognised
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5, 600


@transaction.atomic
def request_transcription(
    recording: Recording, *, actor: Actor, parameters: Parameters | None = None, priority: int = USUAL
) -> Transcription:
    """Ask for the minutes of a READY recording. Asking again gives the same row, and changes nothing."""
    transcription, is_new = Transcription.objects.get_or_create(recording=recording, defaults={"priority": priority})
    if is_new:
        audit.record("minutes.requested", actor=actor, target=transcription)
        _queue(transcription, parameters or Parameters(each_their_own=True, hints=hints_of(recording)))
    return transcription


@transaction.atomic
def retry(transcription: Transcription, *, actor: User, as_administrator: bool = False) -> None:
    """What failed goes on where it stopped, what was cancelled begins anew. Raises NotAllowed, WrongState."""
    transcription = _lock(transcription, actor, "retry", as_administrator)
    if transcription.state not in {State.FAILED, State.CANCELLED}:
        raise WrongState("not-failed")
    _require_sound(transcription)
    _queue(transcription, Parameters.from_json(transcription.parameters))
    audit.record("minutes.retried", actor=actor, target=transcription, as_administrator=as_administrator)


@transaction.atomic
def make_again(
    transcription: Transcription, parameters: Parameters, *, actor: User, as_administrator: bool = False
) -> None:
    """A new version; the one that there is stays until it is there. Raises NotAllowed, WrongState."""
    transcription = _lock(transcription, actor, "make-again", as_administrator)
    if transcription.is_under_way:
        raise WrongState("under-way")
    if transcription.stage == Stage.APPROVED:
        raise WrongState("approved")
    _require_sound(transcription)
    transcription.steps.all().delete()
    _queue(transcription, parameters)
    audit.record(
        "minutes.asked-again",
        actor=actor,
        target=transcription,
        version=transcription.version + 1,
        language=parameters.language,
        speakers=parameters.speakers.most,
        model=parameters.model,
        as_administrator=as_administrator,
    )


def _require_sound(transcription: Transcription) -> None:
    """There is nothing to listen to any more: the minutes that there are would be replaced by none."""
    if transcription.recording.sound_erased_at or transcription.recording.words_erased_at:
        raise WrongState("sound-erased")


@transaction.atomic
def cancel(transcription: Transcription, *, actor: User, as_administrator: bool = False) -> None:
    """Whoever works on it stops at their next sign of progress. Raises NotAllowed, WrongState."""
    transcription = _lock(transcription, actor, "cancel", as_administrator)
    if not transcription.is_under_way:
        raise WrongState("not-under-way")
    transcription.steps.all().delete()
    _end(transcription, State.CANCELLED, CANCELLED)
    audit.record("minutes.cancelled", actor=actor, target=transcription, as_administrator=as_administrator)


def may_manage(recording: Recording, user: User) -> bool:
    """Cancel, retry, ask for another version."""
    return ceilings.organises(recording.meeting.room, user)


def _lock(transcription: Transcription, actor: User, verb: str, as_administrator: bool) -> Transcription:
    """Administrators go through the administration, where a second factor is asked for."""
    rows = Transcription.objects.select_for_update(of=("self",)).select_related("recording__meeting__room")
    locked = rows.get(pk=transcription.pk)
    institution_id = locked.recording.meeting.room.institution_id
    administers = as_administrator and roles.holds(actor, "transcripts.operate_transcription", institution_id)
    if not administers and not may_manage(locked.recording, actor):
        raise NotAllowed(verb)
    return locked


def _queue(transcription: Transcription, parameters: Parameters) -> None:
    """The caller holds the row's lock, or made the row."""
    Transcription.objects.filter(pk=transcription.pk).update(
        state=State.QUEUED,
        parameters=parameters.to_json(),
        failure="",
        progress=0.0,
        queued_at=Now(),
        started_at=None,
        finished_at=F("finished_at") if transcription.version else None,
    )
    begin(transcription)


@transaction.atomic
def begin(transcription: Transcription) -> None:
    """Lay out the steps that are missing; those that were done stay. The caller holds the row's lock."""
    transcription.refresh_from_db()
    waiting = transcription.steps.exclude(state=Step.State.DONE)
    waiting.update(
        state=Step.State.WAITING, attempts=0, not_before=None, queued_at=transcription.queued_at, **_NO_LEASE
    )
    tracks = list(transcribable_tracks(transcription.recording))
    plans = [
        new_step(transcription, Step.Kind.PLAN, track=track, cost=max(track.duration * _PLANNING_COSTS, 1.0))
        for track in tracks
    ]
    Step.objects.bulk_create(plans, ignore_conflicts=True)
    note_steps(transcription)
    events.publish(transcription.recording_id)
    wake_soon(len(plans))


def new_step(transcription: Transcription, kind: Step.Kind, **values: Any) -> Step:
    """Not saved. Of a transcription with its recording, meeting and room."""
    return Step(
        transcription=transcription,
        kind=kind,
        institution_id=transcription.recording.meeting.room.institution_id,
        priority=transcription.priority,
        queued_at=transcription.queued_at,
        **values,
    )


def note_steps(transcription: Transcription) -> None:
    """Once all others are done, the step that joins them is there. The caller holds the row's lock."""
    steps = transcription.steps.all()
    if not steps.exclude(state=Step.State.DONE).exists():
        Step.objects.bulk_create([new_step(transcription, Step.Kind.JOIN)], ignore_conflicts=True)
        wake_soon(1)
    joins = steps.filter(kind=Step.Kind.JOIN).count()
    Transcription.objects.filter(pk=transcription.pk).update(
        steps_done=steps.filter(state=Step.State.DONE).count(), steps_total=steps.count() - joins + 1
    )


@transaction.atomic
def take_from_the_dead(step_id: int) -> None:
    """Its worker is dead, or hangs: another one has it at once, or the job fails if this was the last attempt."""
    step = Step.objects.select_related("transcription").filter(pk=step_id).first()
    if step is None:
        return
    transcription = Transcription.objects.select_for_update().get(pk=step.transcription_id)
    step = Step.objects.abandoned().select_for_update().filter(pk=step_id).first()
    if step is not None:
        put_back(transcription, step, INTERRUPTED, wait=False)


def put_back(transcription: Transcription, step: Step, code: str, *, wait: bool) -> None:
    """To be tried again, or the job fails if it was tried too often. The caller holds the row's lock."""
    if step.attempts >= jobs.MOST_ATTEMPTS:
        return fail(transcription, code)
    pause = timedelta(seconds=min(_FIRST_WAIT_S * 4 ** (step.attempts - 1), _LONGEST_WAIT_S)) if wait else timedelta()
    Step.objects.filter(pk=step.pk).update(state=Step.State.WAITING, not_before=Now() + pause, **_NO_LEASE)
    events.publish(transcription.recording_id)
    if not wait:
        wake_soon(1)


def fail(transcription: Transcription, code: str) -> None:
    """Trying again would end in the same way. What was done is kept. The caller holds the row's lock."""
    transcription.steps.exclude(state=Step.State.DONE).update(state=Step.State.HELD, **_NO_LEASE)
    _end(transcription, State.FAILED, code)
    audit.record("minutes.failed", actor=audit.SYSTEM, target=transcription, code=code)


def _end(transcription: Transcription, state: str, code: str) -> None:
    """Where there are minutes already, they stay; the page says that the newer ones were not made, and why."""
    if transcription.version:
        state = State.DONE
    Transcription.objects.filter(pk=transcription.pk).update(
        state=state, failure=code, finished_at=F("finished_at") if transcription.version else Now()
    )
    events.publish(transcription.recording_id)


def go_on_without(transcription: Transcription, participation: Participation) -> None:
    """Somebody takes their words back. What was heard of others stays; whoever joins it has lost their step.

    The caller holds the row's lock.
    """
    transcription.steps.filter(track__participation=participation).delete()
    if transcription.is_under_way:
        transcription.steps.filter(kind=Step.Kind.JOIN).delete()
        note_steps(transcription)


def wake_soon(steps: int) -> None:
    transaction.on_commit(lambda: wake_workers(steps))
