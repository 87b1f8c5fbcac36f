"""Papers say what is set now; the ledger is exported whole, without formulas, and in the trail."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import AuditEntry, User
from governance.models import LegalHold
from governance.papers import accessibility, settings_told
from governance.papers.dpia import dpia
from governance.papers.elimination import elimination
from governance.papers.paper import as_word
from governance.papers.register import register
from meetings.models import Application, Consent, Policy, Purpose
from tests.accounts.local_cast import give
from tests.governance.conftest import Held
from transcripts.exports.outline import Table

pytestmark = pytest.mark.django_db


def told(paper: Any) -> str:
    return "\n".join(
        "\n".join(" | ".join(row) for row in block.rows) if isinstance(block, Table) else str(block)
        for block in paper.blocks
    )


def test_register_names_the_applications_that_are_told(claire: User, settings: Any) -> None:
    assert claire.institution
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    assert "Applications averties | aucune" in told(register(claire.institution))
    Application.objects.create(
        institution=claire.institution, name="Archives", url="https://archives.gouv.fr/visio", events=["minutes.ready"]
    )
    assert "Applications averties | Archives (archives.gouv.fr) ; identifiants" in told(register(claire.institution))


def test_register_says_what_the_policy_is_now(claire: User, dora: User, settings: Any) -> None:
    settings.STAFF_CONSULTATION_REQUIRED = True
    institution = claire.institution
    assert institution
    give(dora, "dpo", institution)
    before = told(register(institution))
    assert "90 jours au plus" in before
    assert "Dora Petit (dora@example.gouv.fr)" in before
    assert "pas encore consultées" in before
    Policy.objects.create(
        institution=institution, audio_retention_days=11, readers="organisers", staff_consulted_on=date(2026, 10, 5)
    )
    Purpose.objects.create(
        institution=institution, code="audition", label_fr="Audition", label_en="Hearing", text_fr="Texte montré.",
        text_en="Shown.", legal_basis="legal-obligation", retention_days=30,
    )  # fmt: skip
    after = told(register(institution))
    assert "11 jours au plus" in after
    assert "consultées le 05/10/2026" in after
    assert "organisateurs seulement" in after
    assert "Audition (audition, version 1) | obligation légale" in after
    assert "Texte montré." in after


def test_annex_says_what_is_set_and_leaves_judgement(claire: User, settings: Any) -> None:
    assert claire.institution
    settings.MINUTES_MODEL_URL = "https://modele.example.gouv.fr/v1"
    settings.SESSION_COOKIE_AGE = 4 * 3600
    words = told(dpia(claire.institution))
    assert "modele.example.gouv.fr" in words
    assert "4 heures au plus" in words
    assert words.count(settings_told.TO_SAY) >= 6


def test_store_that_does_not_answer_is_not_said_to_encrypt(claire: User, settings: Any, monkeypatch: Any) -> None:
    from meetings import storage

    def away(*_: Any) -> None:
        raise storage.StorageUnavailable("get_bucket_encryption")

    monkeypatch.setattr(storage, "setting", away)
    assert claire.institution
    assert "le stockage n’a pas répondu" in told(dpia(claire.institution))


def test_paper_for_word_holds_the_same_tables(claire: User) -> None:
    assert claire.institution
    paper = register(claire.institution)
    word = docx.Document(io.BytesIO(as_word(paper)))
    assert as_word(paper) == as_word(paper)
    assert len(word.tables) == sum(isinstance(block, Table) for block in paper.blocks)
    assert word.core_properties.language == "fr-FR"


def test_papers_are_downloaded_by_their_officer(client: Client, officer: User) -> None:
    for paper in ("registre", "aipd"):
        place = reverse("dpo_paper", args=[officer.institution_id, paper])
        assert "<table" in client.get(place).content.decode()
        answer = client.get(place, {"docx": ""})
        assert "wordprocessingml" in answer.headers["content-type"]
    assert AuditEntry.objects.filter(verb="paper.downloaded").count() == 2
    assert client.get(reverse("dpo_paper", args=[officer.institution_id, "autre"])).status_code == 404


def test_ledger_is_whole_without_formulas_and_in_the_trail(client: Client, officer: User, held: Held) -> None:
    guest = held.people["guest"]
    guest.display_name = '=HYPERLINK("http://x")'
    guest.save()
    place = reverse("dpo_ledger", args=[officer.institution_id, "csv"])
    body = b"".join(client.get(place).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body)))
    assert len(rows) == Consent.objects.count() == 3
    assert {row["name"] for row in rows} == {"Claire Fontaine", "Bilal Mercier", '\'=HYPERLINK("http://x")'}
    assert AuditEntry.objects.get(verb="consents.exported").details["rows"] == 3
    lines = b"".join(client.get(reverse("dpo_ledger", args=[officer.institution_id, "jsonl"])).streaming_content)  # type: ignore[attr-defined]
    told = [json.loads(line) for line in lines.splitlines()]
    assert [row["choice"] for row in told] == ["accepted"] * 3
    assert told[2]["name"] == guest.display_name


def test_ledger_of_a_period_and_of_elsewhere(client: Client, officer: User, held: Held, chen: User) -> None:
    place = reverse("dpo_ledger", args=[officer.institution_id, "jsonl"])
    asked = {"since": "2001-01-01", "until": "2001-12-31"}
    assert b"".join(client.get(place, asked).streaming_content) == b""  # type: ignore[attr-defined]
    assert client.get(reverse("dpo_ledger", args=[chen.institution_id, "csv"])).status_code == 404


def test_statement_claims_no_audit(client: Client, monkeypatch: Any, tmp_path: Any) -> None:
    """Whatever the report of the tool says."""
    monkeypatch.setattr(accessibility, "REPORT", tmp_path / "none.json")
    page = client.get(reverse("accessibility")).content.decode()
    assert "non conforme" in page
    assert "axe-core" not in page
    report = tmp_path / "some.json"
    report.write_text('{"tool": "axe-core", "version": "4.10.3", "on": "2026-11-30", "pages": 12, "violations": 0}')
    monkeypatch.setattr(accessibility, "REPORT", report)
    page = client.get(reverse("accessibility")).content.decode()
    assert "non conforme" in page
    assert "axe-core 4.10.3" in page
    assert "30 novembre 2026" in page
    assert "Aucun audit" in page


def test_slip_says_what_goes_in_the_period_and_what_a_hold_keeps(client: Client, officer: User, held: Held) -> None:
    """The meeting was on 19 November 2026: its sound goes after ninety days, its transcript after a year."""
    institution = officer.institution
    assert institution
    day = localdate(held.meeting.ended_at) + timedelta(days=90)
    slip = told(elimination(institution, day, day))
    assert "Enregistrements sonores et visuels de réunions | 19/11/2026 – 19/11/2026 | 1 réunion" in slip
    assert "Transcriptions" not in slip
    assert "Aucune élimination" in told(elimination(institution, day + timedelta(days=1), day + timedelta(days=2)))
    year = localdate(held.meeting.ended_at) + timedelta(days=365)
    assert "Comptes rendus de réunions" in told(elimination(institution, year, year))
    LegalHold.objects.create(institution=institution, reason="Contentieux.", recording=held.recording)
    assert "1 sous gel, non éliminés" in told(elimination(institution, day, day))
    place = reverse("dpo_slip", args=[institution.pk])
    asked = {"since": day.isoformat(), "until": day.isoformat()}
    page = client.get(place, asked).content.decode()
    assert "Enregistrements sonores" in page
    assert not any(name in page for name in ("Comité de pilotage", "Bilal"))
    assert "wordprocessingml" in client.get(place, {**asked, "docx": ""}).headers["content-type"]
