"""Identities that may not be believed: each ends on a page that says so, and leaves no row."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from django.core.cache import cache
from django.test import Client

from accounts import providers
from accounts.models import Institution, User
from tests.accounts.provider import CURVE, KEY, STRANGER, FakeProvider, answer

pytestmark = pytest.mark.django_db

OURS = providers.default()
NOW = int(time.time())
HOUR = 3600


def _part(data: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=")


def hs256_with_the_public_key(claims: dict[str, Any]) -> str:
    """By hand: PyJWT refuses to sign so."""
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = _part({"alg": "HS256", "kid": "RS256"}) + b"." + _part(claims)
    seal = base64.urlsafe_b64encode(hmac.new(pem, text, hashlib.sha256).digest()).rstrip(b"=")
    return (text + b"." + seal).decode()


def tokens(id_token: object) -> requests.Response:
    return answer(json.dumps({"id_token": id_token, "access_token": "at"}))


OF_THE_ID_TOKEN: list[tuple[dict[str, Any], str]] = [
    ({"nonce": "x" * 64}, "invalid-token"),
    ({"nonce": None}, "invalid-token"),
    ({"nonce": 12}, "invalid-token"),
    ({"nonce": "é" * 64}, "invalid-token"),
    ({"exp": NOW - HOUR, "iat": NOW - HOUR - 600}, "invalid-token"),
    ({"exp": None}, "invalid-token"),
    ({"exp": "soon"}, "invalid-token"),
    ({"exp": float("inf")}, "invalid-token"),
    ({"exp": [1]}, "invalid-token"),
    ({"iat": NOW + HOUR}, "invalid-token"),
    ({"iat": None}, "invalid-token"),
    ({"iat": "yesterday"}, "invalid-token"),
    ({"nbf": NOW + HOUR}, "invalid-token"),
    ({"iss": "https://evil.example"}, "wrong-issuer"),
    ({"iss": [OURS.issuer]}, "wrong-issuer"),
    ({"iss": None}, "invalid-token"),
    ({"aud": "another-client"}, "wrong-audience"),
    ({"aud": [OURS.client_id, "another-client"]}, "wrong-audience"),
    ({"aud": []}, "wrong-audience"),
    ({"aud": {OURS.client_id: 1}}, "wrong-audience"),
    ({"aud": None}, "invalid-token"),
    ({"azp": "another-client"}, "wrong-audience"),
    ({"acr": "eidas1"}, "weak-authentication"),
    ({"acr": None}, "weak-authentication"),
    ({"acr": ["eidas2"]}, "weak-authentication"),
    ({"acr": True}, "weak-authentication"),
    ({"sub": None}, "invalid-token"),
    ({"sub": 12}, "invalid-token"),
    ({"sub": ["S1"]}, "invalid-token"),
    ({"sub": "S2"}, "userinfo-of-another"),
]
OF_THE_USERINFO: list[tuple[dict[str, Any], str]] = [
    ({"sub": "S2"}, "userinfo-of-another"),
    ({"sub": None}, "invalid-token"),
    ({"sub": 12}, "invalid-token"),
    ({"aud": "another-client"}, "wrong-audience"),
    ({"iss": "https://evil.example"}, "wrong-issuer"),
    ({"exp": NOW - HOUR}, "invalid-token"),
    ({"siret": None}, "missing-claims"),
    ({"siret": 13002526500013}, "missing-claims"),
    ({"siret": "../../etc"}, "missing-claims"),
    ({"siret": "1300252650001"}, "missing-claims"),
    ({"siret": "١٣٠٠٢٥٢٦٥٠٠٠١٣"}, "missing-claims"),
    ({"email": None}, "missing-claims"),
    ({"email": ["a@dinum.example"]}, "missing-claims"),
    ({"email": "nobody"}, "missing-claims"),
    ({"email": f"{'a' * 60}@{'b.' * 120}fr"}, "missing-claims"),
    ({"given_name": {}}, "missing-claims"),
    ({"given_name": "A\0B"}, "missing-claims"),
    ({"given_name": "\ud800"}, "missing-claims"),
    ({"given_name": "A" * 151}, "missing-claims"),
    ({"usual_name": ""}, "missing-claims"),
    ({"usual_name": "  "}, "missing-claims"),
    ({"usual_name": 7}, "missing-claims"),
    ({"idp_id": "i" * 101}, "missing-claims"),
    ({"uid": "u" * 201}, "missing-claims"),
    ({"uid": 7}, "missing-claims"),
    ({"roles": "agent_public"}, "missing-claims"),
    ({"roles": [1]}, "missing-claims"),
    ({"roles": ["r" * 61]}, "missing-claims"),
    ({"roles": ["r"] * 51}, "missing-claims"),
    ({"organization_label": ["DINUM"]}, "missing-claims"),
]
OF_BOTH: list[tuple[dict[str, Any], str]] = [
    ({"sub": ""}, "missing-claims"),
    ({"sub": "s" * 300}, "missing-claims"),
    ({"sub": "S\n1"}, "missing-claims"),
]
OF_THE_PROVIDER: list[tuple[dict[str, Any], str]] = [
    ({"signed": {"key": STRANGER}}, "invalid-token"),
    ({"signed": {"key": None, "algorithm": "none"}}, "unknown-key"),
    ({"signed": {"key": None, "algorithm": "none", "kid": "RS256"}}, "invalid-token"),
    ({"signed": {"key": CURVE, "algorithm": "ES256"}}, "unknown-key"),
    ({"signed": {"key": CURVE, "algorithm": "ES256", "kid": "RS256"}}, "invalid-token"),
    ({"signed": {"kid": "never-heard-of"}}, "unknown-key"),
    ({"userinfo_signed": {"key": STRANGER}}, "invalid-token"),
    ({"userinfo_signed": {"kid": "never-heard-of"}}, "unknown-key"),
    ({"userinfo_answer": answer('{"sub": "S1"}')}, "unsigned-userinfo"),
    ({"userinfo_answer": answer("", "application/jwt", 401)}, "provider-unreachable"),
    ({"userinfo_answer": answer("not.a.token", "application/jwt")}, "invalid-token"),
    ({"userinfo_answer": requests.Timeout()}, "provider-unreachable"),
    ({"token_answer": answer("{}", status=500)}, "provider-unreachable"),
    ({"token_answer": answer('{"error": "invalid_grant"}', status=400)}, "provider-unreachable"),
    ({"token_answer": answer("<html>", "text/html")}, "provider-unreachable"),
    ({"token_answer": answer("[]")}, "invalid-token"),
    ({"token_answer": answer("{}")}, "invalid-token"),
    ({"token_answer": tokens(12)}, "invalid-token"),
    ({"token_answer": tokens("a.b.c")}, "invalid-token"),
    ({"token_answer": requests.ConnectTimeout()}, "provider-unreachable"),
    ({"token_answer": requests.ConnectionError()}, "provider-unreachable"),
    ({"jwks_answer": "<html>"}, "provider-unreachable"),
    ({"jwks_answer": "[]"}, "provider-error"),
    ({"jwks_answer": '{"keys": {}}'}, "provider-error"),
    ({"jwks_answer": '{"keys": [7]}'}, "unknown-key"),
    ({"jwks_answer": '{"keys": [{"kid": "RS256"}]}'}, "invalid-token"),
    ({"jwks_answer": '{"keys": [{"kid": "RS256", "kty": "oct", "k": "c2VjcmV0"}]}'}, "invalid-token"),
]
LIES = (
    [({"id_token": claims}, code) for claims, code in OF_THE_ID_TOKEN]
    + [({"userinfo": claims}, code) for claims, code in OF_THE_USERINFO]
    + [({"id_token": claims, "userinfo": claims}, code) for claims, code in OF_BOTH]
    + OF_THE_PROVIDER
)


def told(lie: dict[str, Any]) -> str:
    """Names of the cases: the same in each process, so no times, nor addresses in memory."""
    return " ".join(
        f"{name} {' '.join(value) if isinstance(value, dict) else ''}".strip() for name, value in lie.items()
    )


@pytest.mark.parametrize(("lie", "code"), LIES, ids=[f"{index} {told(lie)}" for index, (lie, _) in enumerate(LIES)])
def test_identity_that_is_not_proven_is_refused_with_a_code(
    provider: FakeProvider, client: Client, lie: dict[str, Any], code: str
) -> None:
    for name, value in lie.items():
        setattr(provider, name, value)
    assert provider.refusal(client) == code
    assert not User.objects.exists()
    assert not Institution.objects.exists()


def test_token_sealed_with_the_public_key_is_refused(provider: FakeProvider, client: Client) -> None:
    claims = {"iss": OURS.issuer, "aud": OURS.client_id, "iat": NOW, "exp": NOW + HOUR, "sub": "S1"}
    provider.token_answer = tokens(hs256_with_the_public_key({**claims, "acr": "eidas2"}))
    assert provider.refusal(client) == "invalid-token"
    assert not User.objects.exists()


@pytest.mark.parametrize("claims", [{"usual_name": "A" * 151}, {"email": "nobody"}, {"siret": "x"}, {"sub": "S2"}])
def test_refused_identity_changes_nothing_of_the_account(
    provider: FakeProvider, client: Client, claims: dict[str, Any]
) -> None:
    provider.sign_in(Client())
    before = User.objects.values().get()
    provider.userinfo = {"given_name": "Other", **claims}
    provider.refusal(client)
    assert User.objects.values().get() == before


def test_token_of_the_pinned_algorithm_is_accepted(provider: FakeProvider, client: Client, settings: Any) -> None:
    """The table would pass on a provider that nobody may use; and ES256 where that is what was agreed."""
    assert provider.sign_in(client)["Location"] == "/reunions/"
    settings.OIDC_PROVIDERS = (replace(provider.settings, key="curve", sign_algo="ES256"),)
    provider.signed = provider.userinfo_signed = {"key": CURVE, "algorithm": "ES256"}
    assert provider.sign_in(client)["Location"] == "/reunions/"


def test_keys_of_the_provider_are_asked_for_once(provider: FakeProvider) -> None:
    for _ in range(3):
        provider.sign_in(Client())
    assert provider.asked.count(provider.settings.jwks_endpoint) == 1


def test_flood_of_forged_tokens_does_not_reach_the_provider(provider: FakeProvider) -> None:
    provider.sign_in(Client())
    for number in range(5):
        provider.signed = {"kid": f"forged-{number}"}
        assert provider.refusal(Client()) == "unknown-key"
    assert provider.asked.count(provider.settings.jwks_endpoint) == 2


def test_new_key_of_the_provider_is_found_at_once(provider: FakeProvider, client: Client) -> None:
    provider.jwks_answer = '{"keys": []}'
    assert provider.refusal(Client()) == "unknown-key"
    cache.delete("jwks:proconnect:asked-again")
    provider.jwks_answer = None
    assert provider.sign_in(client)["Location"] == "/reunions/"
