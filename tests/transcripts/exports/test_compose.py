"""What is in the rows is what is in the files."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from tests.cast import make_agent, make_minutes
from tests.transcripts.conftest import Held
from transcripts.exports import FORMATS, export
from transcripts.exports.compose import compose
from transcripts.exports.document import ItemKind, Shows
from transcripts.models import ApprovedVersion, Item, Proposals, Transcription
from transcripts.sealing import keys
from transcripts.sealing.actions import approve
from transcripts.sealing.verify import check, is_intact, read_file
from transcripts.structure import actions as structure
from transcripts.structure.actions import Written


@pytest.fixture
def minutes(held: Held) -> Transcription:
    return make_minutes(held.recording, [(held.bilal, 65.5, "Le budget est voté.")])


def test_stored_minutes_are_exported_as_they_are_shown(minutes: Transcription) -> None:
    text = export(compose(minutes, Shows()), "txt").decode()
    assert "[01:05] Bilal Mercier (Identité vérifiée)\u00a0: Le budget est voté." in text
    assert "Paul Invité" not in text


@pytest.mark.parametrize("file_format", FORMATS)
def test_each_format_is_downloaded_under_its_name_and_leaves_a_row(
    client: Client, minutes: Transcription, file_format: str
) -> None:
    client.force_login(make_agent("bilal"))
    answer = client.get(reverse("minutes_download", args=[minutes.recording_id, file_format]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'comite-de-suivi.{file_format}"')
    assert answer["Content-Type"] == FORMATS[file_format].content_type
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.get(verb="minutes.downloaded").details == {"format": file_format}


def test_reader_chooses_what_is_shown(client: Client, minutes: Transcription) -> None:
    client.force_login(make_agent("bilal"))
    address = reverse("minutes_download", args=[minutes.recording_id, "txt"])
    whole, bare, timed = (
        client.get(address, query).content.decode() for query in ({}, {"choix": "1"}, {"choix": "1", "heures": "on"})
    )
    assert "[01:05] Bilal Mercier" in whole
    assert "Bilal Mercier (Identité vérifiée)\u00a0:" not in bare + timed
    assert "\nLe budget est voté.\n" in bare
    assert "\n[01:05] Le budget est voté.\n" in timed


def test_archive_of_approved_minutes_holds_a_seal_that_verifies(
    client: Client, minutes: Transcription, claire: User
) -> None:
    approve(minutes, actor=claire)
    client.force_login(claire)
    content = client.get(reverse("minutes_download", args=[minutes.recording_id, "zip"])).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sealed = read_file(archive.read("sceau-v1.json"))
        data = json.loads(archive.read("compte-rendu.json"))
    assert is_intact(check(sealed, keys.trusted_keys()))
    assert data["production"]["approval"]["sha256"] == ApprovedVersion.objects.get().digest
    assert data["production"]["stage"] == "approved"


def test_chapters_and_items_are_those_that_somebody_accepted(minutes: Transcription, claire: User) -> None:
    line = minutes.segments.get().pk
    structure.add(minutes, Written(Item.Kind.CHAPTER, "Budget"), [line], actor=claire)
    structure.add(minutes, Written(Item.Kind.ACTION, "Écrire la note", "Bilal Mercier"), [line], actor=claire)
    proposals = Proposals.objects.create(transcription=minutes, method="extract", asked_by=claire, model="lexrank")
    structure.propose(proposals, Written(Item.Kind.DECISION, "Le budget est voté."), [line])
    asked, drafted = (compose(minutes, shows) for shows in (Shows(), Shows(drafts=True)))
    [chapter] = asked.chapters
    assert (chapter.title, [one.start for one in chapter.lines]) == ("Budget", [65.5])
    [action] = asked.items
    assert (action.text, action.owner, action.at, action.validated) == (
        "Écrire la note",
        "Bilal Mercier",
        (65.5,),
        True,
    )
    assert [(one.text, one.validated, one.generated) for one in drafted.of_kind(ItemKind.DECISION)] == [
        ("Le budget est voté.", False, True)
    ]
