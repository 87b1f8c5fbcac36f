from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from meetings import storage
from meetings.models import Consent, Participation, Track
from tests.cast import make_consent, make_track
from tests.fakes.tracks import CARD, ScriptedModels, make_tools, sound
from tests.transcripts.conftest import Held
from transcripts import actions, jobs
from transcripts.jobs import Lease
from transcripts.models import Segment, Step, Transcription
from transcripts.parameters import Parameters
from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.speech import Turn, Word
from transcripts.run import Desk, do, work
from transcripts.speech_settings import Speech
from transcripts.sweep import sweep
from transcripts.turns import claim

State = Transcription.State
WORDS = {
    3.0: [Word(0.2, 0.6, "Bonjour"), Word(0.7, 1.4, "Bilal.")],
    2.0: [Word(0.1, 0.5, "Le"), Word(0.5, 1.0, "budget"), Word(1.0, 1.6, "est"), Word(1.6, 2.0, "voté.")],
}


@pytest.fixture
def queued(held: Held) -> Transcription:
    return actions.request_transcription(held.recording, actor=audit.SYSTEM)


def lines() -> list[tuple[float, float, str, str, str]]:
    rows = Segment.objects.order_by("index").values_list("start", "end", "speaker_name", "assurance", "text")
    return list(rows)


EXPECTED = [
    (1.7, 2.9, "Claire Fontaine", "verified", "Bonjour Bilal."),
    (4.1, 6.0, "Bilal Mercier", "verified", "Le budget est voté."),
]


def test_tracks_become_lines_on_the_clock_of_the_recording(queued: Transcription, held: Held, tmp_path: Path) -> None:
    work(make_tools(ScriptedModels(WORDS), held.recording, tmp_path))
    queued.refresh_from_db()
    assert lines() == EXPECTED
    assert (queued.state, queued.progress, queued.version, queued.model_name) == (State.DONE, 1.0, 1, "demo")
    assert (queued.steps_done, queued.steps_total) == (5, 5)
    assert queued.model_card["demonstration"] is True
    assert queued.steps.count() == 0
    assert list(tmp_path.iterdir()) == []
    assert AuditEntry.objects.get(verb="minutes.stored").details == {"lines": 2, "version": 1, "model": "demo"}


def test_who_said_what_they_speak_is_heard_in_it(queued: Transcription, held: Held, tmp_path: Path) -> None:
    held.bilal.participation.speaks = "en"
    held.bilal.participation.save()
    models = ScriptedModels(WORDS)
    work(make_tools(models, held.recording, tmp_path))
    assert dict(zip(models.heard, models.languages, strict=True)) == {3.0: "fr", 2.0: "en"}
    assert lines() == EXPECTED


def test_a_language_that_was_asked_for_is_that_of_everybody(
    queued: Transcription, held: Held, tmp_path: Path, claire: User
) -> None:
    Participation.objects.update(speaks="en")
    models = ScriptedModels(WORDS)
    work(make_tools(models, held.recording, tmp_path))
    actions.make_again(queued, Parameters(language="de"), actor=claire)
    work(make_tools(models, held.recording, tmp_path))
    assert models.languages == ["en", "en", "de", "de"]


def test_finished_job_is_not_done_again(queued: Transcription, held: Held, tmp_path: Path) -> None:
    models = ScriptedModels(WORDS)
    work(make_tools(models, held.recording, tmp_path))
    work(make_tools(models, held.recording, tmp_path))
    assert models.heard == [3.0, 2.0]


def try_now() -> None:
    Step.objects.update(not_before=None)


