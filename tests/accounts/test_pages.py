"""The pages before sign-in, and the one that says why it was refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.tasks import clear_sessions

pytestmark = pytest.mark.django_db


def test_stranger_is_shown_the_way_in_and_comes_back_where_they_were(client: Client) -> None:
    answer = client.get(reverse("meetings"))
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "next=%2Freunions%2F" in page.content.decode()


@pytest.mark.parametrize("page", ["home", "login"])
def test_one_provider_is_one_button_without_a_label(client: Client, page: str) -> None:
    html = client.get(reverse(page)).content.decode()
    assert html.count('data-action="sign-in"') == 1
    assert "(proconnect)" not in html


def test_local_account_is_the_second_way_in(client: Client) -> None:
    html = client.get(reverse("login"), {"next": "/preferences/"}).content.decode()
    assert html.index('data-action="sign-in"') < html.index(f"{reverse('account_login')}?next=/preferences/")


def refused(client: Client, code: str) -> str:
    session = client.session
    session["login_refusal"] = code
    session.save()
    page = client.get(reverse("login_refused"), headers={"accept-language": "en"})
    assert page.status_code == 403
    return str(page.content.decode())


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("refused-by-provider", "activate two-factor"),
        ("weak-authentication", "activate two-factor"),
        ("institution-closed", "not yet open to the agents of your institution"),
        ("account-disabled", "an administrator has disabled"),
        ("expired-attempt", "begun in another window"),
        ("provider-unreachable", "ProConnect does not answer"),
        ("provider-error", "ProConnect does not answer"),
        ("missing-claims", "SIRET"),
        ("login-required", "session has ended"),
        ("invalid-token", "could not be verified"),
        ("wrong-issuer", "could not be verified"),
    ],
)
def test_refused_agent_reads_why_and_whom_to_ask(client: Client, settings: Any, code: str, says: str) -> None:
    settings.SUPPORT_CONTACT = "aide@visio.example"
    page = refused(client, code)
    assert says in page
    assert 'href="mailto:aide@visio.example"' in page
    assert f"<code>{code}</code>" in page


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("https://aide.example/visio", 'href="https://aide.example/visio"'),
        ("le 12 34, de 9 h à 18 h", "le 12 34, de 9 h à 18 h"),
        ("javascript:alert(1)", "Visio’s support: javascript:alert(1)"),
        ("", "ask the IT service of your institution"),
    ],
)
def test_contact_is_what_was_configured(client: Client, settings: Any, contact: str, shown: str) -> None:
    settings.SUPPORT_CONTACT = contact
    assert shown in " ".join(refused(client, "invalid-token").split())


@pytest.mark.parametrize("code", ["institution-closed", "account-disabled"])
def test_who_would_only_be_refused_again_is_not_told_to_try(client: Client, code: str) -> None:
    assert 'data-action="sign-in"' not in refused(client, code)


def test_sessions_that_are_over_are_deleted_each_day() -> None:
    over, current = SessionStore(), SessionStore()
    over.set_expiry(-1)
    over.save()
    current.save()
    clear_sessions()
    assert [session.pk for session in Session.objects.all()] == [current.session_key]
