"""Who takes their agreement back leaves the record: rows, objects, lines, search, and work that is under way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import AuditEntry, User
from meetings import erasure, storage, storage_uploads
from meetings.models import Consent, Track, UnrecordedSpeech
from meetings.recordings import manifest
from tests.cast import hold_join, make_consent, make_minutes
from tests.fakes.tracks import ScriptedModels, make_tools
from tests.transcripts.conftest import Held
from transcripts import jobs, steps
from transcripts.actions import request_transcription
from transcripts.errors import LeaseLost
from transcripts.exports import export
from transcripts.exports.compose import compose
from transcripts.exports.document import Shows
from transcripts.lines import attribute
from transcripts.minutes import read_minutes
from transcripts.models import Segment, Step, Transcription
from transcripts.pipeline.speech import Utterance, Word
from transcripts.run import work
from transcripts.search import read_question, search_minutes
from transcripts.turns import claim

State = Transcription.State


def page(held: Held) -> str:
    return reverse("my_agreement", args=[held.recording.pk])


def said(held: Held) -> Transcription:
    return make_minutes(held.recording, [(held.claire, 2.0, "Bonjour."), (held.bilal, 5.0, "Le budget est voté.")])


@pytest.fixture
def stored(held: Held) -> Held:
    """Objects and manifest too."""
    for track in (held.claire, held.bilal):
        storage_uploads.put(track.key, b"sound", content_type="audio/ogg")
    held.recording.manifest_key = f"recordings/{held.recording.pk}/manifest.json"
    held.recording.save()
    described = json.dumps(manifest.describe(held.recording)).encode()
    storage_uploads.put(held.recording.manifest_key, described, content_type="application/json")
    return held


def test_everything_of_a_person_goes_and_the_trail_says_so(
    client: Client, stored: Held, bilal: User, claire: User, django_capture_on_commit_callbacks: Any
) -> None:
    said(stored)
    client.force_login(bilal)
    client.post(page(stored), {"what": "all", "sure": "on"})
    assert not Segment.objects.filter(participation=stored.bilal.participation).exists()
    client.force_login(claire)
    assert client.get(reverse("minutes_audio", args=[stored.recording.pk, stored.bilal.pk])).status_code == 404
    erasure.erase_all_withdrawn()
    assert list(Track.objects.all()) == [stored.claire]
    with pytest.raises(storage.StorageUnavailable):
        storage.get_range(stored.bilal.key, 0, 10)
    assert storage.get_range(stored.claire.key, 0, 10) == b"sound"
    described = storage.get_range(stored.recording.manifest_key, 0, 100_000).decode()
    assert str(stored.claire.pk) in described
    assert str(stored.bilal.participation_id) not in described
    assert search_minutes(claire, read_question("budget")).count == 0
    assert "budget" not in client.get(reverse("minutes", args=[stored.recording.pk])).content.decode()
    newest = Consent.objects.latest("pk")
    assert (newest.choice, newest.way, newest.language) == ("declined", "page", "fr")
    trail = dict(AuditEntry.objects.values_list("verb", "details"))
    assert trail["recording.tracks-erased"] == {"tracks": 1}
    assert trail["minutes.lines-erased"] == {"lines": 1}
    assert "consent.declined" in trail


def test_words_alone_may_be_taken_back(client: Client, stored: Held, bilal: User) -> None:
    said(stored)
    client.force_login(bilal)
    client.post(page(stored), {"what": "words", "sure": "on"})
    erasure.erase_all_withdrawn()
    assert [line.text for line in Segment.objects.all()] == ["Bonjour."]
    assert Track.objects.count() == 2


@pytest.mark.parametrize("given", [{}, {"what": "all"}, {"sure": "on"}, {"what": "others", "sure": "on"}])
def test_nothing_goes_without_a_confirmation(client: Client, held: Held, bilal: User, given: dict[str, str]) -> None:
    said(held)
    client.force_login(bilal)
    assert client.post(page(held), given).status_code == 200
    assert Segment.objects.count() == 2
    assert Consent.objects.filter(choice="declined", participation=held.bilal.participation).count() == 0


def test_guest_takes_back_by_the_session_in_which_they_came(client: Client, held: Held) -> None:
    make_consent(held.guest, held.recording, "accepted")
    session = client.session
    session["guest_key"] = held.guest.guest_key
    session.save()
    client.post(page(held), {"what": "all", "sure": "on"})
    assert held.recording.current_choices()[held.guest.pk] == "declined"


def test_organiser_who_was_not_there_has_no_such_page(client: Client, held: Held, chen: User) -> None:
    client.force_login(chen)
    assert client.get(page(held)).status_code == 404


def lines_of(held: Held) -> list[Any]:
    heard = [
        Utterance(start, start + 2.0, str(track.pk), text, (Word(start, start + 2.0, text),))
        for track, start, text in ((held.claire, 2.0, "Bonjour."), (held.bilal, 5.0, "Budget."))
    ]
    return attribute(heard, list(held.recording.tracks.select_related("participation")))


def test_work_under_way_begins_again_without_them(held: Held, bilal: User, tmp_path: Path) -> None:
    transcription = request_transcription(held.recording, actor="system")
    of_claire, of_bilal = (claim(job=transcription.pk) for _ in range(2))
    assert of_claire
    assert of_bilal
    assert of_bilal.track_id == held.bilal.pk
    steps.finish_plan(of_bilal, "key", {"words": ["Budget."]}, [1.0, 1.0])
    erasure.take_back(held.recording, held.bilal.participation, language="fr")
    transcription.refresh_from_db()
    assert jobs.held(of_claire).exists()
    assert [step.track_id for step in transcription.steps.all()] == [held.claire.pk]
    steps.give_back(of_claire, "internal")
    Step.objects.update(not_before=None)
    models = ScriptedModels({3.0: [Word(0.2, 0.6, "Bonjour.")]})
    work(make_tools(models, held.recording, tmp_path))
    assert models.heard == [3.0]
    assert [line.text for line in Segment.objects.all()] == ["Bonjour."]


def test_minutes_that_are_being_joined_are_joined_again_without_them(held: Held, bilal: User) -> None:
    transcription = request_transcription(held.recording, actor="system")
    lease = hold_join(transcription)
    erasure.take_back(held.recording, held.bilal.participation, language="fr")
    with pytest.raises(LeaseLost):
        steps.store_minutes(lease, lines_of(held))
    assert [(step.kind, step.state) for step in transcription.steps.all()] == [("join", "waiting")]


def test_lines_that_come_after_an_answer_are_not_stored(held: Held) -> None:
    """The answer may come by the room's socket, between two collections: nothing tells the worker."""
    transcription = request_transcription(held.recording, actor="system")
    lease = hold_join(transcription)
    make_consent(held.bilal.participation, held.recording, "declined")
    steps.store_minutes(lease, lines_of(held))
    assert [line.text for line in Segment.objects.all()] == ["Bonjour."]