def test_trouble_is_tried_again_later_without_hearing_a_track_twice(
    queued: Transcription, held: Held, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(seconds: float) -> None:
        if seconds == 2.0:
            raise RuntimeError(WORDS[seconds][1].text)

    broken, whole = ScriptedModels(WORDS, interrupt=break_down), ScriptedModels(WORDS)
    with caplog.at_level(logging.DEBUG):
        work(make_tools(broken, held.recording, tmp_path))
    queued.refresh_from_db()
    [waiting] = queued.steps.exclude(state=Step.State.DONE)
    assert (queued.state, queued.steps_done, waiting.kind, waiting.attempts) == (State.RUNNING, 3, "chunk", 1)
    assert waiting.not_before
    assert waiting.not_before > timezone.now()
    assert "RuntimeError" in caplog.text
    assert "budget" not in caplog.text
    try_now()
    work(make_tools(whole, held.recording, tmp_path))
    assert (broken.heard, whole.heard) == ([3.0, 2.0], [2.0])
    assert lines() == EXPECTED


def test_trouble_each_time_ends_in_failure(queued: Transcription, held: Held, tmp_path: Path) -> None:
    def unreachable(key: str, path: Path) -> None:
        raise storage.StorageUnavailable("get_object")

    tools = replace(make_tools(ScriptedModels(WORDS), held.recording, tmp_path), fetch=unreachable)
    for _ in range(jobs.MOST_ATTEMPTS + 1):
        work(tools)
        try_now()
    queued.refresh_from_db()
    assert (queued.state, queued.failure) == (State.FAILED, "internal")
    assert set(queued.steps.values_list("state", flat=True)) == {Step.State.HELD}
    assert lines() == []


def test_what_can_only_go_wrong_fails_at_once(queued: Transcription, held: Held, tmp_path: Path, claire: User) -> None:
    tools = make_tools(ScriptedModels(WORDS), held.recording, tmp_path)

    def other(key: str, path: Path) -> None:
        path.write_bytes(sound(1.0))

    def rejected(name: str) -> Speech:
        raise ModelRejected("demo: changed")

    work(replace(tools, fetch=other))
    queued.refresh_from_db()
    assert (queued.state, queued.failure) == (State.FAILED, "track-changed")
    actions.retry(queued, actor=claire)
    work(replace(tools, speech=rejected))
    queued.refresh_from_db()
    assert (queued.state, queued.failure) == (State.FAILED, "model-rejected")
    actions.retry(queued, actor=claire)
    work(tools)
    assert lines() == EXPECTED


def test_unreadable_track_fails_and_leaves_no_half_minutes(held: Held, tmp_path: Path) -> None:
    noise = b"not a sound at all" * 100
    track = make_track(held.guest, held.recording, duration=9.0, content=noise)
    queued = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    tools = make_tools(ScriptedModels(WORDS), held.recording, tmp_path)

    def fetch(key: str, path: Path) -> None:
        path.write_bytes(noise) if key == track.key else tools.fetch(key, path)

    work(replace(tools, fetch=fetch))
    queued.refresh_from_db()
    assert (queued.state, queued.failure) == (State.FAILED, "audio-unreadable")
    assert lines() == []


@pytest.mark.parametrize("spoken", [False, True], ids=["nobody agreed", "nobody spoke"])
def test_recording_without_words_is_done_with_no_line(
    queued: Transcription, held: Held, tmp_path: Path, spoken: bool
) -> None:
    if not spoken:
        held.recording.tracks.all().delete()
        sweep()
    work(make_tools(ScriptedModels({}), held.recording, tmp_path))
    queued.refresh_from_db()
    assert (queued.state, queued.progress, lines()) == (State.DONE, 1.0, [])


def test_track_of_somebody_who_withdrew_is_not_listened_to(queued: Transcription, held: Held, tmp_path: Path) -> None:
    make_consent(held.bilal.participation, held.recording, Consent.Choice.DECLINED)
    models = ScriptedModels(WORDS)
    work(make_tools(models, held.recording, tmp_path))
    assert models.heard == [3.0]
    assert lines() == EXPECTED[:1]


def test_voices_of_a_shared_microphone_are_numbered_and_never_named(held: Held, tmp_path: Path) -> None:
    Track.objects.filter(pk=held.bilal.pk).update(shared_microphone=True)
    actions.request_transcription(held.recording, actor=audit.SYSTEM)
    turns = [Turn(0.0, 0.8, "A"), Turn(0.8, 1.6, "B")]
    work(make_tools(ScriptedModels(WORDS, turns), held.recording, tmp_path))
    said = Segment.objects.filter(track=held.bilal).order_by("index").values_list("text", "assurance", "voice")
    assert list(said) == [
        ("Le budget", "shared-microphone", 1),
        ("est", "shared-microphone", 2),
        ("voté.", "unknown", None),
    ]


def test_worker_that_lost_its_step_stops_and_leaves_it_alone(queued: Transcription, held: Held, tmp_path: Path) -> None:
    taken: list[Lease | None] = []

    def steal(seconds: float) -> None:
        Step.objects.filter(state="running").update(alive_until=timezone.now() - timedelta(seconds=1))
        sweep()
        taken.append(claim(job=queued.pk))

    models = ScriptedModels(WORDS, interrupt=steal)
    work(make_tools(models, held.recording, tmp_path), seconds=0.001, job=queued.pk)
    while models.heard == []:
        work(make_tools(models, held.recording, tmp_path), seconds=0.001, job=queued.pk)
    [running] = queued.steps.filter(state="running")
    assert (running.kind, running.attempts, running.result) == ("chunk", 2, {})
    assert taken[0]
    assert jobs.held(taken[0]).exists()


def test_model_that_changed_meanwhile_is_heard_again_and_nothing_is_mixed(
    queued: Transcription, held: Held, tmp_path: Path
) -> None:
    old, new = ScriptedModels({**WORDS, 3.0: [Word(0.2, 1.4, "Bonsoir.")]}), ScriptedModels(WORDS)
    tools = make_tools(old, held.recording, tmp_path)
    while 2.0 not in old.heard:
        work(tools, seconds=0.001)
    work(replace(tools, speech=lambda name: Speech(new, CARD, "another")))
    assert new.heard == [3.0, 2.0]
    assert lines() == EXPECTED


def test_chunks_of_a_track_are_heard_by_two_workers(held: Held, tmp_path: Path) -> None:
    """Each decodes the track for itself; whoever is free takes what is next."""
    queued = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    models = ScriptedModels(WORDS)
    tools = make_tools(models, held.recording, tmp_path)
    desks = [Desk(tools), Desk(tools)]
    for turn in range(5):
        lease = claim(near=desks[turn % 2].track_id, job=queued.pk)
        assert lease
        do(lease, desks[turn % 2])
    assert lines() == EXPECTED
