"""The way to the provider and back, the session that it opens, and its end."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import attempts, sessions
from tests.accounts.provider import FakeProvider
from tests.cast import make_agent

pytestmark = pytest.mark.django_db

CALLBACK = "/oidc/callback/"


def test_sign_in_asks_for_two_factors_with_state_nonce_and_pkce(provider: FakeProvider, client: Client) -> None:
    asked = provider.begin(client)
    assert len(asked["state"]) >= 32
    assert len(asked["nonce"]) >= 32
    assert asked["code_challenge_method"] == "S256"
    wanted = json.loads(asked["claims"])["id_token"]
    assert wanted == {"acr": {"essential": True, "values": settings.OIDC_ACR_VALUES}, "amr": None}
    # ProConnect answers 400 to any parameter that it does not know: max_age and ui_locales among them
    assert set(asked) == {
        "client_id", "claims", "response_type", "nonce", "state", "redirect_uri", "scope", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "passed_on"),
    [
        ({"login_hint": "camille@dinum.example"}, {"login_hint": "camille@dinum.example"}),
        ({"siret_hint": "13002526500013"}, {"siret_hint": "13002526500013"}),
        ({"login_hint": "camille"}, {}),
        ({"login_hint": ""}, {}),
        ({"siret_hint": "1300252650001"}, {}),
        ({"siret_hint": "13002526500013\n"}, {}),
        ({"siret_hint": "١٣٠٠٢٥٢٦٥٠٠٠١٣"}, {}),
        ({"silent": "1"}, {"prompt": "none"}),
        ({"silent": "0"}, {}),
        ({"prompt": "login", "max_age": "1", "ui_locales": "fr", "idp_hint": "x"}, {}),
    ],
)
def test_hints_are_passed_on_when_they_are_sound(
    provider: FakeProvider, client: Client, query: dict[str, str], passed_on: dict[str, str]
) -> None:
    asked = provider.begin(client, **query)
    assert {name: asked[name] for name in ("login_hint", "siret_hint", "prompt") if name in asked} == passed_on
    assert not {"max_age", "ui_locales", "idp_hint"} & set(asked)


def test_sign_in_page_passes_hints_and_the_way_back_on(client: Client) -> None:
    query = {"next": "/reunions/?page=2", "login_hint": "camille@dinum.example", "other": "x"}
    [way] = client.get(reverse("login"), query).context["ways_in"]
    passed_on = parse_qs(urlsplit(way["start"]).query)
    assert (passed_on["next"], passed_on["login_hint"]) == (["/reunions/?page=2"], ["camille@dinum.example"])
    assert set(passed_on) == {"provider", "next", "login_hint"}


@pytest.mark.parametrize(
    ("asked_for", "leads_to"),
    [
        ("/preferences/", "/preferences/"),
        ("https://evil.example/", "/reunions/"),
        ("//evil.example/", "/reunions/"),
        ("javascript:alert(1)", "/reunions/"),
        ("/" + "a" * 2000, "/reunions/"),
        ("foo", "/reunions/"),
        ("foo:bar", "/reunions/"),
        ("preferences/", "/reunions/"),
        ("?page=2", "/reunions/"),
        ("http://testserver/preferences/", "/reunions/"),
        ("/r/a b\nc", "/r/a%20b%0Ac"),
        ("/\0", "/%00"),
    ],
)
def test_way_back_never_leads_to_another_site(
    provider: FakeProvider, client: Client, asked_for: str, leads_to: str
) -> None:
    assert provider.sign_in(client, next=asked_for)["Location"] == leads_to


def test_two_windows_come_back_each_to_its_own_page(provider: FakeProvider, client: Client) -> None:
    first = provider.begin(client, next="/preferences/")
    provider.begin(client, next="/reunions/?page=2")
    provider.nonce = first["nonce"]
    assert client.get(CALLBACK, {"code": "c", "state": first["state"]})["Location"] == "/preferences/"


def test_state_is_used_once(provider: FakeProvider, client: Client) -> None:
    state = provider.begin(client)["state"]
    client.get(CALLBACK, {"code": "c", "state": state})
    assert client.get(CALLBACK, {"code": "c", "state": state})["Location"] == reverse("login_refused")


def test_state_of_another_browser_signs_nobody_in(provider: FakeProvider, client: Client) -> None:
    state = provider.begin(Client())["state"]
    provider.begin(client)
    assert client.get(CALLBACK, {"code": "c", "state": state})["Location"] == reverse("login_refused")
    assert provider.asked == []


def test_attempt_grows_old(provider: FakeProvider, client: Client) -> None:
    state = provider.begin(client)["state"]
    session = client.session
    session[attempts.KEY][state]["begun_at"] -= attempts.LIFETIME_S
    session.save()
    client.get(CALLBACK, {"code": "c", "state": state})
    assert client.get(reverse("login_refused")).context["code"] == "expired-attempt"


def test_attempts_kept_in_a_session_are_few(provider: FakeProvider, client: Client) -> None:
    states = [provider.begin(client)["state"] for _ in range(attempts.MOST_ATTEMPTS + 2)]
    assert len(client.session[attempts.KEY]) == attempts.MOST_ATTEMPTS
    assert states[-1] in client.session[attempts.KEY]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"error": "access_denied"}, "refused-by-provider"),
        ({"error": "login_required"}, "login-required"),
        ({"error": "server_error"}, "provider-error"),
        ({"error": "\0"}, "provider-error"),
        ({}, "provider-error"),
        ({"code": ""}, "provider-error"),
        ({"code": "c", "iss": "https://evil.example"}, "wrong-issuer"),
        ({"error": "access_denied", "iss": "https://evil.example"}, "wrong-issuer"),
    ],
)
def test_failed_sign_in_ends_on_a_page_that_says_why(
    provider: FakeProvider, client: Client, query: dict[str, str], code: str
) -> None:
    state = provider.begin(client)["state"]
    answer = client.get(CALLBACK, {**query, "state": state})
    page = client.get(answer["Location"])
    assert (page.status_code, page.context["code"]) == (403, code)
    assert code in page.content.decode()


@pytest.mark.parametrize("query", ["?error=x", "?error=x&state=y", "?code=c&state=x", "", "?state=%00"])
def test_return_from_nowhere_is_answered_and_leaves_no_session(client: Client, query: str) -> None:
    answer = client.get(CALLBACK + query)
    page = client.get(answer["Location"])
    assert page.status_code == 403
    assert page.context["code"] == "expired-attempt"
    assert not Session.objects.exists()


@pytest.mark.parametrize("error", sorted(["login_required", "interaction_required", "consent_required"]))
def test_silent_attempt_that_fails_comes_back_quietly(provider: FakeProvider, client: Client, error: str) -> None:
    state = provider.begin(client, silent="1", next="/preferences/")["state"]
    assert client.get(CALLBACK, {"error": error, "state": state})["Location"] == "/preferences/"
    assert "login_refusal" not in client.session


def test_silent_attempt_with_a_bad_way_back_leads_home(provider: FakeProvider, client: Client) -> None:
    state = provider.begin(client, silent="1", next="foo")["state"]
    assert client.get(CALLBACK, {"error": "login_required", "state": state})["Location"] == reverse("home")


def test_silent_attempt_that_fails_signs_nobody_out(provider: FakeProvider, client: Client) -> None:
    provider.sign_in(client)
    state = provider.begin(client, silent="1", next="/preferences/")["state"]
    client.get(CALLBACK, {"error": "login_required", "state": state})
    assert client.get(reverse("meetings")).status_code == 200


def test_silent_attempt_tells_of_other_errors(provider: FakeProvider, client: Client) -> None:
    state = provider.begin(client, silent="1")["state"]
    assert client.get(CALLBACK, {"error": "server_error", "state": state})["Location"] == reverse("login_refused")


def test_session_remembers_how_it_was_opened(provider: FakeProvider, client: Client) -> None:
    provider.sign_in(client)
    assert client.session["proconnect"] == {
        "provider": "proconnect",
        "acr": "eidas1-mfa",
        "amr": ["pwd", "otp", "mfa"],
        "idp_id": "fi-dinum",
    }
    assert sessions.acr_of(client.session) == "eidas1-mfa"
    assert sessions.acr_of(Client().session) == ""


@pytest.mark.parametrize("amr", [None, "mfa", 7, {}])
def test_odd_methods_are_no_methods(provider: FakeProvider, client: Client, amr: object) -> None:
    provider.id_token = {"amr": amr}
    provider.sign_in(client)
    assert client.session["proconnect"]["amr"] == []


def test_nothing_of_the_person_before_is_left_in_the_session(provider: FakeProvider, client: Client) -> None:
    client.force_login(make_agent("claire"), backend=sessions.BACKEND)
    session = client.session
    session["of-claire"] = 1
    session.save()
    provider.sign_in(client)
    assert "of-claire" not in client.session
    assert client.session["oidc_id_token"]


def test_session_ends_ten_hours_after_sign_in_whatever_is_done(
    provider: FakeProvider, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SESSION_SAVE_EVERY_REQUEST = True
    opened = timezone.now()
    provider.sign_in(client)

    def look(after: timedelta) -> Any:
        cache.clear()  # its clock is not the one that is moved
        monkeypatch.setattr(timezone, "now", lambda: opened + after)
        return client.get(reverse("meetings"))

    for hours in (3, 6, 9):
        assert look(timedelta(hours=hours)).status_code == 200
        end = client.session.get_expiry_date()
        assert abs(_aware(end) - opened - timedelta(hours=10)) < timedelta(minutes=1)
    assert look(timedelta(hours=10, minutes=1))["Location"].startswith(reverse("login"))


def _aware(moment: datetime) -> datetime:
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def test_signing_out_ends_the_session_here_and_at_the_provider(provider: FakeProvider, client: Client) -> None:
    provider.sign_in(client)
    id_token = client.session["oidc_id_token"]
    answer = client.post(reverse("logout"))
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert answer["Location"].startswith(provider.settings.logout_endpoint)
    assert asked["id_token_hint"] == [id_token]
    assert asked["post_logout_redirect_uri"] == ["http://testserver/oidc/logout-callback/"]
    assert len(asked["state"][0]) >= 32
    assert client.get(reverse("meetings")).status_code == 302
    back = client.get(reverse("oidc_logout_callback"), {"state": asked["state"][0]}, follow=True)
    assert "ProConnect" in next(str(message) for message in back.context["messages"])


@pytest.mark.parametrize("state", ["", "x" * 64])
def test_log_out_that_was_not_ours_is_not_confirmed(provider: FakeProvider, client: Client, state: str) -> None:
    provider.sign_in(client)
    client.post(reverse("logout"))
    back = client.get(reverse("oidc_logout_callback"), {"state": state}, follow=True)
    assert not list(back.context["messages"])


def test_signing_out_needs_a_form(client: Client) -> None:
    assert client.get(reverse("logout")).status_code == 405


def test_refused_agent_may_leave_proconnect(provider: FakeProvider, client: Client, settings: Any) -> None:
    settings.NEW_INSTITUTIONS_OPEN = False
    page = client.get(provider.sign_in(client)["Location"]).content.decode()
    assert 'data-action="leave-proconnect"' in page
    assert 'data-action="sign-in"' not in page
    answer = client.post(reverse("logout"))
    assert answer["Location"].startswith(provider.settings.logout_endpoint)
