"""An erasure asked of an officer: preview, confirmation, proof; and nothing of other institutions."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from governance import erasure
from governance.models import LegalHold, PersonExport, PersonRequest
from governance.requests import actions, erasing, letters, subjects
from governance.requests.errors import RequestRefused
from governance.requests.export import jobs
from governance.requests.words import conflict
from meetings import storage, storage_uploads
from tests.cast import make_meeting, make_participation, make_room
from tests.governance.conftest import SAID, VOICES, Held, ask
from transcripts.models import Segment

pytestmark = pytest.mark.django_db


def of(person: User, held: Held, officer: User) -> PersonRequest:
    row = ask(person, "erasure", actor=officer)
    actions.check_identity(row.pk, "address", actor=officer)
    subjects.choose(row.pk, [person.pk], [], [], actor=officer)
    for name, track in held.tracks.items():
        storage_uploads.put(track.key, VOICES[name], content_type="audio/ogg")
    return row


def test_from_the_preview_to_the_proof(client: Client, officer: User, held: Held, bilal: User) -> None:
    row = of(bilal, held, officer)
    export = jobs.ask(row.pk, actor=officer)
    jobs.make_waiting()
    place = reverse("dpo_erase", args=[row.pk])
    preview = client.get(place).content.decode()
    assert "Bilal Mercier" in preview
    assert client.post(place, {"typed": "2026-9999"}).status_code == 200
    assert PersonRequest.objects.get().erasure is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda act, **_: act())
        assert client.post(place, {"typed": row.reference}).status_code == 302
    row.refresh_from_db()
    assert row.erasure
    assert client.get(reverse("dpo_proof", args=[row.pk])).status_code == 404
    erasure.run(row.erasure)
    row.refresh_from_db()
    assert not Segment.objects.filter(text__in=SAID["bilal"]).exists()
    assert Segment.objects.filter(text__in=SAID["claire"]).count() == 2
    with pytest.raises(storage.StorageUnavailable):
        b"".join(storage.chunks(held.tracks["bilal"].key))
    export.refresh_from_db()
    assert export.state == PersonExport.State.ERASED
    with pytest.raises(storage.StorageUnavailable):
        b"".join(storage.chunks(export.key))
    page = client.get(reverse("dpo_proof", args=[row.pk])).content.decode()
    kept = json.loads(client.get(reverse("dpo_proof", args=[row.pk]), {"json": ""}).content)
    assert held.tracks["bilal"].sha256 in page
    assert kept["sha256"] in page
    assert "Mercier" not in json.dumps(kept)
    assert kept["sha256"] in letters.draft(row, refused=False, signed_by="Dora Petit").body


def test_account_stays_unless_it_is_asked_for(held: Held, bilal: User, dora: User) -> None:
    row = of(bilal, held, dora)
    erasing.erase(row.pk, with_account=False, actor=dora)
    row.refresh_from_db()
    assert row.erasure
    erasure.run(row.erasure)
    bilal.refresh_from_db()
    assert bilal.email == "bilal@example.gouv.fr"
    with pytest.raises(RequestRefused) as refused:
        erasing.erase(row.pk, with_account=True, actor=dora)
    assert refused.value.code in {"erased", "nobody"}


def test_meetings_of_elsewhere_are_not_this_officers_to_erase(held: Held, bilal: User, chen: User, dora: User) -> None:
    there = make_participation(make_meeting(make_room(chen, "Au CNRS")), bilal)
    row = of(bilal, held, dora)
    planned = erasing.plan(subjects.subject_of(row))
    assert (planned.elsewhere, planned.accounts) == (1, frozenset())
    with pytest.raises(RequestRefused):
        erasing.erase(row.pk, with_account=True, actor=dora)
    erasing.erase(row.pk, with_account=False, actor=dora)
    row.refresh_from_db()
    assert row.erasure
    erasure.run(row.erasure)
    there.refresh_from_db()
    assert there.display_name == "Bilal Mercier"
    assert not Segment.objects.filter(text__in=SAID["bilal"]).exists()


def test_hold_is_told_in_the_preview(client: Client, officer: User, held: Held, bilal: User) -> None:
    assert bilal.institution
    LegalHold.objects.create(institution=bilal.institution, reason="Contentieux.", recording=held.recording)
    row = of(bilal, held, officer)
    page = client.get(reverse("dpo_erase", args=[row.pk])).content.decode()
    assert conflict("held") in page
    assert erasing.plan(subjects.subject_of(row)).preview(with_account=False).counts.get("lines", 0) == 0


def test_nothing_is_erased_before_the_identity_is_known(held: Held, bilal: User, dora: User) -> None:
    row = ask(bilal, "erasure", actor=dora)
    subjects.choose(row.pk, [bilal.pk], [], [], actor=dora)
    with pytest.raises(RequestRefused):
        erasing.erase(row.pk, with_account=False, actor=dora)
    assert PersonRequest.objects.get().erasure is None
