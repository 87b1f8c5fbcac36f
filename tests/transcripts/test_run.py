from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from meetings import storage
from meetings.models import Consent, Track
from tests.cast import make_consent, make_track
from tests.fakes.tracks import ScriptedModels, make_tools, sound
from tests.transcripts.conftest import Held
from transcripts import actions, jobs
from transcripts.models import Segment, Transcription
from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.speech import Turn, Word
from transcripts.run import run_transcription
from transcripts.sweep import sweep

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
    run_transcription(queued.pk, make_tools(ScriptedModels(WORDS), held.recording, tmp_path))
    queued.refresh_from_db()
    assert lines() == EXPECTED
    assert (queued.state, queued.progress, queued.tracks_done, queued.model_name) == (State.DONE, 1.0, 2, "demo")
    assert queued.model_card["demonstration"] is True
    assert queued.track_words.count() == 0
    assert list(tmp_path.iterdir()) == []
    assert AuditEntry.objects.get(verb="minutes.stored").details == {"lines": 2, "attempt": 1, "model": "demo"}


def test_finished_job_is_not_done_again(queued: Transcription, held: Held, tmp_path: Path) -> None:
    models = ScriptedModels(WORDS)
    run_transcription(queued.pk, make_tools(models, held.recording, tmp_path))
    run_transcription(queued.pk, make_tools(models, held.recording, tmp_path))
    assert models.heard == [3.0, 2.0]


def test_minutes_made_again_take_the_place_of_those_there_were(
    queued: Transcription, held: Held, tmp_path: Path
) -> None:
    run_transcription(queued.pk, make_tools(ScriptedModels({}), held.recording, tmp_path))
    for words in (WORDS, {**WORDS, 3.0: [Word(0.2, 1.4, "Bonsoir.")]}):
        Transcription.objects.update(state=State.QUEUED)
        run_transcription(queued.pk, make_tools(ScriptedModels(words), held.recording, tmp_path))
    assert [text for *_, text in lines()] == ["Bonsoir.", "Le budget est voté."]


