"""The store is down, slow, has errors, truncates or lies: nothing is lost, nothing wrong is kept."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from meetings import storage, storage_uploads, tasks
from meetings.models import Participation, Recording, RecordingPart, Track
from tests.fakes.store import Store, store_before
from tests.meetings.test_recordings import write

pytestmark = pytest.mark.django_db
DOWN_S = 60 if "SOAK_SECONDS" in os.environ else 3


@pytest.fixture
def store(settings: Any) -> Iterator[Store]:
    with store_before(settings.S3_ENDPOINT_URL) as store:
        settings.S3_ENDPOINT_URL = store.url
        storage._client.cache_clear()
        yield store
        store.fault = ""
    storage._client.cache_clear()


@pytest.fixture
def spooled(folder: Path, stopped: Recording, claire: Participation, settings: Any) -> Path:
    settings.JANUS_NODE = stopped.parts.get().node
    return write(folder, stopped, claire.pk)


def collect(recording: Recording) -> str:
    """Its state afterwards."""
    tasks.collect_recording(str(recording.pk))
    recording.refresh_from_db()
    return recording.status


@pytest.mark.parametrize("fault", ["down", "503", "truncated", "lies"])
def test_file_stays_on_the_disk_until_the_store_is_right_again(
    store: Store, stopped: Recording, spooled: Path, fault: str
) -> None:
    before = spooled.read_bytes()
    store.fault = fault
    assert collect(stopped) == Recording.Status.STOPPING
    assert spooled.read_bytes() == before
    assert not Track.objects.exists()
    assert stopped.parts.get().failure == "store-down"
    store.fault = ""
    assert collect(stopped) == Recording.Status.READY
    assert not spooled.exists()
    track = Track.objects.get()
    assert storage.sha256_of(track.key) == track.sha256


def test_store_that_keeps_something_else_is_not_believed(
    store: Store, stopped: Recording, spooled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = storage.call

    def spoils(verb: str, **parameters: Any) -> Any:
        if verb == "put_object":
            parameters = {**parameters, "Body": bytes(len(parameters["Body"]))}
            parameters.pop("ContentMD5")
        return call(verb, **parameters)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "call", spoils)
        assert collect(stopped) == Recording.Status.STOPPING
    assert spooled.exists()
    assert stopped.parts.get().failure == "store-corrupts"
    assert collect(stopped) == Recording.Status.READY


def test_slow_store_only_takes_longer(store: Store, stopped: Recording, spooled: Path) -> None:
    store.fault = "slow"
    assert collect(stopped) == Recording.Status.READY
    assert not spooled.exists()


def test_sweep_brings_it_there_once_the_store_is_back(
    store: Store, stopped: Recording, spooled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As beat does it, with the pauses of a back-off that begins at a tenth of a second."""
    monkeypatch.setattr("meetings.recordings.retries.FIRST", timedelta(seconds=0.1))
    monkeypatch.setattr(
        tasks, "nudge_collecting", lambda recording_id, node: tasks.collect_recording(str(recording_id))
    )
    store.fault = "down"
    down_until = time.monotonic() + DOWN_S
    while collect_by_sweep(stopped) != Recording.Status.READY:
        if time.monotonic() > down_until:
            store.fault = ""
        time.sleep(0.05)
    assert RecordingPart.objects.get().attempts >= 2
    assert not spooled.exists()
    assert Track.objects.count() == 1


def collect_by_sweep(recording: Recording) -> str:
    tasks.sweep_recordings()
    recording.refresh_from_db()
    return recording.status


def test_large_upload_whose_store_breaks_midway_is_whole_after_the_next_try(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"0123456789abcdef" * (2 * storage_uploads.PART_BYTES // 16) + b"end")
    with storage_uploads.Upload("tests/midway", content_type="text/plain") as upload:
        upload.write(large.read_bytes()[: storage_uploads.PART_BYTES])
        store.fault = "503"
        with pytest.raises(storage.StorageUnavailable):
            upload.finish()
    store.fault = ""
    storage_uploads.put("tests/midway", large, content_type="text/plain")
    assert (
        storage.get_range("tests/midway", 2 * storage_uploads.PART_BYTES, 2 * storage_uploads.PART_BYTES + 10) == b"end"
    )
    with monkeypatch.context() as patch:
        patch.setattr(storage, "STALE_UPLOAD", -storage.STALE_UPLOAD)
        assert unfinished("tests/midway") == 1  # not even that it is given up could be said to the store
        assert storage.abort_stale() >= 1
    assert unfinished("tests/midway") == 0
    storage.delete("tests/midway")  # with what is open of it, where the bucket has kept versions


def unfinished(key: str) -> int:
    return sum(upload["Key"] == key for upload in storage.call("list_multipart_uploads").get("Uploads", []))


def test_store_shows_the_sum_that_is_expected_of_parts_too(store: Store, tmp_path: Path) -> None:
    """Nothing is read back to be sure."""
    large = tmp_path / "large"
    large.write_bytes(bytes(2 * storage_uploads.PART_BYTES + 1))
    for content in (large, b"small"):
        storage_uploads.put("tests/sum", content, content_type="text/plain")
    assert "GET" not in store.asked
    storage.delete("tests/sum")
