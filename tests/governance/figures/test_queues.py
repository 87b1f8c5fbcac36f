"""What waits, as the page of the platform's administrators says it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from accounts import audit
from accounts.models import User
from governance.figures import queues
from meetings.models import JanusNode, Recording, RecordingPart
from tests.cast import make_meeting, make_participation, make_recording, make_room, make_track
from transcripts import actions as minutes_actions
from transcripts.models import Step, Transcription

pytestmark = pytest.mark.django_db


def rows_of(client: Client, name: str) -> dict[str, list[str]]:
    text = client.get(reverse(f"figures_files_{name}_csv")).content.decode("utf-8-sig")
    return {row[0]: row[1:] for row in list(csv.reader(io.StringIO(text)))[1:]}


def test_work_says_what_waits_and_since_when(client: Client, platform: User, claire: User) -> None:
    meeting = make_meeting(make_room(claire))
    recording = make_recording(meeting)
    make_track(make_participation(meeting, claire), recording)
    job = minutes_actions.request_transcription(recording, actor=audit.SYSTEM)
    since = timezone.now() - timedelta(minutes=90)
    Transcription.objects.filter(pk=job.pk).update(queued_at=since)
    Step.objects.filter(transcription=job).update(queued_at=since)
    kinds = set(Step.objects.values_list("kind", flat=True))
    assert kinds == {Step.Kind.PLAN}
    rows = rows_of(client, "work")
    assert rows["Transcription : repérage de la parole"][:3] == ["1", "0", "0"]
    assert 90 <= float(rows["Transcriptions"][3]) < 92
    Transcription.objects.filter(pk=job.pk).update(state="failed")
    assert rows_of(client, "work")["Transcriptions"] == ["0", "0", "1", ""]
    Transcription.objects.filter(pk=job.pk).update(queued_at=since - timedelta(days=7))
    assert rows_of(client, "work")["Transcriptions"] == ["0", "0", "0", ""]


def test_recordings_wait_on_their_nodes(client: Client, platform: User, claire: User) -> None:
    recording = make_recording(make_meeting(make_room(claire)), status=Recording.Status.STOPPING)
    Recording.objects.update(stopped_at=timezone.now() - timedelta(minutes=30))
    for node in ("j1", "j2"):
        RecordingPart.objects.create(recording=recording, node=node, started_at=recording.started_at)
    RecordingPart.objects.filter(node="j2").update(failing_since=timezone.now())
    rows = rows_of(client, "recordings")
    assert {node: row[:2] for node, row in rows.items()} == {"j1": ["1", "0"], "j2": ["1", "1"]}
    assert 30 <= float(rows["j1"][2]) < 32


def test_nodes_say_who_is_there(client: Client, platform: User, claire: User, settings: Any) -> None:
    settings.JANUS_NODES = {"n1": "ws://127.0.0.1:1", "n2": "ws://127.0.0.1:1"}
    JanusNode.objects.create(name="n2", down_since=timezone.now())
    JanusNode.objects.create(name="n1", capacity=50, drains=True, free_bytes=10**9)
    meeting = make_meeting(make_room(claire))
    who = make_participation(meeting, claire)
    meeting.ended_at = who.left_at = None
    meeting.save()
    who.save()
    rows = rows_of(client, "nodes")
    assert rows["n1"] == ["en vidange", "1", "1", "50", "0.02", "1000000000", ""]
    assert rows["n2"][0] == "hors service"


def test_lists_of_messages_are_counted(client: Client, platform: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "QUEUES", ["taken-by-nobody"])
    broker = Redis.from_url(f"{settings.REDIS_URL}?db={queues.BROKER}")
    try:
        broker.rpush("taken-by-nobody", "one", "two")
        assert rows_of(client, "messages")["taken-by-nobody"] == ["2"]
    finally:
        broker.delete("taken-by-nobody")


def test_broker_that_is_away_is_told(client: Client, platform: User, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        @staticmethod
        def from_url(*_args: object, **_options: object) -> Redis:
            return Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.1)

    monkeypatch.setattr(queues, "Redis", Away)
    assert rows_of(client, "messages")["speech"] == [""]