def test_trouble_is_tried_again_without_hearing_a_track_twice(
    queued: Transcription, held: Held, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(seconds: float) -> None:
        if seconds == 2.0:
            raise RuntimeError(WORDS[seconds][1].text)

    broken, whole = ScriptedModels(WORDS, interrupt=break_down), ScriptedModels(WORDS)
    with caplog.at_level(logging.DEBUG):
        run_transcription(queued.pk, make_tools(broken, held.recording, tmp_path))
    queued.refresh_from_db()
    assert (queued.state, queued.tracks_done, queued.attempts) == (State.QUEUED, 1, 1)
    assert "RuntimeError" in caplog.text
    assert "budget" not in caplog.text
    run_transcription(queued.pk, make_tools(whole, held.recording, tmp_path))
    assert (broken.heard, whole.heard) == ([3.0, 2.0], [2.0])
    assert lines() == EXPECTED


def test_trouble_each_time_ends_in_failure(queued: Transcription, held: Held, tmp_path: Path) -> None:
    def unreachable(key: str, path: Path) -> None:
        raise storage.StorageUnavailable("get_object")

    tools = replace(make_tools(ScriptedModels(WORDS), held.recording, tmp_path), fetch=unreachable)
    for _ in range(queued.max_attempts + 1):
        run_transcription(queued.pk, tools)
    queued.refresh_from_db()
    assert (queued.state, queued.failure, queued.attempts) == (State.FAILED, "internal", 5)
    assert lines() == []


def test_what_can_only_go_wrong_fails_at_once(queued: Transcription, held: Held, tmp_path: Path) -> None:
    tools = make_tools(ScriptedModels(WORDS), held.recording, tmp_path)

    def other(key: str, path: Path) -> None:
        path.write_bytes(sound(1.0))

    def rejected() -> None:
        raise ModelRejected("demo: changed")

    run_transcription(queued.pk, replace(tools, fetch=other))
    queued.refresh_from_db()
    assert (queued.state, queued.failure, queued.attempts) == (State.FAILED, "track-changed", 1)
    Transcription.objects.update(state=State.QUEUED)
    run_transcription(queued.pk, replace(tools, card=rejected))  # type: ignore[arg-type]
    queued.refresh_from_db()
    assert (queued.state, queued.failure) == (State.FAILED, "model-rejected")


def test_unreadable_track_fails_and_leaves_no_half_minutes(held: Held, tmp_path: Path) -> None:
    noise = b"not a sound at all" * 100
    track = make_track(held.guest, held.recording, duration=9.0, content=noise)
    queued = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    tools = make_tools(ScriptedModels(WORDS), held.recording, tmp_path)

    def fetch(key: str, path: Path) -> None:
        path.write_bytes(noise) if key == track.key else tools.fetch(key, path)

    run_transcription(queued.pk, replace(tools, fetch=fetch))
    queued.refresh_from_db()
    assert (queued.state, queued.failure) == (State.FAILED, "audio-unreadable")
    assert lines() == []


@pytest.mark.parametrize("spoken", [False, True], ids=["nobody agreed", "nobody spoke"])
def test_recording_without_words_is_done_with_no_line(
    queued: Transcription, held: Held, tmp_path: Path, spoken: bool
) -> None:
    if not spoken:
        held.recording.tracks.all().delete()
    run_transcription(queued.pk, make_tools(ScriptedModels({}), held.recording, tmp_path))
    queued.refresh_from_db()
    assert (queued.state, queued.progress, lines()) == (State.DONE, 1.0, [])


def test_track_of_somebody_who_withdrew_is_not_listened_to(queued: Transcription, held: Held, tmp_path: Path) -> None:
    make_consent(held.bilal.participation, held.recording, Consent.Choice.DECLINED)
    models = ScriptedModels(WORDS)
    run_transcription(queued.pk, make_tools(models, held.recording, tmp_path))
    assert models.heard == [3.0]
    assert lines() == EXPECTED[:1]


def test_voices_of_a_shared_microphone_are_numbered_and_never_named(held: Held, tmp_path: Path) -> None:
    Track.objects.filter(pk=held.bilal.pk).update(shared_microphone=True)
    queued = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    turns = [Turn(0.0, 0.8, "A"), Turn(0.8, 1.6, "B")]
    run_transcription(queued.pk, make_tools(ScriptedModels(WORDS, turns), held.recording, tmp_path))
    said = Segment.objects.filter(track=held.bilal).order_by("index").values_list("text", "assurance", "voice")
    assert list(said) == [
        ("Le budget", "shared-microphone", 1),
        ("est", "shared-microphone", 2),
        ("voté.", "unknown", None),
    ]


def test_worker_that_lost_its_job_stops_and_leaves_it_alone(
    queued: Transcription, held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steal(seconds: float) -> None:
        Transcription.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert jobs.claim(queued.pk)

    run_transcription(queued.pk, make_tools(ScriptedModels(WORDS, interrupt=steal), held.recording, tmp_path))
    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.track_words.count()) == (State.RUNNING, 2, 0)


@pytest.mark.django_db(transaction=True)
def test_killed_worker_is_followed_by_one_that_ends_in_the_same_minutes(
    queued: Transcription, held: Held, tmp_path: Path
) -> None:
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {**os.environ, "DATABASE_URL": address}
    command = [sys.executable, "-m", "tests.transcripts.mortal_worker", str(queued.pk), str(tmp_path)]
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert worker.stdout
    assert worker.stdout.readline() == "in the second track\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    queued.refresh_from_db()
    assert (queued.state, queued.tracks_done) == (State.RUNNING, 1)
    assert list(tmp_path.iterdir()) != []

    Transcription.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep()
    models = ScriptedModels(WORDS)
    run_transcription(queued.pk, make_tools(models, held.recording, tmp_path))
    assert models.heard == [2.0]
    assert lines() == EXPECTED
    assert list(tmp_path.iterdir()) == []
