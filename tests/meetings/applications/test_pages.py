"""Applications in the administration: who enters them, who sees their key, and what is not taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from meetings.applications import signing
from meetings.models import Application, Delivery
from tests.accounts.local_cast import give, with_second_factor

ADD, LIST = "admin:meetings_application_add", "admin:meetings_application_changelist"


@pytest.fixture
def administrator(client: Client, organiser: User) -> User:
    give(organiser, "institution-admin", organiser.institution)
    with_second_factor(client, organiser)
    return organiser


def enter(client: Client, administrator: User, url: str) -> str:
    given = {"institution": administrator.institution_id, "name": "Archives", "url": url, "is_on": "on"}
    answer = client.post(reverse(ADD), {**given, "events": ["minutes.approved"]}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def change_page(client: Client, application: Application) -> str:
    return client.get(reverse("admin:meetings_application_change", args=[application.pk])).content.decode()


def test_administrator_enters_it_reads_its_key_and_sends_a_test(
    client: Client, administrator: User, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    enter(client, administrator, "https://archives.gouv.fr/visio")
    application = Application.objects.get()
    assert application.events == ["minutes.approved"]
    page = change_page(client, application)
    assert signing.secret_of(application) in page
    assert "Envoyer un essai" in page
    chosen = {"action": "send-test", "_selected_action": [application.pk], "confirmed": "yes"}
    client.post(reverse(LIST), chosen)
    assert Delivery.objects.get().event == "test"
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["application.added", "application.tested"]


@pytest.mark.parametrize(
    ("hosts", "url", "told"),
    [
        (["archives.gouv.fr"], "http://archives.gouv.fr/", "n’est pas en https"),
        (["archives.gouv.fr"], "https://example.org/", "parmi ceux que l’exploitant autorise"),
        ([], "https://archives.gouv.fr/", "L’exploitant n’autorise encore aucun hôte"),
    ],
)
def test_what_is_not_taken_says_why(
    client: Client, administrator: User, settings: Any, hosts: list[str], url: str, told: str
) -> None:
    settings.WEBHOOK_HOSTS = hosts
    assert told in enter(client, administrator, url)
    assert not Application.objects.exists()


def test_officers_see_whom_we_tell_and_no_key(client: Client, application: Application, organiser: User) -> None:
    give(organiser, "dpo", organiser.institution)
    with_second_factor(client, organiser)
    page = change_page(client, application)
    assert application.url in page
    assert "un compte rendu est approuvé" in page
    assert signing.PREFIX not in page


def test_host_that_is_no_longer_allowed_is_told_nothing(
    client: Client, administrator: User, application: Application, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = ["ailleurs.gouv.fr"]
    chosen = {"action": "send-test", "_selected_action": [application.pk], "confirmed": "yes"}
    page = client.post(reverse(LIST), chosen, follow=True).content.decode()
    assert "son hôte n’est pas parmi ceux que l’exploitant autorise" in page
    assert not Delivery.objects.exists()
