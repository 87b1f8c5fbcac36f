"""`manage.py check_oidc`, and the settings that refuse to start."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
import requests
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts import providers
from accounts.identity import REQUIRED_CLAIMS
from tests.accounts.provider import KEY, answer, public_jwk
from visio_site import checks
from visio_site.settings.oidc import read_providers

OURS = providers.default()
ISSUER = OURS.issuer
HONEST: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/jwks",
    "end_session_endpoint": f"{ISSUER}/session/end",
    "id_token_signing_alg_values_supported": ["HS256", "RS256", "ES256"],
    "userinfo_signing_alg_values_supported": ["HS256", "RS256", "ES256"],
    "acr_values_supported": ["eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3"],
    "scopes_supported": settings.OIDC_RP_SCOPES.split(),
    "claims_supported": [*REQUIRED_CLAIMS, "roles"],
    "response_types_supported": ["code"],
    "code_challenge_methods_supported": ["S256"],
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the provider says of itself: each test changes one thing."""
    document = dict(HONEST)

    def get(url: str, **kwargs: Any) -> requests.Response:
        if url.endswith("/jwks"):
            return answer(json.dumps({"keys": [public_jwk(KEY, "RS256")]}))
        assert url == f"{ISSUER}/.well-known/openid-configuration"
        return answer(json.dumps(document))

    monkeypatch.setattr(requests, "get", get)
    return document


def check() -> str:
    out = StringIO()
    call_command("check_oidc", stdout=out)
    return out.getvalue()


def failed_check() -> str:
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("check_oidc", stdout=out)
    assert error.value.returncode == 1
    return out.getvalue()


def test_provider_that_is_as_configured_passes(document: dict[str, Any]) -> None:
    assert "DIFF" not in check()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "https://idp.example"),
        ("authorization_endpoint", f"{ISSUER}/auth"),
        ("token_endpoint", None),
        ("userinfo_endpoint", 7),
        ("jwks_uri", f"{ISSUER}/keys"),
        ("end_session_endpoint", f"{ISSUER}/session/end/"),
        ("id_token_signing_alg_values_supported", ["ES256"]),
        ("userinfo_signing_alg_values_supported", None),
        ("acr_values_supported", ["eidas1"]),
        ("scopes_supported", ["openid", "email"]),
        ("claims_supported", ["sub"]),
        ("response_types_supported", ["id_token"]),
        ("code_challenge_methods_supported", ["plain"]),
        ("code_challenge_methods_supported", None),
        ("token_endpoint_auth_methods_supported", ["private_key_jwt"]),
    ],
)
def test_difference_is_shown_and_fails(document: dict[str, Any], name: str, value: object) -> None:
    document[name] = value
    assert f"DIFF {name}" in failed_check()


@pytest.mark.parametrize("name", ["acr_values_supported", "scopes_supported", "claims_supported"])
def test_what_the_provider_may_leave_unsaid_is_no_difference(document: dict[str, Any], name: str) -> None:
    del document[name]
    assert f"ok   {name} (not announced)" in check()


def test_key_for_another_algorithm_fails(
    document: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OIDC_PROVIDERS = (replace(providers.default(), sign_algo="ES256"),)
    assert "DIFF signing key" in failed_check()


@pytest.mark.parametrize(
    "given", [requests.ConnectionError(), answer("<html>"), answer("[]"), answer("{}", status=404)], ids=str
)
def test_provider_that_does_not_answer_fails(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def get(url: str, **kwargs: Any) -> requests.Response:
        if isinstance(given, Exception):
            raise given
        response: requests.Response = given
        return response

    monkeypatch.setattr(requests, "get", get)
    assert "no answer" in failed_check()


def test_providers_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    [only] = read_providers()
    assert (only.key, only.issuer, only.realm) == ("proconnect", ISSUER, "proconnect")
    monkeypatch.setenv("OIDC_PROVIDERS", "internet, rie")
    for name in ("INTERNET", "RIE"):
        monkeypatch.setenv(f"OIDC_{name}_OP_ISSUER", f"https://{name.lower()}.example/api/v2")
        monkeypatch.setenv(f"OIDC_{name}_RP_CLIENT_ID", f"visio-{name}")
        monkeypatch.setenv(f"OIDC_{name}_RP_CLIENT_SECRET", f"secret-of-{name}")
    monkeypatch.setenv("OIDC_RIE_LABEL", "Réseau de l’État")
    monkeypatch.setenv("OIDC_RIE_OP_LOGOUT_ENDPOINT", "https://out.example/end")
    internet, rie = read_providers()
    assert (internet.key, internet.label, internet.realm) == ("internet", "internet", "proconnect")
    assert (rie.label, rie.token_endpoint) == ("Réseau de l’État", "https://rie.example/api/v2/token")
    assert rie.browser_origins == ["https://rie.example", "https://out.example"]
    assert "secret-of-RIE" not in repr(rie)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"OIDC_ACR_VALUES": []}, "visio.E023"),
        ({"OIDC_ACR_VALUES": ["eidas1-mfa", "eidas9"]}, "visio.E023"),
        ({"SESSION_COOKIE_AGE": 13 * 3600}, "visio.E024"),
        ({"SESSION_COOKIE_AGE": 0}, "visio.E024"),
        ({"OIDC_PROVIDERS": (replace(OURS, sign_algo="HS256"),)}, "visio.E021"),
        ({"OIDC_PROVIDERS": (OURS, OURS)}, "visio.E020"),
        (
            {"OIDC_PROVIDERS": (replace(OURS, issuer="http://idp"),), "SECURE_COOKIES": True},
            "visio.E022",
        ),
    ],
)
def test_half_configured_sign_in_refuses_to_start(settings: Any, change: dict[str, Any], code: str) -> None:
    assert [*checks.check_providers(), *checks.check_sign_in()] == []
    for name, value in change.items():
        setattr(settings, name, value)
    assert code in {error.id for error in [*checks.check_providers(), *checks.check_sign_in()]}
