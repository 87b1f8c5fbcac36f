"""From Janus' files to stored tracks: with files of the real layout, a real database and a real object store."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import AuditEntry
from meetings import actions, consents, recordings, signals, storage, storage_uploads, tasks
from meetings.models import Participation, Recording, Track
from meetings.recordings import collecting, sources, tracks
from tests.meetings.janus.test_mjr import mjr_file, speech

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.JANUS_RECORDINGS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def ready() -> Iterator[list[Recording]]:
    heard: list[Recording] = []

    def hear(recording: Recording, **kwargs: object) -> None:
        heard.append(recording)

    others, signals.recording_ready.receivers = signals.recording_ready.receivers, []
    signals.recording_ready.connect(hear)
    yield heard
    signals.recording_ready.receivers = others


def begin(claire: Participation) -> Recording:
    """A recording that has been going on for a minute."""
    recording = actions.start_recording(claire.pk)
    recording.started_at -= timedelta(minutes=1)
    recording.save()
    return recording


def answer(recording: Recording, who: Participation, choice: str, *, after_s: float) -> None:
    with mock.patch("django.utils.timezone.now", return_value=recording.started_at + timedelta(seconds=after_s)):
        consents.answer_consent(who.pk, recording.pk, choice)


def record(claire: Participation, choices: dict[Participation, str]) -> Recording:
    recording = begin(claire)
    for participation, choice in choices.items():
        consents.answer_consent(participation.pk, recording.pk, choice)
    return actions.stop_recording(claire.pk)


def write(
    folder: Path,
    recording: Recording,
    who: UUID,
    *,
    take: int = 1,
    suffix: str = "-audio-0.mjr",
    cut: int = 0,
    after_s: float = 1.0,
    seconds: int = 2,
) -> Path:
    """Some seconds, begun `after_s` seconds after the start of the recording."""
    first_frame_us = int((recording.started_at.timestamp() + after_s) * 1_000_000)
    kind = "a" if "audio" in suffix else "v"
    header: dict[str, object] = {"t": kind, "c": "opus" if kind == "a" else "vp8", "s": 1, "u": first_frame_us}
    path = folder / f"{recording.pk.hex}.{who.hex}.1.{take}{suffix}"
    content = mjr_file(speech(50 * seconds), header=header)
    path.write_bytes(content[: len(content) - cut])
    return path


def test_track_is_stored_with_its_sum_and_its_place_in_the_meeting(
    folder: Path, claire: Participation, ready: list[Recording], django_capture_on_commit_callbacks: Any, tmp_path: Path
) -> None:
    recording = record(claire, {claire: "accepted"})
    write(folder, recording, claire.pk)
    with django_capture_on_commit_callbacks(execute=True):
        recordings.collect(recording)
    track = Track.objects.get()
    recording.refresh_from_db()
    assert [track.start, track.duration] == pytest.approx([1.0, 2.0], abs=0.01)
    assert recording.status == Recording.Status.READY
    assert ready == [recording]
    assert list(folder.iterdir()) == []
    copy = tmp_path / "copy.opus"
    storage.get_to_file(track.key, copy)
    assert (
        subprocess.run(["sha256sum", copy], capture_output=True, check=True).stdout.split()[0].decode() == track.sha256
    )
    manifest = json.loads(storage.get_range(recording.manifest_key, 0, 100_000))
    assert [entry["sha256"] for entry in manifest["tracks"]] == [track.sha256]
    assert claire.display_name not in json.dumps(manifest)
    assert AuditEntry.objects.get(verb="recording.collected").details == {"tracks": 1}


@pytest.mark.parametrize(
    "choices", [["declined"], [], ["accepted", "declined"]], ids=["declined", "silent", "withdrew"]
)
def test_voice_without_agreement_is_deleted_and_never_stored(
    folder: Path, claire: Participation, guest: Participation, choices: list[str]
) -> None:
    recording = begin(claire)
    for choice in choices:
        consents.answer_consent(guest.pk, recording.pk, choice)
    actions.stop_recording(claire.pk)
    write(folder, recording, guest.pk)
    recording.refresh_from_db()
    recordings.collect(recording)
    assert list(folder.iterdir()) == []
    assert not Track.objects.exists()
    assert recording.status == Recording.Status.STOPPING  # the object in hand; the row has moved on
    assert Recording.objects.get().status == Recording.Status.READY


def test_pictures_are_not_kept(folder: Path, claire: Participation) -> None:
    recording = record(claire, {claire: "accepted"})
    write(folder, recording, claire.pk, suffix="-video-1.mjr")
    recordings.collect(recording)
    assert list(folder.iterdir()) == []
    assert not Track.objects.exists()


def test_microphone_was_shared_if_it_was_when_the_file_was_begun(folder: Path, claire: Participation) -> None:
    recording = record(claire, {claire: "accepted"})
    write(folder, recording, claire.pk, suffix=".shared-audio-0.mjr")
    write(folder, recording, claire.pk, take=2)
    recordings.collect(recording)
    assert [track.shared_microphone for track in Track.objects.order_by("source_name")] == [True, False]


def test_file_that_a_dead_node_left_open_is_recovered(
    folder: Path, claire: Participation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "CLOSING_TIMEOUT_S", 0.1)
    recording = record(claire, {claire: "accepted"})
    write(folder, recording, claire.pk, suffix="-audio-0.mjr.tmp", cut=100)
    recordings.collect(recording)
    track = Track.objects.get()
    assert track.recovered
    assert track.duration == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("dies_at", ["put", "save"])
def test_collecting_that_dies_midway_goes_on_where_it_was(
    folder: Path, claire: Participation, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    recording = record(claire, {claire: "accepted"})
    write(folder, recording, claire.pk, take=1)
    write(folder, recording, claire.pk, take=2)
    with monkeypatch.context() as patch:
        if dies_at == "put":
            patch.setattr(storage_uploads.Upload, "finish", _dies)
        else:
            patch.setattr(Track, "save", _dies)
        with pytest.raises(SystemExit):
            recordings.collect(recording)
    recordings.collect(recording)
    assert Track.objects.count() == 2
    assert len({track.key for track in Track.objects.all()}) == 2
    assert Recording.objects.get().status == Recording.Status.READY


def _dies(*args: object, **kwargs: object) -> None:
    raise SystemExit("killed")


def test_two_workers_never_collect_the_same_recording(folder: Path, claire: Participation) -> None:
    recording = record(claire, {claire: "accepted"})
    write(folder, recording, claire.pk)
    other_worker = connections.create_connection("default")
    with other_worker.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [recordings.lock_key(recording)])
        recordings.collect(recording)
        assert not Track.objects.exists()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [recordings.lock_key(recording)])
    other_worker.close()
    recordings.collect(recording)
    assert Track.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"garbage", mjr_file(speech(3), header={"t": "a", "c": "pcmu", "s": 1})])
def test_unreadable_file_does_not_stop_the_others(folder: Path, claire: Participation, content: bytes) -> None:
    recording = record(claire, {claire: "accepted"})
    write(folder, recording, claire.pk, take=1).write_bytes(content)
    write(folder, recording, claire.pk, take=2)
    recordings.collect(recording)
    assert Track.objects.count() == 1


def test_what_was_said_after_stop_is_not_kept(folder: Path, claire: Participation) -> None:
    recording = record(claire, {claire: "accepted"})
    assert recording.stopped_at
    length = (recording.stopped_at - recording.started_at).total_seconds()
    write(folder, recording, claire.pk, take=1, after_s=length - 1)
    write(folder, recording, claire.pk, take=2, after_s=length + 1)
    recordings.collect(recording)
    assert Track.objects.get().duration == pytest.approx(1.0, abs=0.05)
    assert list(folder.iterdir()) == []


def test_accepting_again_does_not_bring_back_what_was_withdrawn(
    folder: Path, claire: Participation, guest: Participation
) -> None:
    recording = begin(claire)
    for choice, after_s in [("accepted", 0.0), ("declined", 10.0), ("accepted", 20.0)]:
        answer(recording, guest, choice, after_s=after_s)
    recording = actions.stop_recording(claire.pk)
    write(folder, recording, guest.pk, take=1)
    write(folder, recording, guest.pk, take=2, after_s=21)
    recordings.collect(recording)
    assert Track.objects.get().start == pytest.approx(21.0, abs=0.01)
    assert list(folder.iterdir()) == []


def test_withdrawing_deletes_from_the_disk_while_the_recording_goes_on(
    folder: Path, claire: Participation, guest: Participation
) -> None:
    recording = begin(claire)
    answer(recording, claire, "accepted", after_s=0)
    answer(recording, guest, "accepted", after_s=0)
    kept = write(folder, recording, claire.pk)
    withdrawn = write(folder, recording, guest.pk)
    being_closed = write(folder, recording, guest.pk, take=2, suffix="-audio-0.mjr.tmp")
    assert recordings.delete_withdrawn(folder) == 0
    answer(recording, guest, "declined", after_s=10)
    assert recordings.delete_withdrawn(folder) == 1
    assert kept.exists()
    assert being_closed.exists()
    assert not withdrawn.exists()


def test_file_that_closes_after_accepting_again_is_deleted_if_it_was_begun_before_declining(
    folder: Path, claire: Participation
) -> None:
    recording = begin(claire)
    for choice, after_s in [("accepted", 0.0), ("declined", 10.0), ("accepted", 20.0)]:
        answer(recording, claire, choice, after_s=after_s)
    before = write(folder, recording, claire.pk, take=1)
    after = write(folder, recording, claire.pk, take=2, after_s=21)
    assert recordings.delete_withdrawn(folder) == 1
    assert not before.exists()
    assert after.exists()


def test_withdrawing_waits_for_the_file_that_is_being_closed_and_for_nobody_elses(
    folder: Path, claire: Participation, guest: Participation, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = begin(claire)
    answer(recording, claire, "accepted", after_s=0)
    answer(recording, guest, "accepted", after_s=0)
    answer(recording, guest, "declined", after_s=10)
    going_on = write(folder, recording, claire.pk, suffix="-audio-0.mjr.tmp")
    being_closed = write(folder, recording, guest.pk, suffix="-audio-0.mjr.tmp")
    naps: list[float] = []

    def close(nap_s: float) -> None:
        naps.append(nap_s)
        being_closed.rename(being_closed.with_suffix(""))

    monkeypatch.setattr(time, "sleep", close)
    tasks.delete_withdrawn(str(recording.pk))
    assert list(folder.iterdir()) == [going_on]
    assert len(naps) == 1


def _fails_on_take_1(source: Path, *args: Any, **kwargs: Any) -> tracks.Converted:
    if ".1-audio" in source.name:
        raise RuntimeError("not foreseen")
    return _convert(source, *args, **kwargs)


_convert = tracks.convert


def test_file_that_fails_stays_on_the_disk_and_does_not_stop_the_others(
    folder: Path, claire: Participation, monkeypatch: pytest.MonkeyPatch, ready: list[Recording]
) -> None:
    monkeypatch.setattr(tracks, "convert", _fails_on_take_1)
    recording = record(claire, {claire: "accepted"})
    failing = write(folder, recording, claire.pk, take=1)
    write(folder, recording, claire.pk, take=2)
    recordings.collect(recording)
    assert Track.objects.count() == 1
    assert list(folder.iterdir()) == [failing]
    assert Recording.objects.get().status == Recording.Status.STOPPING
    Recording.objects.update(stopped_at=timezone.now() - collecting.GIVE_UP_AFTER * 2)
    recordings.collect(recording)
    assert Recording.objects.get().status == Recording.Status.READY


def test_recording_of_which_nothing_could_be_stored_fails_after_an_hour(
    folder: Path, claire: Participation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks, "convert", _fails_on_take_1)
    recording = record(claire, {claire: "accepted"})
    write(folder, recording, claire.pk)
    Recording.objects.update(stopped_at=timezone.now() - collecting.GIVE_UP_AFTER * 2)
    recordings.collect(recording)
    recording.refresh_from_db()
    assert (recording.status, recording.failure) == (Recording.Status.FAILED, "unreadable")
    assert AuditEntry.objects.get(verb="recording.failed").details == {"failure": "unreadable"}


def test_store_that_is_down_leaves_the_work_to_the_sweep(
    folder: Path, claire: Participation, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = record(claire, {claire: "accepted"})
    path = write(folder, recording, claire.pk)
    with monkeypatch.context() as patch:
        patch.setattr(storage_uploads.Upload, "finish", _is_down)
        tasks.collect_recording(str(recording.pk))
    assert path.exists()
    assert Recording.objects.get().status == Recording.Status.STOPPING
    tasks.collect_recording(str(recording.pk))
    assert Recording.objects.get().status == Recording.Status.READY


def _is_down(*args: object, **kwargs: object) -> None:
    raise storage.StorageUnavailable("put")


def test_recording_that_begins_while_orphans_are_looked_for_loses_nothing(
    folder: Path, claire: Participation, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Path] = []
    list_folder = Path.iterdir

    def list_late(where: Path) -> Iterator[Path]:
        begun.append(write(folder, begin(claire), claire.pk))
        return list_folder(where)

    monkeypatch.setattr(Path, "iterdir", list_late)
    assert recordings.delete_orphans(folder) == 0
    assert begun[0].exists()


def test_what_is_written_after_the_end_is_deleted_and_what_is_going_on_is_not(
    folder: Path, claire: Participation
) -> None:
    over = record(claire, {claire: "accepted"})
    recordings.collect(over)
    going_on = actions.start_recording(claire.pk)
    late = write(folder, over, claire.pk)
    live = write(folder, going_on, claire.pk, suffix="-audio-0.mjr.tmp")
    not_ours = folder / "notes.txt"
    not_ours.touch()
    assert recordings.delete_orphans(folder) == 1
    assert not late.exists()
    assert live.exists()
    assert not_ours.exists()
