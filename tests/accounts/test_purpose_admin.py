"""Purposes in the administration: each institution its own, and a text that was changed is a new version."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Institution, User
from meetings.models import Purpose
from tests.accounts.local_cast import give, make_local, with_second_factor

pytestmark = pytest.mark.django_db

TEXTS: dict[str, Any] = {
    "label_fr": "Jury",
    "label_en": "Jury",
    "text_fr": "Le son est enregistré pour le jury.",
    "text_en": "The sound is recorded for the jury.",
    "legal_basis": "public-task",
    "transcript": "on",
    "retention_days": 30,
    "is_active": "on",
}
ADD = "admin:meetings_purpose_add"


@pytest.fixture(autouse=True)
def _no_limits_of_the_test_before() -> None:
    cache.clear()


@pytest.fixture
def dinum(claire: User) -> Institution:
    assert claire.institution
    return claire.institution


@pytest.fixture(params=["institution-admin", "dpo"])
def writer(request: pytest.FixtureRequest, client: Client, dora: User, dinum: Institution) -> User:
    give(dora, request.param, dinum)
    with_second_factor(client, dora)
    return dora


def change(purpose: Purpose) -> str:
    return reverse("admin:meetings_purpose_change", args=[purpose.pk])


def test_changed_text_is_a_new_version_and_the_old_one_stays(client: Client, writer: User, dinum: Institution) -> None:
    client.post(reverse(ADD), {**TEXTS, "institution": dinum.pk, "code": "jury"})
    first = Purpose.objects.get(code="jury")
    client.post(change(first), {**TEXTS, "text_fr": "Autre texte."})
    versions = Purpose.objects.filter(code="jury").order_by("version").values_list("version", "text_fr", "institution")
    assert list(versions) == [(1, TEXTS["text_fr"], dinum.pk), (2, "Autre texte.", dinum.pk)]
    entry = AuditEntry.objects.get(verb="purpose.changed")
    assert entry.details == {"fields": "text_fr", "version": 2}
    assert client.get(change(first)).context["has_change_permission"] is False


def test_taking_a_purpose_away_makes_no_version(client: Client, writer: User, dinum: Institution) -> None:
    client.post(reverse(ADD), {**TEXTS, "institution": dinum.pk, "code": "jury"})
    first = Purpose.objects.get(code="jury")
    client.post(change(first), {name: value for name, value in TEXTS.items() if name != "is_active"})
    [only] = Purpose.objects.filter(code="jury")
    assert (only.version, only.is_active) == (1, False)


def test_platform_s_own_are_read_and_written_by_the_platform_alone(
    client: Client, writer: User, dinum: Institution, chen: User
) -> None:
    shared = Purpose.objects.get(institution=None, code="minutes")
    page = client.get(change(shared))
    assert (page.status_code, page.context["has_change_permission"]) == (200, False)
    for institution in ("", chen.institution_id):
        client.post(reverse(ADD), {**TEXTS, "institution": institution, "code": "jury"})
    client.post(change(shared), {**TEXTS, "text_fr": "Autre texte."})
    assert not Purpose.objects.filter(code="jury").exists()
    assert Purpose.objects.filter(institution=None, code="minutes").count() == 1


def test_purpose_of_another_institution_is_unknown(client: Client, writer: User, chen: User) -> None:
    theirs = {**TEXTS, "transcript": True, "is_active": True}
    elsewhere = Purpose.objects.create(institution=chen.institution, code="jury", **theirs)
    assert client.get(change(elsewhere)).status_code == 302
    listed = client.get(reverse("admin:meetings_purpose_changelist")).context["cl"].result_list
    assert elsewhere not in listed


def test_platform_writes_for_all(client: Client) -> None:
    user = make_local()
    give(user, "platform-admin")
    with_second_factor(client, user)
    client.post(reverse(ADD), {**TEXTS, "institution": "", "code": "jury"})
    assert Purpose.objects.get(code="jury").institution is None
