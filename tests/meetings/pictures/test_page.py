"""The page of a recording: who sees what, what is told where there is nothing, what is noted."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from zipfile import ZipFile

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from meetings import erasure, storage
from meetings.erasure import Only
from meetings.models import Composition, Recording, Track, UnrecordedSpeech
from meetings.pictures import actions, levels
from tests.cast import make_agent, make_meeting, make_participation, make_recording, make_room
from tests.meetings.pictures.conftest import Seeded

pytestmark = pytest.mark.django_db
State = Composition.State


def page_of(client: Client, who: User, recording: Recording, query: str = "") -> str:
    client.force_login(who)
    answer = client.get(reverse("recording", args=[recording.pk]) + query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def deck_in(page: str) -> Any:
    found = re.search(r'<script id="recording-deck" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def sent(answer: Any) -> bytes:
    async def read() -> bytes:
        return b"".join([piece async for piece in answer])

    return async_to_sync(read)()


def done(seeded: Seeded, layout: str = "speaker") -> Composition:
    tracks = [str(pk) for pk in Track.objects.values_list("pk", flat=True)]
    return Composition.objects.create(
        recording=seeded.recording, layout=layout, state=State.DONE, key=f"v/{layout}.mp4", made_of=tracks
    )


def test_voices_are_there_without_a_video_and_each_has_its_turns(client: Client, seeded: Seeded) -> None:
    levels.measure_waiting()
    page = page_of(client, seeded.bilal, seeded.recording)
    deck = deck_in(page)
    assert [sound["lane"] for sound in deck["sounds"]] == [0, 1, 2]
    assert [[round(second) for second in turn] for turn in deck["turns"]] == [[0, 4], [4, 8], [5, 6]]
    assert page.count('class="lane__turn"') == 3
    assert "<video" not in page
    assert 'name="layout"' not in page  # Bilal does not organise


def test_speech_off_the_record_has_times_and_no_name(client: Client, seeded: Seeded) -> None:
    UnrecordedSpeech.objects.create(recording=seeded.recording, start=2.0, end=6.0)
    page = page_of(client, seeded.claire, seeded.recording)
    assert "lane--off" in page
    assert "spoke for 0:04" in page


def test_newest_video_is_shown_and_another_one_or_the_voices_may_be_chosen(client: Client, seeded: Seeded) -> None:
    speaker, grid = done(seeded), done(seeded, "grid")
    Composition.objects.filter(pk=speaker.pk).update(finished_at="2026-11-20T10:00:00Z")
    Composition.objects.filter(pk=grid.pk).update(finished_at="2026-11-21T10:00:00Z")
    for query, shown in {"": grid, f"?video={speaker.pk}": speaker, "?video=rubbish": grid}.items():
        page = page_of(client, seeded.bilal, seeded.recording, query)
        assert f'src="{reverse("recording_video", args=[seeded.recording.pk, shown.pk])}"' in page
    assert "data-video\n" not in page_of(client, seeded.bilal, seeded.recording, "?video=voix")


def test_opening_and_downloading_are_short_links_and_noted(client: Client, seeded: Seeded) -> None:
    video = done(seeded)
    client.force_login(seeded.claire)
    places = {
        "composition.opened": reverse("recording_video", args=[seeded.recording.pk, video.pk]),
        "composition.downloaded": reverse("download_video", args=[seeded.recording.pk, video.pk]),
        "recording.audio-opened": reverse(
            "recording_sound", args=[seeded.recording.pk, Track.objects.filter(kind="microphone")[0].pk]
        ),
    }
    for verb, place in places.items():
        answer = client.get(place)
        assert answer.status_code == 302
        assert re.search(r"(Expires=300|Expires=\d+)", answer.headers["location"])
        assert AuditEntry.objects.get(verb=verb).actor == seeded.claire


def test_participant_watches_and_only_organisers_take_away(client: Client, seeded: Seeded) -> None:
    video = done(seeded)
    client.force_login(seeded.bilal)
    assert client.get(reverse("recording_video", args=[seeded.recording.pk, video.pk])).status_code == 302
    for name, arguments in {"download_video": [video.pk], "recording_tracks": []}.items():
        assert client.get(reverse(name, args=[seeded.recording.pk, *arguments])).status_code == 403
    asked = {"layout": "grid", "container": "mp4"}
    assert client.post(reverse("compose_video", args=[seeded.recording.pk]), asked).status_code == 403
    assert client.post(reverse("cancel_video", args=[seeded.recording.pk, video.pk])).status_code == 403
    assert not AuditEntry.objects.filter(verb__endswith="downloaded").exists()


def test_tracks_come_as_one_archive_with_their_manifest(client: Client, seeded: Seeded) -> None:
    erasure.take_back(seeded.recording, seeded.people["anne"], only=Only.ALL, language="fr")  # not erased yet
    client.force_login(seeded.claire)
    answer = client.get(reverse("recording_tracks", args=[seeded.recording.pk]))
    with ZipFile(io.BytesIO(sent(answer))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert [name.rpartition(".")[2] for name in names] == ["opus", "opus", "webm", "webm", "json"]
        manifest = json.loads(archive.read("manifest.json"))
        first = Track.objects.filter(kind="microphone", participation=seeded.people["claire"]).get()
        [of_claire] = [name for name in names if "Claire" in name and name.endswith(".opus")]
        assert archive.read(of_claire) == storage.get_range(first.key, 0, first.size_bytes - 1)
    assert not [name for name in names if "Anne" in name]
    assert manifest["format"]
    assert AuditEntry.objects.get(verb="recording.tracks-downloaded").actor == seeded.claire


def test_video_is_asked_for_cancelled_and_tried_again(client: Client, seeded: Seeded) -> None:
    client.force_login(seeded.claire)
    place = reverse("compose_video", args=[seeded.recording.pk])
    for wrong in ({}, {"layout": "circle", "container": "mp4"}, {"layout": "grid", "container": "avi"}):
        assert client.post(place, wrong).status_code == 302
    assert not Composition.objects.exists()
    client.post(place, {"layout": "grid", "container": "webm"})
    video = Composition.objects.get()
    page = page_of(client, seeded.claire, seeded.recording)
    assert f'data-video-id="{video.pk}" data-video-state="queued"' in page
    state = client.get(reverse("recording_state", args=[seeded.recording.pk])).json()
    assert state == {"status": "ready", "videos": [{"id": str(video.pk), "state": "queued", "progress": 0.0}]}
    Composition.objects.update(state=State.FAILED, failure="unreadable")
    page = page_of(client, seeded.claire, seeded.recording)
    assert "a track can’t be read" in page
    assert 'data-action="retry-video"' in page
    client.post(place, {"layout": "grid", "container": "webm"})
    client.post(reverse("cancel_video", args=[seeded.recording.pk, video.pk]))
    video.refresh_from_db()
    assert video.state == State.CANCELLED
    assert "data-video-id" not in page_of(client, seeded.claire, seeded.recording)


def test_who_took_their_agreement_back_is_neither_heard_nor_in_a_video(client: Client, seeded: Seeded) -> None:
    video = done(seeded)
    sound = Track.objects.get(kind="microphone", participation=seeded.people["bilal"])
    erasure.take_back(seeded.recording, seeded.people["bilal"], only=Only.ALL, language="fr")
    page = page_of(client, seeded.claire, seeded.recording)
    assert str(sound.pk) not in page
    assert len(deck_in(page)["sounds"]) == 2
    assert "data-video\n" not in page
    for name, gone in {"recording_sound": sound, "recording_video": video, "download_video": video}.items():
        assert client.get(reverse(name, args=[seeded.recording.pk, gone.pk])).status_code == 404


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (Recording.Status.ACTIVE, "The meeting is being recorded"),
        (Recording.Status.STOPPING, "The recording is being stored"),
        (Recording.Status.FAILED, "This recording could not be kept"),
        (Recording.Status.READY, "Nothing to listen to"),
    ],
)
def test_page_tells_why_there_is_nothing(client: Client, status: str, told: str) -> None:
    claire = make_agent("claire")
    meeting = make_meeting(make_room(claire))
    make_participation(meeting, claire)
    page = page_of(client, claire, make_recording(meeting, status=status))
    assert told in page
    assert "data-deck" not in page
    assert 'name="layout"' not in page


def test_whose_session_has_ended_may_sign_in_and_come_back(client: Client, seeded: Seeded) -> None:
    place = reverse("recording", args=[seeded.recording.pk])
    answer = client.get(place)
    assert answer.status_code == 404
    assert f"?next={place}" in answer.content.decode()


def test_minutes_and_past_meetings_lead_to_the_recording(client: Client, seeded: Seeded) -> None:
    client.force_login(make_agent("claire"))
    place = reverse("recording", args=[seeded.recording.pk])
    assert place in client.get(reverse("minutes", args=[seeded.recording.pk])).content.decode()
    assert place in client.get(reverse("meetings") + "?onglet=passees").content.decode()
    assert actions.watchable(seeded.recording) == []
