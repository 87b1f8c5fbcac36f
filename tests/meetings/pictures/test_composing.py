"""From a row that waits to a video in the store, and back: with a real database, store, and renderer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import AuditEntry
from meetings import erasure, storage, storage_uploads
from meetings.erasure import Only
from meetings.errors import NotAllowed
from meetings.models import Composition, Track
from meetings.pictures import actions, composing, jobs
from tests.meetings.pictures.conftest import Seeded
from tests.meetings.pictures.seeded import Look, look

pytestmark = pytest.mark.django_db
State = Composition.State


def composed(seeded: Seeded, layout: str = "speaker") -> Composition:
    composition = actions.request(seeded.recording, layout, "mp4", actor=seeded.claire)
    composing.compose(composition.pk)
    composition.refresh_from_db()
    return composition


def seen(composition: Composition, folder: Path) -> Look:
    path = folder / "seen.mp4"
    storage.get_to_file(composition.key, path)
    return look(path)


def is_stored(key: str) -> bool:
    try:
        storage.sha256_of(key)
    except storage.StorageUnavailable:
        return False
    return True


def test_video_shows_and_lets_hear_everybody_who_agreed_at_their_time(seeded: Seeded, tmp_path: Path) -> None:
    composition = composed(seeded)
    assert (composition.state, composition.failure) == (State.DONE, "")
    assert storage.sha256_of(composition.key) == composition.sha256
    video = seen(composition, tmp_path)
    assert video.colour(1, 640, 200) == "red"
    assert video.colour(7, 640, 200) == "lime"
    assert video.loudness(440, 0.5, 3.5) > 0.15 > 20 * video.loudness(880, 0.5, 3.5)
    assert video.loudness(880, 4.5, 7.5) > 0.15
    assert video.loudness(1320, 5.1, 5.9) > 0.15
    assert list(composing.scratch().iterdir()) == [composing.scratch() / str(composition.pk)]
    assert list((composing.scratch() / str(composition.pk)).iterdir()) == []
    verbs = list(AuditEntry.objects.filter(target_type="meetings.composition").values_list("verb", flat=True))
    assert sorted(verbs) == ["composition.requested", "composition.stored"]


def test_who_takes_their_agreement_back_is_gone_from_the_video_that_is_made_again(
    seeded: Seeded, tmp_path: Path
) -> None:
    composition = composed(seeded)
    before = composition.key
    erasure.take_back(seeded.recording, seeded.people["bilal"], only=Only.ALL, language="fr")
    assert actions.watchable(seeded.recording) == []  # at once
    erasure.erase_withdrawn(seeded.recording)
    assert not is_stored(before)
    composition.refresh_from_db()
    assert (composition.state, composition.key, composition.made_of) == (State.QUEUED, "", [])
    composing.compose(composition.pk)
    composition.refresh_from_db()
    assert composition.state == State.DONE
    video = seen(composition, tmp_path)
    assert video.loudness(880, 4.5, 7.5) < 0.002
    assert {video.colour(second, x, y) for second in (1, 4.5, 7) for x, y in [(640, 200), (640, 600)]} <= {
        "red",
        "grey",
    }
    assert actions.watchable(seeded.recording) == [composition]


def test_who_takes_their_picture_back_is_heard_and_not_seen(seeded: Seeded, tmp_path: Path) -> None:
    composition = composed(seeded)
    erasure.take_back(seeded.recording, seeded.people["bilal"], only=Only.PICTURE, language="fr")
    erasure.erase_withdrawn(seeded.recording)
    composing.compose(composition.pk)
    composition.refresh_from_db()
    video = seen(composition, tmp_path)
    assert video.colour(7, 640, 120) == "grey"
    assert video.loudness(880, 4.5, 7.5) > 0.15


def test_agreement_taken_back_while_it_is_rendered_stops_what_is_stored(
    seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last look at the agreement and the end of the upload."""
    real, keys = composing._store, []

    def store(lease: Any, composition: Composition, key: str, output: Path) -> None:
        keys.append(key)
        erasure.take_back(seeded.recording, seeded.people["bilal"], only=Only.ALL, language="fr")
        erasure.erase_withdrawn(seeded.recording)
        real(lease, composition, key, output)

    monkeypatch.setattr(composing, "_store", store)
    composition = composed(seeded)
    assert composition.state == State.QUEUED
    assert not is_stored(keys[0])
    assert Track.objects.filter(participation=seeded.people["bilal"]).count() == 0