def test_voice_kept_without_words_is_not_listened_to(held: Held, tmp_path: Path) -> None:
    Consent.objects.create(
        recording=held.recording, participation=held.bilal.participation, choice="accepted", transcript=False
    )
    request_transcription(held.recording, actor="system")
    models = ScriptedModels({3.0: [Word(0.2, 0.6, "Bonjour.")]})
    work(make_tools(models, held.recording, tmp_path))
    assert models.heard == [3.0]


def test_speech_off_the_record_is_a_nameless_line_of_the_page_and_of_each_export(
    client: Client, held: Held, claire: User
) -> None:
    translation.activate("en")
    transcription = said(held)
    UnrecordedSpeech.objects.create(recording=held.recording, start=3.0, end=4.5)
    client.force_login(claire)
    html = client.get(reverse("minutes", args=[held.recording.pk])).content.decode()
    assert html.count("data-unrecorded") == 1
    minutes = read_minutes(transcription)
    assert [line.text for line in minutes.lines][1] == "[intervention non enregistrée]"
    document = compose(transcription, Shows())
    assert "[00:03] [intervention non enregistrée]\n" in export(document, "txt").decode()
    assert "00:00:03.000 --> 00:00:04.500\n[intervention non enregistrée]" in export(document, "vtt").decode()
    assert export(document, "docx")
    assert held.guest.display_name not in html.split("data-lines")[1]
