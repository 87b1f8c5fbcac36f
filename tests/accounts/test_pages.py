from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.tasks import clear_sessions
from tests.cast import make_agent

pytestmark = pytest.mark.django_db


def test_stranger_is_shown_the_way_in_and_comes_back_where_they_were(client: Client) -> None:
    answer = client.get(reverse("meetings"))
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "next=%2Freunions%2F" in page.content.decode()


def test_sign_in_asks_for_two_factors_with_state_nonce_and_pkce(client: Client) -> None:
    address = client.get(reverse("oidc_authentication_init"))["Location"]
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(settings.OIDC_OP_AUTHORIZATION_ENDPOINT)
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    assert asked["code_challenge_method"] == ["S256"]
    assert "eidas1-mfa" in asked["claims"][0]
    # ProConnect answers 400 to any parameter that it does not know
    assert set(asked) <= {
        "client_id", "claims", "response_type", "nonce", "state", "redirect_uri", "scope", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query", ["?error=access_denied&state=x", "?code=c&state=unknown", "?code=c", "?error=server_error", "?error=%00"]
)
def test_failed_sign_in_ends_on_a_page_that_says_why(client: Client, query: str) -> None:
    client.get(reverse("oidc_authentication_init"))
    answer = client.get(reverse("oidc_authentication_callback") + query)
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 403


@pytest.mark.parametrize("query", ["?error=x", "?error=x&state=y", "?code=c&state=x", ""])
def test_return_from_nowhere_is_answered_and_leaves_no_session(client: Client, query: str) -> None:
    answer = client.get(reverse("oidc_authentication_callback") + query)
    page = client.get(answer["Location"])
    assert page.status_code == 403
    assert page.context["code"] == "expired-attempt"
    assert not Session.objects.exists()


def test_sessions_that_are_over_are_deleted_each_day() -> None:
    over, current = SessionStore(), SessionStore()
    over.set_expiry(-1)
    over.save()
    current.save()
    clear_sessions()
    assert [session.pk for session in Session.objects.all()] == [current.session_key]


def test_next_never_leads_to_another_site(client: Client) -> None:
    client.get(reverse("oidc_authentication_init") + "?next=https://evil.example/")
    assert client.session["oidc_login_next"] is None


def test_signing_out_ends_the_session_here_and_at_the_provider(client: Client) -> None:
    client.force_login(make_agent("claire"), backend="accounts.oidc.ProConnectBackend")
    session = client.session
    session["oidc_id_token"] = "token"
    session.save()
    answer = client.post(reverse("logout"))
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert answer["Location"].startswith(settings.OIDC_OP_LOGOUT_ENDPOINT)
    assert asked["id_token_hint"] == ["token"]
    assert client.get(reverse("meetings")).status_code == 302
    back = client.get(reverse("oidc_logout_callback"), {"state": asked["state"][0]}, follow=True)
    assert "ProConnect" in back.content.decode()


def test_signing_out_needs_a_form(client: Client) -> None:
    assert client.get(reverse("logout")).status_code == 405