def test_agreement_taken_back_in_the_middle_of_frames_begins_it_again_without_them(
    seeded: Seeded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = jobs.write
    told: list[Any] = []

    def write(lease: jobs.Lease, **values: Any) -> None:
        if 0 < values.get("progress", 0) < 1 and not told:
            told.append(values["progress"])
            erasure.take_back(seeded.recording, seeded.people["bilal"], only=Only.ALL, language="fr")
            erasure.erase_withdrawn(seeded.recording)
        real(lease, **values)

    monkeypatch.setattr(jobs, "write", write)
    composition = composed(seeded, "grid")
    assert told
    assert composition.state == State.QUEUED
    assert not is_stored(composition.key)
    assert not any(path.is_file() for path in composing.scratch().rglob("*"))
    composing.compose(composition.pk)
    composition.refresh_from_db()
    assert composition.state == State.DONE
    assert seen(composition, tmp_path).loudness(880, 4.5, 7.5) < 0.005


def test_cancelled_video_is_not_stored_and_may_be_asked_for_again(
    seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = composing._render

    def render(*arguments: Any) -> None:
        actions.cancel(Composition.objects.get(), actor=seeded.claire)
        real(*arguments)

    monkeypatch.setattr(composing, "_render", render)
    composition = composed(seeded)
    assert composition.state == State.CANCELLED
    assert not is_stored(composition.key)
    monkeypatch.setattr(composing, "_render", real)
    assert composed(seeded).state == State.DONE


def test_message_that_comes_twice_makes_one_video(seeded: Seeded) -> None:
    composition = composed(seeded)
    composing.compose(composition.pk)
    assert AuditEntry.objects.filter(verb="composition.stored").count() == 1
    assert actions.request(seeded.recording, "speaker", "mp4", actor=seeded.claire) == composition
    assert jobs.claim(composition.pk) is None


def test_video_of_a_worker_that_died_is_made_by_another_and_its_files_are_deleted(seeded: Seeded) -> None:
    composition = actions.request(seeded.recording, "speaker", "mp4", actor=seeded.claire)
    dead = jobs.claim(composition.pk)
    assert dead
    left = composing.scratch() / str(composition.pk)
    left.mkdir(parents=True)
    assert jobs.claim(composition.pk) is None  # it may still live
    Composition.objects.update(lease_until="2026-01-01T00:00:00Z")
    composing.compose(composition.pk)
    composition.refresh_from_db()
    assert (composition.state, composition.attempts) == (State.DONE, 2)
    with pytest.raises(jobs.LeaseLost):
        jobs.write(dead, progress=0.5)
    composing.clear_scratch()
    assert not left.exists()


def test_picture_that_no_decoder_reads_leaves_initials_and_the_others(seeded: Seeded, tmp_path: Path) -> None:
    spoiled = Track.objects.get(kind="camera", participation=seeded.people["claire"])
    content = bytearray(storage.get_range(spoiled.key, 0, spoiled.size_bytes - 1))
    content[600:] = bytes(len(content) - 600)
    storage_uploads.put(spoiled.key, bytes(content), content_type="video/webm")
    video = seen(composed(seeded), tmp_path)
    assert video.colour(7, 640, 200) == "lime"


def test_only_organisers_have_videos_made(seeded: Seeded) -> None:
    with pytest.raises(NotAllowed):
        actions.request(seeded.recording, "speaker", "mp4", actor=seeded.bilal)
    composition = actions.request(seeded.recording, "grid", "webm", actor=seeded.claire)
    with pytest.raises(NotAllowed):
        actions.cancel(composition, actor=seeded.bilal)


def test_recording_of_nobody_fails_with_a_reason(seeded: Seeded) -> None:
    for person in seeded.people.values():
        erasure.take_back(seeded.recording, person, only=Only.ALL, language="fr")
    erasure.erase_withdrawn(seeded.recording)
    assert composed(seeded).failure == "nothing-to-show"
