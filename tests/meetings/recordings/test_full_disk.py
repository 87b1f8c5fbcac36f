"""A disk without a free byte: what lies on it is intact, and is put away."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from meetings import recordings, storage, tasks
from meetings.models import Participation, Recording, Track
from tests.meetings.test_recordings import write

pytestmark = pytest.mark.django_db
DISK_BYTES = 512 * 1024


@pytest.fixture
def small_disk(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Where Janus writes, and where temporary files go."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "visio-test", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    settings.JANUS_RECORDINGS_DIR = tmp_path
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        while shutil.disk_usage(disk).free:
            file.write(bytes(4096))
    return filler


def test_what_is_there_is_put_away_and_gives_its_room_back(
    small_disk: Path, stopped: Recording, claire: Participation, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JANUS_NODE = stopped.parts.get().node
    paths = [write(small_disk, stopped, claire.pk, take=take, after_s=3.0 * take) for take in (1, 2)]
    whole = paths[0].read_bytes()
    fill(small_disk)
    monkeypatch.setenv("TMPDIR", os.fspath(small_disk))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert paths[0].read_bytes() == whole
    tasks.collect_recording(str(stopped.pk))
    assert Recording.objects.get().status == Recording.Status.READY
    assert [track.duration for track in Track.objects.all()] == pytest.approx([2.0, 2.0])
    assert all(storage.sha256_of(track.key) == track.sha256 for track in Track.objects.all())
    assert not any(path.exists() for path in paths)
    assert shutil.disk_usage(small_disk).free > 0


def test_packet_that_the_full_disk_cut_short_is_left_out_and_those_before_are_kept(
    small_disk: Path, stopped: Recording, claire: Participation, settings: Any
) -> None:
    settings.JANUS_NODE = stopped.parts.get().node
    path = write(small_disk, stopped, claire.pk)
    content = path.read_bytes()
    path.unlink()
    filler = fill(small_disk)
    os.truncate(filler, filler.stat().st_size - 4096)  # room for one page, of two
    with path.open("wb", buffering=0) as file:
        assert file.write(content) == 4096 < len(content)
    tasks.collect_recording(str(stopped.pk))
    track = Track.objects.get()
    assert 0 < track.duration < 2.0


def test_recording_there_stops_before_the_disk_is_full(small_disk: Path, going_on: Recording, settings: Any) -> None:
    settings.RECORDINGS_DISK_MIN_MB = 0
    assert not recordings.watch_disk(going_on.meeting.node)
    settings.RECORDINGS_DISK_MIN_MB = 1
    assert recordings.watch_disk(going_on.meeting.node)
    going_on.refresh_from_db()
    assert going_on.stop_reason == "disk-full"
