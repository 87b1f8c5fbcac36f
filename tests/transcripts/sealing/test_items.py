"""Chapters and items that were accepted are sealed too; versions of before, which had none, verify as they did."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import lines_of
from transcripts import forgetting
from transcripts.models import ApprovedVersion, Item, Proposals, SealedItem, Transcription
from transcripts.sealing import actions, keys
from transcripts.sealing.canonical import canonical
from transcripts.sealing.statement import CHAINS, make_chain, write_file
from transcripts.sealing.verify import check, is_intact, read_file
from transcripts.structure import actions as structure
from transcripts.structure.actions import Written

Kind = Item.Kind


@pytest.fixture
def version(minutes: Transcription, claire: User) -> ApprovedVersion:
    """A decision of Claire's from what Bilal said, one that a machine proposed of it, and a draft."""
    lines = [line.pk for line in lines_of(minutes)]
    structure.add(minutes, Written(Kind.CHAPTER, "Budget"), lines[:1], actor=claire)
    structure.add(minutes, Written(Kind.DECISION, "Point deux."), lines[1:3], actor=claire)
    asked = Proposals.objects.create(transcription=minutes, method="extract", state="done", model="extraits/1")
    proposed = structure.propose(asked, Written(Kind.ACTION, "Bilal relit."), [lines[0], lines[2]])
    structure.accept(minutes, proposed.pk, 0, actor=claire)
    structure.propose(asked, Written(Kind.QUESTION, "Qui paie ?"), lines[:1])
    return actions.approve(minutes, actor=claire)


def content_of(version: ApprovedVersion) -> bytes:
    return write_file(version, keys.own_key().hex)


def codes(content: bytes, holds: bool | None) -> list[str]:
    return [finding.code for finding in check(read_file(content), keys.trusted_keys()) if finding.holds is holds]


def test_what_was_accepted_is_sealed_and_drafts_are_not(version: ApprovedVersion) -> None:
    assert codes(content_of(version), False) == []
    items = [json.loads(content) for content in json.loads(content_of(version))["items"]]
    assert [(item["text"], item["lines"], item["model"], item["as_generated"]) for item in items] == [
        ("Budget", [0], None, False),
        ("Bilal relit.", [0, 2], "extraits/1", True),
        ("Point deux.", [1, 2], None, False),
    ]
    assert "Point deux." not in version.statement


def test_item_that_was_tampered_with_is_named(version: ApprovedVersion) -> None:
    file = json.loads(content_of(version))
    file["items"][1] = file["items"][1].replace("relit", "paie")
    assert codes(canonical(file), False) == ["item-changed"]
    file["items"].pop()
    assert codes(canonical(file), False) == ["items-missing", "item-changed"]
    statement = json.loads(file["statement"])
    statement["items"].pop()
    file["statement"] = canonical(statement).decode()
    assert codes(canonical(file), False) == ["signature-broken", "items-changed", "item-changed"]


def test_items_go_with_the_words_that_supported_them_and_the_seal_holds(version: ApprovedVersion, held: Held) -> None:
    forgetting.forget(held.recording, held.bilal.participation)
    content = content_of(version)
    assert is_intact(check(read_file(content), keys.trusted_keys()))
    assert "items-erased" in codes(content, None)
    assert [item and json.loads(item)["text"] for item in json.loads(content)["items"]] == ["Budget", None, None]


def older(content: bytes, form: str) -> dict[str, Any]:
    """As it was sealed before names could be erased, or before there were items."""
    file = json.loads(content)
    statement = json.loads(file["statement"])
    statement["approved"]["by"] = statement["reviewers"] = "Claire Fontaine <claire@example.gouv.fr>"
    for name in {"items", "people"} - {*CHAINS[form]}:
        del statement[name], file[name]
    statement["format"] = file["format"] = form
    statement["chain"] = make_chain(statement, form)
    file["statement"] = canonical(statement).decode()
    file["signature"] = keys.sign(file["statement"].encode())
    return dict(file)


@pytest.mark.parametrize("form", ["visio-minutes/1", "visio-minutes/2"])
def test_seal_of_an_older_form_verifies_still(version: ApprovedVersion, form: str) -> None:
    file = older(content_of(version), form)
    assert codes(canonical(file), False) == []
    assert read_file(canonical(file)).approved_by == "Claire Fontaine <claire@example.gouv.fr>"
    row = ApprovedVersion(transcription=version.transcription, number=9, statement=file["statement"])
    row.digest = row.signature = row.key_id = ""
    row.approved_at = version.approved_at
    row.save()
    assert not {"items", "people"} - {*CHAINS[form]} & json.loads(content_of(row)).keys()
    file["lines"][0] = "faux"
    assert codes(canonical(file), False) == ["text-changed"]


def test_half_a_letter_in_a_line_is_a_changed_text_and_no_error_of_ours(
    client: Client, version: ApprovedVersion, claire: User
) -> None:
    file = json.loads(content_of(version))
    file["lines"][0] = "\ud800"
    assert codes(json.dumps(file).encode(), False) == ["text-changed"]


def test_page_of_the_version_shows_what_was_sealed(client: Client, version: ApprovedVersion, claire: User) -> None:
    client.force_login(claire)
    address = reverse("minutes_version", args=[version.transcription.recording_id, version.number])
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert page.index("Bilal relit.") < page.index("Point deux.")
    assert "Qui paie ?" not in page


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE transcripts_sealeditem SET content = 'faux'",
        "UPDATE transcripts_sealeditem SET digest = 'faux'",
        "DELETE FROM transcripts_sealeditem",
    ],
)
def test_sealed_items_are_never_altered(version: ApprovedVersion, sql: str) -> None:
    assert SealedItem.objects.exists()
    with pytest.raises(DatabaseError, match=r"written once|not taken back"), transaction.atomic():
        connection.cursor().execute(sql)
