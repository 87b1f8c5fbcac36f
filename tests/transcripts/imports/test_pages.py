"""The pages of imports, without a browser: what is asked, what is refused, who sees what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from meetings import storage, storage_parts
from tests.transcripts.imports.conftest import describe, rule, send
from transcripts.imports import parts
from transcripts.models import Import

pytestmark = pytest.mark.django_db
PAGE = "/enregistrements/importer/"
SAID = {"title": "Comité", "held_on": "2026-10-05", "language": "fr", "statement": "on"}
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nZoé Kérouac: Bonjour à tous.\n"
CSV = "Name,First join\nZoé Kérouac,10/5/2026\nAli Ba,10/5/2026\n"


def ask(client: Client, door: str, brought: Import, *extra: int, **body: Any) -> Any:
    address = reverse(door, args=[brought.pk, *extra])
    return client.post(address, json.dumps(body), content_type="application/json")


def test_recording_is_described_with_the_files_of_other_products(client: Client, claire: User) -> None:
    client.force_login(claire)
    files = {
        "subtitles": SimpleUploadedFile("a.vtt", VTT.encode()),
        "attendance": SimpleUploadedFile("a.csv", CSV.encode()),
    }
    answer = client.post(PAGE, {**SAID, "names": "Claire Fontaine\n\nZoé Kérouac\n", "speakers": "3", **files})
    brought = Import.objects.get()
    assert answer.headers["location"] == reverse("import", args=[brought.pk])
    assert brought.names == ["Claire Fontaine", "Zoé Kérouac", "Ali Ba"]
    assert brought.cues == [[1.0, 3.0, "Zoé Kérouac"]]
    assert (brought.user, brought.institution, brought.speakers) == (claire, claire.institution, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"statement": ""},
        {"title": ""},
        {"held_on": "2999-01-01"},
        {"held_on": "yesterday"},
        {"speakers": "-1"},
        {"subtitles": SimpleUploadedFile("a.vtt", b"\x00\x01\x02")},
        {"attendance": SimpleUploadedFile("a.csv", b"nothing")},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_not_understood_is_said_and_nothing_is_kept(client: Client, claire: User, wrong: Any) -> None:
    client.force_login(claire)
    answer = client.post(PAGE, {**SAID, **wrong})
    assert answer.status_code == 200
    assert b"fr-error-text" in answer.content or b"fr-message--error" in answer.content
    assert not Import.objects.exists()


def test_institution_that_forbids_them_offers_no_form(client: Client, claire: User) -> None:
    rule(claire, recording="never")
    client.force_login(claire)
    page = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "Your institution does not allow recordings with minutes." in page
    assert 'data-action="describe-import"' not in page
    assert client.post(PAGE, SAID).status_code == 200
    assert not Import.objects.exists()


def test_browser_is_given_addresses_of_the_parts_that_are_missing(client: Client, claire: User) -> None:
    client.force_login(claire)
    brought = describe(claire)
    page = client.get(reverse("import", args=[brought.pk]))
    policy = page.headers["content-security-policy"]
    assert settings.S3_ORIGIN in policy.split("connect-src", 1)[1].split(";")[0]
    assert ask(client, "import_file", brought, name="a.wav", size=8).json() == {"parts": [], "count": 1}
    address = ask(client, "import_part", brought, 1).json()["address"]
    send(address, b"12345678")
    assert ask(client, "import_file", brought, name="a.wav", size=8).json() == {"parts": [1], "count": 1}
    assert ask(client, "import_finish", brought).json() == {"state": "checking"}
    told = client.get(reverse("import_state", args=[brought.pk])).json()
    assert told == {"state": "checking", "minutes": ""}
    assert ask(client, "import_file", brought, name="a.wav", size=8).json()["error"] == "elsewhere"
    storage.delete(brought.key)


@pytest.mark.parametrize("body", ["", "[]", '{"name": "a"}', '{"name": "a", "size": "x"}', '{"name": 1, "size": []}'])
def test_nonsense_is_a_bad_request(client: Client, claire: User, body: str) -> None:
    client.force_login(claire)
    address = reverse("import_file", args=[describe(claire).pk])
    assert client.post(address, body, content_type="application/json").status_code == 400


def test_parts_come_after_the_file_and_within_it(client: Client, claire: User) -> None:
    client.force_login(claire)
    brought = describe(claire)
    assert ask(client, "import_part", brought, 1).status_code == 404
    assert ask(client, "import_finish", brought).json()["error"] == "parts-missing"
    ask(client, "import_file", brought, name="a.wav", size=parts.PART_BYTES + 1)
    assert [ask(client, "import_part", brought, number).status_code for number in (0, 1, 2, 3)] == [404, 200, 200, 404]
    assert ask(client, "import_finish", brought).json()["error"] == "parts-missing"


def test_store_that_is_away_is_told_in_words(client: Client, claire: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> str:
        raise storage.StorageUnavailable("create")

    monkeypatch.setattr(storage_parts, "begin", away)
    client.force_login(claire)
    answer = ask(client, "import_file", describe(claire), name="a.wav", size=8)
    assert (answer.status_code, answer.json()["error"]) == (503, "store-down")


def test_colleague_sees_nothing_of_it(client: Client, claire: User, bilal: User) -> None:
    brought = describe(claire)
    client.force_login(bilal)
    assert "octobre" not in client.get(PAGE).content.decode()
    for name in ("import", "import_state"):
        assert client.get(reverse(name, args=[brought.pk])).status_code == 404
    for name in ("import_file", "import_finish", "import_erase"):
        assert ask(client, name, brought).status_code == 404


def test_refused_recording_says_why_and_leaves_the_list(client: Client, claire: User) -> None:
    brought = describe(claire)
    Import.objects.update(state="refused", failure="no-audio")
    client.force_login(claire)
    page = client.get(reverse("import", args=[brought.pk]), headers={"accept-language": "en"}).content.decode()
    assert "There is no sound in this file." in page
    assert client.post(reverse("import_erase", args=[brought.pk])).headers["location"] == PAGE
    assert client.get(reverse("import", args=[brought.pk])).status_code == 404


def test_visitor_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
