"""A recording at the end of each of its clocks; holds; a store that is away; versions; expiry while it plays."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.error import HTTPError

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, User
from governance.erasure import Held, NotOver, erase_person, erase_recording, holds, sweep
from governance.models import Erasure, LegalHold, Reason, Tombstone, What
from meetings import storage, storage_uploads
from meetings.errors import NotAllowed
from meetings.models import Application, Consent, Delivery, Participation, Recording, RecordingPart, Track
from tests.accounts.local_cast import give
from tests.fakes.store import store_before
from tests.governance.erasure.conftest import NAME, VOICE, WORD, Scene
from tests.governance.erasure.scan import found
from transcripts.actions import make_again
from transcripts.errors import WrongState
from transcripts.models import ApprovedVersion, Edit, Segment, Transcription
from transcripts.parameters import Parameters
from transcripts.sealing.actions import approve
from transcripts.sweep import sweep as sweep_transcriptions


def erase(scene: Scene, what: What, **how: Any) -> Any:
    return erase_recording(scene.recording, what=what, actor=audit.SYSTEM, reason=Reason.RETENTION, **how)


def test_sound_goes_and_the_words_stay(scene: Scene) -> None:
    proof = erase(scene, What.SOUND)
    assert {one.key for one in proof.objects} >= {scene.track.key, scene.other.key}
    assert {one.sha256 for one in proof.objects} >= {scene.track.sha256, scene.other.sha256}
    assert storage.keys_under("recordings/") == []
    assert found([VOICE]) == []
    assert Segment.objects.count() == 3
    scene.recording.refresh_from_db()
    assert scene.recording.sound_erased_at


def test_minutes_are_not_made_again_of_nothing(scene: Scene, claire: User) -> None:
    erase(scene, What.SOUND)
    with pytest.raises(WrongState, match="sound-erased"):
        make_again(scene.transcription, Parameters(), actor=claire)
    Transcription.objects.all().delete()
    sweep_transcriptions()
    assert not Transcription.objects.exists()


def test_transcript_that_was_never_approved_goes_whole(client: Client, scene: Scene, claire: User) -> None:
    erase(scene, What.TRANSCRIPT)
    assert not Segment.objects.exists()
    assert not Edit.objects.exists()
    assert "object" in {place.split()[0] for place in found([VOICE])}  # another clock
    client.force_login(claire)
    answer = client.get(reverse("minutes", args=[scene.recording.pk]))
    assert answer.status_code == 200
    assert "Effacé" in answer.content.decode()


def test_approved_minutes_outlive_what_led_to_them(client: Client, scene: Scene, claire: User) -> None:
    approve(scene.transcription, actor=claire)
    erase(scene, What.TRANSCRIPT)
    assert [line.words for line in Segment.objects.all()] == [[], [], []]
    assert not Edit.objects.exists()
    client.force_login(claire)
    assert WORD in client.get(reverse("minutes", args=[scene.recording.pk])).content.decode()
    version = reverse("minutes_version", args=[scene.recording.pk, 1])
    assert client.get(version).status_code == 200


def test_in_the_end_everything_goes_and_the_ledger_stays(scene: Scene, claire: User) -> None:
    approve(scene.transcription, actor=claire)
    proof = erase(scene, What.ALL)
    assert proof.counts["sealed_versions"] == 1
    assert not ApprovedVersion.objects.exists()
    assert not Track.objects.exists()
    assert Consent.objects.filter(recording=scene.recording).count() == 2
    there = Participation.objects.filter(meeting=scene.recording.meeting)
    assert {one.display_name for one in there} == {"Personne effacée 1", "Personne effacée 2"}
    assert found([WORD, VOICE]) == []
    sweep_transcriptions()
    assert not Transcription.objects.exists()


def test_what_waits_on_a_node_is_nobodys(scene: Scene) -> None:
    scene.recording.status = Recording.Status.STOPPING
    scene.recording.save()
    part = RecordingPart.objects.create(recording=scene.recording, node="n1", started_at=scene.recording.started_at)
    erase(scene, What.SOUND)
    part.refresh_from_db()
    scene.recording.refresh_from_db()
    assert (part.state, scene.recording.status, scene.recording.failure) == ("lost", "failed", "erased")


def test_what_goes_on_is_stopped_first(scene: Scene) -> None:
    Recording.objects.update(status=Recording.Status.ACTIVE, stopped_at=None)
    scene.recording.refresh_from_db()
    with pytest.raises(NotOver):
        erase(scene, What.SOUND)


def place_on(kind: str, scene: Scene, dpo: User) -> LegalHold:
    assert dpo.institution
    on = {"recording": scene.recording, "room": scene.recording.meeting.room, "person": scene.person}
    chosen: dict[str, Any] = {kind: on[kind]} if kind in on else {}
    return holds.place(dpo.institution, reason="Instruction judiciaire", actor=dpo, **chosen)


@pytest.mark.parametrize("kind", ["recording", "room", "person", "institution"])
def test_hold_wins_over_erasure_until_it_is_lifted(scene: Scene, dpo: User, kind: str) -> None:
    hold = place_on(kind, scene, dpo)
    with pytest.raises(Held):
        erase(scene, What.SOUND)
    assert storage.get_range(scene.track.key, 0, 4) == VOICE.encode()[:5]
    assert Erasure.objects.get().state == Erasure.State.HELD
    assert sweep() == 0
    holds.lift(hold, because="Affaire classée", actor=dpo)
    assert sweep() == 1
    assert storage.keys_under("recordings/") == []
    trail = AuditEntry.objects.filter(verb__startswith="hold.").order_by("pk")
    assert [entry.verb for entry in trail] == ["hold.placed", "hold.lifted"]
    assert "judiciaire" not in str(list(trail.values()))


def test_hold_ends_with_its_day(scene: Scene, dpo: User) -> None:
    hold = place_on("room", scene, dpo)
    LegalHold.objects.filter(pk=hold.pk).update(until=date.today() - timedelta(days=1))  # noqa: DTZ011
    erase(scene, What.SOUND)
    assert storage.keys_under("recordings/") == []


def test_person_whose_recording_is_held_keeps_that_and_loses_the_rest(scene: Scene, dpo: User) -> None:
    hold = place_on("recording", scene, dpo)
    proof = erase_person(users=[scene.person.pk], participations=[scene.as_guest.pk], actor=dpo)
    assert proof.held == (scene.recording.pk,)
    assert Segment.objects.filter(text__contains=WORD).exists()
    scene.as_guest.refresh_from_db()
    assert scene.as_guest.display_name == "Personne effacée 1"
    assert Erasure.objects.get().state == Erasure.State.HELD
    holds.lift(hold, because="Fini", actor=dpo)
    sweep()
    assert found([WORD, NAME, VOICE]) == []
    assert Erasure.objects.get().proof["counts"]["lines"] == 2


def test_only_those_who_protect_the_institution_hold(scene: Scene, chen: User) -> None:
    give(chen, "dpo", chen.institution)
    with pytest.raises(NotAllowed):
        place_on("recording", scene, chen)
    institution = scene.recording.meeting.room.institution
    with pytest.raises(NotAllowed):
        holds.place(institution, reason="x", recording=scene.recording, actor=chen)


def test_store_that_is_away_is_waited_for(scene: Scene, settings: Any) -> None:
    behind = settings.S3_ENDPOINT_URL
    with store_before(behind) as store:
        settings.S3_ENDPOINT_URL, store.fault = store.url, "503"
        storage._client.cache_clear()
        try:
            with pytest.raises(storage.StorageUnavailable):
                erase(scene, What.SOUND)
            waiting = Erasure.objects.get()
            assert (waiting.state, waiting.failure, waiting.attempts) == ("waiting", "store-down", 1)
            assert not Tombstone.objects.exists()
            store.fault = ""
            Erasure.objects.update(next_attempt_at=scene.recording.started_at)
            assert sweep() == 1
            assert storage.keys_under("recordings/") == []
        finally:
            settings.S3_ENDPOINT_URL = behind
            storage._client.cache_clear()


@pytest.fixture
def versioned() -> Iterator[None]:
    storage.call("put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"})
    storage._versioning.asked_at = -1e9
    yield
    for folder in ("recordings/", "tombstones/", "tests/"):
        storage.erase(folder)
    storage.call("put_bucket_versioning", VersioningConfiguration={"Status": "Suspended"})
    storage._versioning.asked_at = -1e9


def test_older_versions_go_too(scene: Scene, versioned: None) -> None:
    for content in (b"first", b"second", VOICE.encode()):
        storage_uploads.put(scene.track.key, content, content_type="audio/ogg")
    storage.call("delete_object", Key=scene.other.key)  # a mark, over a version
    proof = erase(scene, What.SOUND)
    assert storage.versions_under("recordings/") == []
    counted = {one.key: one.versions for one in proof.objects}
    assert counted[scene.track.key] >= 3
    storage_uploads.put("tests/one", b"1", content_type="text/plain")
    storage_uploads.put("tests/one", b"2", content_type="text/plain")
    storage.delete("tests/one")
    assert storage.versions_under("tests/one") == []


def test_who_listens_loses_the_sound_at_once(client: Client, scene: Scene, claire: User) -> None:
    client.force_login(claire)
    page = reverse("minutes_audio", args=[scene.recording.pk, scene.other.pk])
    link = client.get(page)["Location"]
    asked = urllib.request.Request(link, headers={"Range": "bytes=0-2"})
    with urllib.request.urlopen(asked) as playing:
        assert (playing.status, playing.read()) == (206, b"cla")
    erase(scene, What.SOUND)
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(asked)
    assert refused.value.code == 404
    assert client.get(page).status_code == 404
    state = client.get(reverse("minutes_state", args=[scene.recording.pk])).json()
    assert (state["state"], state["has_sound"]) == ("done", False)


def test_tombstones_are_written_once(scene: Scene) -> None:
    erase(scene, What.SOUND)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Tombstone.objects.update(counts={})
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Tombstone.objects.all().delete()


def test_applications_are_told_what_they_must_no_longer_keep(scene: Scene, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    Application.objects.create(
        institution=scene.recording.meeting.room.institution,
        name="A",
        url="https://archives.gouv.fr/",
        events=["recording.erased"],
    )
    erase(scene, What.ALL)
    [told] = Delivery.objects.all()
    assert json.loads(told.body)["data"]["recording"] == str(scene.recording.pk)
    assert json.loads(told.body)["data"]["what"] == "all"
