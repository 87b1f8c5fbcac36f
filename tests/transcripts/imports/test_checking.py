"""What was brought is looked into before anything decodes it; then it is a recording like others, and erasable."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from meetings import erasure, storage
from meetings.models import Consent, Participation, Recording, Room, Track
from tests.fakes.tracks import CARD, ScriptedModels, sound
from tests.transcripts.imports.conftest import rule, upload
from tests.transcripts.pipeline.test_probe import make
from transcripts.imports import actions, checking
from transcripts.imports.checking import check_waiting
from transcripts.models import Import, Segment, Transcription
from transcripts.parameters import Parameters
from transcripts.pipeline.convert import to_opus
from transcripts.pipeline.names.subtitles import Cue
from transcripts.pipeline.probe import probe
from transcripts.pipeline.speech import Turn, Word
from transcripts.run import Tools, work
from transcripts.speech_settings import Speech

State = Import.State
pytestmark = pytest.mark.django_db


def test_recording_becomes_minutes_marked_as_imported(client: Client, claire: User, tmp_path: Path) -> None:
    brought = upload(claire, sound(6.0), cues=(Cue(0.0, 2.9, "Zoé Kérouac"),))
    check_waiting(tmp_path)
    brought.refresh_from_db()
    assert (brought.state, round(brought.seconds or 0)) == (State.READY, 6)
    assert list(tmp_path.iterdir()) == []
    recording = Recording.objects.get()
    assert (recording.meeting.title, recording.meeting.room.organiser) == ("Réunion d’octobre", claire)
    assert timezone.localtime(recording.started_at).date() == brought.held_on
    words = {6.0: [Word(0.5, 1.5, "Bonjour."), Word(4.0, 5.0, "Merci.")]}
    models = ScriptedModels(words, [Turn(0.0, 3.0, "A"), Turn(3.0, 6.0, "B")])
    work(Tools(lambda name: Speech(models, CARD, "demo"), tmp_path))
    lines = list(Segment.objects.order_by("index").values_list("text", "speaker_name", "assurance", "voice"))
    assert lines == [
        ("Bonjour.", "Zoé Kérouac", "imported", None),
        ("Merci.", "Enregistrement importé", "shared-microphone", 2),
    ]
    client.force_login(claire)
    page = client.get(reverse("minutes", args=[recording.pk]), headers={"accept-language": "en"}).content.decode()
    assert "Imported" in page
    assert "Named by the imported files" in page


def test_original_does_not_stay_and_what_stays_has_no_picture_and_no_tag(claire: User, tmp_path: Path) -> None:
    film = make(
        tmp_path / "film.mp4",
        *("-f", "lavfi", "-i", "testsrc=size=64x64:duration=3", "-f", "lavfi", "-i", "sine=duration=3"),
        *("-metadata", "location=+48.85+2.35/", "-metadata", "title=secret"),
    )
    brought = upload(claire, film.read_bytes(), "film.mp4")
    check_waiting(tmp_path / "scratch")
    with pytest.raises(storage.StorageUnavailable):
        storage.sha256_of(brought.key)
    kept = tmp_path / "kept"
    track = Track.objects.get()
    storage.get_to_file(track.key, kept)
    assert probe(kept).codec == "opus"
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-show_format", "-show_streams", kept], capture_output=True, text=True, check=True
    )
    assert told.stdout.count("[STREAM]") == 1
    assert "secret" not in told.stdout
    assert "48.85" not in told.stdout


def test_same_file_gives_the_same_bytes_whoever_was_killed(claire: User, tmp_path: Path) -> None:
    for _ in range(2):
        upload(claire, sound(3.0))
        check_waiting(tmp_path)
    assert len(set(Track.objects.values_list("sha256", flat=True))) == 1


HOSTILE: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "empty sound": (lambda: sound(0.0), None),
    "no recording": (lambda: b"%PDF-1.7 " + bytes(4096), None),
    "a list of other files": (lambda: b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", None),
    "concat": (lambda: b"ffconcat version 1.0\nfile '/etc/passwd'\n", None),
    "subfile": (lambda: b"subfile,,start,0,end,9999,,:/etc/passwd", None),
    "a hundredth of a second": (lambda: sound(0.01), "too-short"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_a_reason_and_deleted(claire: User, tmp_path: Path, name: str) -> None:
    make_it, code = HOSTILE[name]
    brought = upload(claire, make_it())
    check_waiting(tmp_path)
    brought.refresh_from_db()
    assert brought.state == State.REFUSED
    assert brought.failure
    assert code in {None, brought.failure}
    assert (brought.names, list(tmp_path.iterdir())) == ([], [])
    assert not Recording.objects.exists()
    with pytest.raises(storage.StorageUnavailable):
        storage.sha256_of(brought.key)
    assert AuditEntry.objects.get(verb="import.refused").details == {"code": brought.failure}


def test_film_without_sound_is_refused_with_its_reason(claire: User, tmp_path: Path) -> None:
    silent = make(tmp_path / "silent.mp4", "-f", "lavfi", "-i", "testsrc=size=64x64:duration=1")
    brought = upload(claire, silent.read_bytes())
    check_waiting(tmp_path / "scratch")
    brought.refresh_from_db()
    assert (brought.state, brought.failure) == (State.REFUSED, "no-audio")


def test_hours_of_the_institution_count_what_was_brought(claire: User, tmp_path: Path) -> None:
    rule(claire, recording_hours_per_month=1)
    upload(claire, sound(4.0))
    check_waiting(tmp_path)
    Import.objects.update(seconds=3598.0)
    brought = upload(claire, sound(4.0))
    check_waiting(tmp_path)
    brought.refresh_from_db()
    assert (brought.state, brought.failure) == (State.REFUSED, "quota")


def test_store_that_is_away_is_asked_again_later(claire: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brought = upload(claire, sound(3.0))

    def away(key: str, path: Path) -> None:
        raise storage.StorageUnavailable("get_object")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "get_to_file", away)
        check_waiting(tmp_path)
    brought.refresh_from_db()
    assert (brought.state, brought.attempts) == (State.CHECKING, 1)
    assert brought.next_try_at > timezone.now()
    Import.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    check_waiting(tmp_path)
    brought.refresh_from_db()
    assert brought.state == State.READY


def test_agent_who_may_no_longer_create_meetings_brings_none(claire: User, tmp_path: Path) -> None:
    brought = upload(claire, sound(3.0))
    rule(claire, creators="nobody")
    check_waiting(tmp_path)
    brought.refresh_from_db()
    assert brought.state == State.REFUSED
    assert not Room.objects.exists()


def test_statement_is_in_the_ledger(claire: User, tmp_path: Path) -> None:
    brought = upload(claire, sound(3.0))
    check_waiting(tmp_path)
    consent = Consent.objects.get()
    assert (consent.way, consent.text_version, consent.transcript) == ("import", actions.STATEMENT, True)
    assert (brought.statement, brought.statement_language) == (actions.STATEMENT, "fr")


def test_parameters_are_those_that_were_said(claire: User, tmp_path: Path) -> None:
    upload(claire, sound(3.0), language=None, speakers=4)
    check_waiting(tmp_path)
    parameters = Parameters.from_json(Transcription.objects.get().parameters)
    assert (parameters.language, parameters.speakers.least, parameters.speakers.most) == (None, 4, 4)
    assert parameters.hints.names == ("Zoé Kérouac",)


@pytest.mark.parametrize(("names", "most"), [((), None), (("Zoé",), None), (("Zoé", "Yann", "Xia"), 3)])
def test_names_bound_the_voices_where_they_may_be_all_of_them(
    claire: User, tmp_path: Path, names: tuple[str, ...], most: int | None
) -> None:
    upload(claire, sound(3.0), speakers=None, names=names)
    check_waiting(tmp_path)
    speakers = Parameters.from_json(Transcription.objects.get().parameters).speakers
    assert (speakers.least, speakers.most) == (None, most)


def test_a_file_that_kills_whoever_checks_it_is_not_tried_for_ever(claire: User, tmp_path: Path) -> None:
    brought = upload(claire, sound(3.0))
    Import.objects.filter(pk=brought.pk).update(attempts=checking.MOST_ATTEMPTS)  # each ended without a word
    check_waiting(tmp_path)
    brought.refresh_from_db()
    assert (brought.state, brought.failure) == (State.REFUSED, "internal")
    assert not Recording.objects.exists()


def test_erasing_takes_the_sound_the_lines_and_the_names(claire: User, tmp_path: Path) -> None:
    brought = upload(claire, sound(3.0))
    check_waiting(tmp_path)
    work(Tools(lambda name: Speech(ScriptedModels({3.0: [Word(0.5, 1.0, "Oui.")]}), CARD, "demo"), tmp_path))
    assert Segment.objects.count() == 1
    key = Track.objects.get().key
    brought.refresh_from_db()
    actions.erase(brought, actor=claire, language="fr")
    erasure.erase_all_withdrawn()
    brought.refresh_from_db()
    assert (brought.state, brought.title, brought.names, brought.cues) == (State.ERASED, "", [], [])
    assert not Segment.objects.exists()
    assert not Track.objects.exists()
    with pytest.raises(storage.StorageUnavailable):
        storage.sha256_of(key)


@pytest.mark.parametrize("when", ["uploading", "checking"])
def test_erased_meanwhile_it_becomes_nothing(
    claire: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    brought = upload(claire, sound(3.0))
    if when == "uploading":
        actions.erase(brought, actor=claire, language="fr")
        check_waiting(tmp_path)
    else:

        def slowly(source: Path, target: Path) -> None:
            actions.erase(Import.objects.get(), actor=claire, language="fr")
            to_opus(source, target)

        monkeypatch.setattr(checking, "to_opus", slowly)
        check_waiting(tmp_path)
    brought.refresh_from_db()
    assert brought.state == State.ERASED
    assert not Recording.objects.exists()
    assert not Participation.objects.exists()
    assert storage.call("list_objects_v2", Prefix=f"imports/{brought.pk}").get("KeyCount") == 0
