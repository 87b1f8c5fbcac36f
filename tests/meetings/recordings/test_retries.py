"""The store is away: how often it is tried, and whom it is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from meetings import recordings, storage, storage_uploads, tasks
from meetings.models import JanusNode, Participation, Recording, RecordingPart
from meetings.recordings import retries
from tests.accounts.local_cast import give, make_local, with_second_factor
from tests.meetings.test_recordings import write

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def breaks(code: str) -> Any:
    def finish(upload: storage_uploads.Upload) -> None:
        raise storage.StorageUnavailable("put_object", code)

    return finish


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    woken: list[str] = []
    monkeypatch.setattr(tasks, "nudge_collecting", lambda recording_id, node: woken.append(node))
    return woken


def test_pauses_grow_to_a_quarter_of_an_hour_and_after_a_day_to_an_hour() -> None:
    pauses = [retries.pause(attempts, timedelta(0)).total_seconds() for attempts in range(9)]
    assert pauses == [10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert retries.pause(10_000, 23 * HOUR) == retries.LONGEST
    assert retries.pause(10_000, 25 * HOUR) == HOUR


def test_part_that_failed_is_left_alone_until_its_time_and_the_row_says_why(
    folder: Path,
    claire: Participation,
    stopped: Recording,
    settings: Any,
    nudges: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part = stopped.parts.get()
    settings.JANUS_NODE = part.node
    settings.LOST_PART_AFTER_S = 10**9
    path = write(folder, stopped, claire.pk)
    with monkeypatch.context() as patch:
        patch.setattr(storage_uploads.Upload, "finish", breaks("store-refuses"))
        for _ in range(2):
            tasks.collect_recording(str(stopped.pk))
    part.refresh_from_db()
    assert (part.attempts, part.failure, part.state) == (2, "store-refuses", "pending")
    assert part.next_try_at
    assert part.failing_since
    assert part.next_try_at - part.failing_since == pytest.approx(timedelta(seconds=20), abs=timedelta(seconds=5))
    tasks.sweep_recordings()
    assert nudges == []
    RecordingPart.objects.update(next_try_at=timezone.now())
    tasks.sweep_recordings()
    assert nudges == [part.node]
    assert path.exists()
    tasks.collect_recording(str(stopped.pk))
    part.refresh_from_db()
    assert (part.state, part.failure) == ("collected", "")
    assert not RecordingPart.objects.filter(failing_since__isnull=False).exists()
    assert not path.exists()


def test_store_that_is_away_for_days_loses_nothing(
    folder: Path, claire: Participation, stopped: Recording, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JANUS_NODE = stopped.parts.get().node
    long_ago = timezone.now() - timedelta(days=3)
    Recording.objects.update(started_at=long_ago - HOUR, stopped_at=long_ago)
    RecordingPart.objects.update(failing_since=long_ago, attempts=200)
    stopped.refresh_from_db()
    path = write(folder, stopped, claire.pk)
    with monkeypatch.context() as patch:
        patch.setattr(storage_uploads.Upload, "finish", breaks("store-down"))
        tasks.collect_recording(str(stopped.pk))
        recordings.delete_orphans(folder)
    assert path.exists()
    assert Recording.objects.get().status == Recording.Status.STOPPING


def test_manifest_that_could_not_be_written_is_put_off_too(
    folder: Path, stopped: Recording, settings: Any, monkeypatch: pytest.MonkeyPatch, nudges: list[str]
) -> None:
    settings.JANUS_NODE = stopped.parts.get().node
    settings.LOST_PART_AFTER_S = 0
    with monkeypatch.context() as patch:
        patch.setattr(storage_uploads.Upload, "finish", breaks("store-down"))
        tasks.collect_recording(str(stopped.pk))
        assert stopped.parts.get().state == "collected"
        assert stopped.parts.get().attempts == 1
        tasks.sweep_recordings()
        assert stopped.parts.get().attempts == 1
        RecordingPart.objects.update(next_try_at=timezone.now())
        tasks.sweep_recordings()
        assert stopped.parts.get().attempts == 2
    RecordingPart.objects.update(next_try_at=timezone.now())
    tasks.sweep_recordings()
    assert Recording.objects.get().status == Recording.Status.READY
    assert stopped.parts.get().failing_since is None


def test_operators_are_told_of_what_waits_for_too_long(client: Client, stopped: Recording) -> None:
    administrator = make_local()
    give(administrator, "platform-admin")
    with_second_factor(client, administrator)
    assert recordings.late() is None
    assert _alerts(client) == ""
    Recording.objects.update(stopped_at=timezone.now() - HOUR)
    assert "no worker" in _alerts(client)
    RecordingPart.objects.update(failure="store-refuses")
    late = recordings.late()
    assert late
    node = stopped.parts.get().node
    assert (late.count, late.failures, late.nodes) == (1, ["store-refuses"], [node])
    assert "refuses our keys" in _alerts(client)
    assert node in _alerts(client)
    Recording.objects.update(status=Recording.Status.READY)
    assert _alerts(client) == ""
    JanusNode.objects.update_or_create(name="j7", defaults={"disk_is_low": True})
    assert "j7" in _alerts(client)


def _alerts(client: Client) -> str:
    """What is said on the first page of the administration, in English; not of the version of Janus."""
    page = client.get("/administration/", headers={"accept-language": "en"}).content.decode()
    notes = [part.split("</p>")[0] for part in page.split('class="errornote"')[1:]]
    return "".join(note for note in notes if "make janus" not in note)
