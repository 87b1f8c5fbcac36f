"""Whose turn it is: from the rows, so that no institution takes the workers from the others."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts import audit
from accounts.models import Institution, User
from tests.cast import make_meeting, make_participation, make_recording, make_room, make_track
from transcripts import actions, jobs
from transcripts.models import SpeechShare, Step, Transcription
from transcripts.progress import waiting_of
from transcripts.turns import claim


def ask(organiser: User, *, seconds: float = 60.0, priority: int = actions.USUAL) -> Transcription:
    """A job of one step, for now."""
    meeting = make_meeting(make_room(organiser))
    recording = make_recording(meeting)
    make_track(make_participation(meeting, organiser), recording, duration=seconds)
    return actions.request_transcription(recording, actor=audit.SYSTEM, priority=priority)


def serve(count: int) -> list[Institution]:
    """Whose steps are taken, one after the other; each is over before the next one begins."""
    served = []
    for _ in range(count):
        lease = claim()
        assert lease
        served.append(Step.objects.get(pk=lease.step_id).institution)
        Step.objects.filter(pk=lease.step_id).update(state="done", result={})
    return served


def share(user: User, weight: int = 1, at_once: int | None = None) -> None:
    assert user.institution
    SpeechShare.objects.create(institution=user.institution, weight=weight, at_once=at_once)


def test_who_asks_for_hundreds_does_not_make_the_others_wait(claire: User, chen: User) -> None:
    for _ in range(20):
        ask(claire)
    ask(chen)
    ask(chen)
    assert serve(4).count(chen.institution) == 2  # type: ignore[arg-type]


def test_work_is_shared_not_steps(claire: User, chen: User) -> None:
    """Short ones of one institution against long ones of the other."""
    for _ in range(20):
        ask(claire, seconds=600.0)
        ask(chen, seconds=100.0)
    counts = Counter(serve(14))
    assert (counts[chen.institution], counts[claire.institution]) == (12, 2)  # type: ignore[index]


def test_weight_gives_more_while_both_wait(claire: User, chen: User) -> None:
    share(claire, weight=3)
    for _ in range(20):
        ask(claire)
        ask(chen)
    counts = Counter(serve(16))
    assert (counts[claire.institution], counts[chen.institution]) == (12, 4)  # type: ignore[index]


def test_who_had_nothing_to_do_gets_no_credit_for_it(claire: User, chen: User) -> None:
    for _ in range(30):
        ask(claire)
    serve(20)
    for _ in range(10):
        ask(chen)
    assert serve(8).count(chen.institution) in {4, 5}  # type: ignore[arg-type]


def test_quota_keeps_steps_waiting_while_workers_are_free(claire: User, chen: User) -> None:
    share(claire, at_once=1)
    for user in (claire, claire, chen):
        ask(user)
    taken = [lease for _ in range(3) if (lease := claim())]
    assert len(taken) == 2
    Step.objects.filter(pk=taken[0].step_id).update(state="done", result={})
    assert claim()


def test_urgent_job_comes_first_then_the_oldest(claire: User) -> None:
    later, first, second = ask(claire, priority=actions.LATER), ask(claire), ask(claire)
    urgent = ask(claire, priority=actions.URGENT)
    order = [lease.transcription_id for _ in range(4) if (lease := claim())]
    assert order == [urgent.pk, first.pk, second.pk, later.pk]


def test_step_that_waits_after_trouble_is_not_taken_before_its_time(claire: User) -> None:
    ask(claire)
    Step.objects.update(not_before=timezone.now() + timedelta(seconds=60))
    assert claim() is None
    Step.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert claim()


def test_worker_stays_with_the_track_that_it_has_decoded(claire: User) -> None:
    job = ask(claire)
    [plan] = job.steps.all()
    other = make_track(make_participation(job.recording.meeting, "Paul"), job.recording)
    for track, number in ((other, 0), (plan.track, 1)):
        Step.objects.create(
            transcription=job,
            kind="chunk",
            track=track,
            number=number,
            institution=plan.institution,
            queued_at=plan.queued_at,
        )
    plan.delete()
    lease = claim(near=plan.track_id)
    assert lease
    assert lease.track_id == plan.track_id


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_keep_to_the_quota(claire: User) -> None:
    share(claire, at_once=3)
    for _ in range(8):
        ask(claire)
    gate = threading.Barrier(8)
    leases: list[jobs.Lease | None] = []

    def work() -> None:
        gate.wait()
        leases.append(claim())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(lease is not None for lease in leases) == 3


def test_place_in_the_queue_counts_the_turns_of_others(claire: User, chen: User) -> None:
    mine = [ask(claire) for _ in range(3)]
    others = [ask(chen) for _ in range(2)]
    places = [waiting_of(fresh(job)).place for job in (*mine, *others)]
    assert places == [2, 4, 5, 2, 4]
    assert waiting_of(fresh(mine[0])).minutes is None


def test_estimate_is_at_the_pace_of_the_last_hour(claire: User) -> None:
    job = ask(claire)
    for _ in range(6):
        done = ask(claire)
        Transcription.objects.filter(pk=done.pk).update(state="done", finished_at=timezone.now())
    assert waiting_of(fresh(job)).minutes == 10


def fresh(job: Transcription) -> Transcription:
    return Transcription.objects.select_related("recording__meeting__room").get(pk=job.pk)
