"""Identities that may not be believed, and the one that may: tokens forged here, no provider involved."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import RequestFactory

from accounts.models import AuditEntry, User
from accounts.oidc import IdentityRefused, ProConnectBackend
from tests.cast import make_agent

pytestmark = pytest.mark.django_db

PROVIDER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
NONCE = "n" * 64
Claims = dict[str, Any]


@dataclass
class Answer:
    """What `requests` gives back."""

    text: str = ""
    content_type: str = "application/json"
    status_code: int = 200
    url: str = ""
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"content-type": self.content_type}

    def json(self) -> Any:
        return json.loads(self.text)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise requests.HTTPError("refused")


@dataclass
class Provider:
    """An identity provider, honest by default: each test makes it lie in one way."""

    id_token: Claims = field(default_factory=dict)
    userinfo: Claims = field(default_factory=dict)
    key: Any = PROVIDER
    userinfo_key: Any = PROVIDER
    algorithm: str = "RS256"
    is_userinfo_signed: bool = True
    token_status: int = 200
    jwks_requests: int = 0

    def get(self, url: str, **kwargs: Any) -> Answer:
        if url == settings.OIDC_OP_JWKS_ENDPOINT:
            self.jwks_requests += 1
            return Answer(json.dumps({"keys": [_jwk(PROVIDER, "RS256"), _jwk(CURVE, "ES256")]}))
        if not self.is_userinfo_signed:
            return Answer(json.dumps(self._userinfo()))
        return Answer(_sign(self._userinfo(), self.userinfo_key, "RS256"), "application/jwt; charset=utf-8")

    def post(self, url: str, **kwargs: Any) -> Answer:
        id_token = _sign(
            _without_none({**_base(), "nonce": NONCE, "acr": "eidas1-mfa", **self.id_token}), self.key, self.algorithm
        )
        return Answer(json.dumps({"id_token": id_token, "access_token": "at"}), status_code=self.token_status)

    def _userinfo(self) -> Claims:
        person = {
            "email": "Camille@dinum.example", "given_name": "Camille", "usual_name": "Moreau",
            "siret": "13002526500013", "idp_id": "fi-dinum", "uid": "u1",
            "roles": ["agent_public"], "organization_label": "DINUM",
        }  # fmt: skip
        return _without_none({**_base(), **person, **self.userinfo})

    def sign_in(self) -> User | None:
        request = RequestFactory().get("/oidc/callback/", {"code": "c", "state": "s"})
        request.session = SessionStore()
        return ProConnectBackend().authenticate(request, nonce=NONCE, code_verifier="v" * 64)


def _base() -> Claims:
    now = int(time.time())
    return {
        "iss": settings.OIDC_OP_ISSUER,
        "aud": settings.OIDC_RP_CLIENT_ID,
        "iat": now,
        "exp": now + 600,
        "sub": "S1",
    }


def _without_none(claims: Claims) -> Claims:
    return {name: value for name, value in claims.items() if value is not None}


def _jwk(key: Any, algorithm: str) -> Claims:
    maker: Any = jwt.algorithms.RSAAlgorithm if algorithm == "RS256" else jwt.algorithms.ECAlgorithm
    return {**json.loads(maker.to_jwk(key.public_key())), "kid": algorithm, "alg": algorithm, "use": "sig"}


def _sign(claims: Claims, key: Any, algorithm: str) -> str:
    used: Any = None if algorithm == "none" else key
    return jwt.encode(claims, used, algorithm=algorithm, headers={"kid": algorithm})


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    cache.clear()
    provider = Provider()
    monkeypatch.setattr(requests, "get", provider.get)
    monkeypatch.setattr(requests, "post", provider.post)
    return provider


def test_agent_signs_in_with_the_institution_of_their_siret(provider: Provider) -> None:
    user = provider.sign_in()
    assert user is not None
    assert (user.sub, user.email, user.get_full_name()) == ("S1", "camille@dinum.example", "Camille Moreau")
    assert user.institution is not None
    assert (user.institution.siret, user.institution.label) == ("13002526500013", "DINUM")
    assert not user.has_usable_password()
    assert AuditEntry.objects.get(verb="account.signed-in").details == {"acr": "eidas1-mfa"}


def test_agent_who_returns_keeps_the_account_and_gets_the_new_institution(provider: Provider) -> None:
    first = provider.sign_in()
    provider.userinfo = {"siret": "18008901303720", "organization_label": "CNRS"}
    second = provider.sign_in()
    assert first is not None
    assert second is not None
    assert (second.pk, str(second.institution)) == (first.pk, "CNRS")


def test_two_first_sign_ins_at_once_are_one_account(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    create = ProConnectBackend.create_user

    def create_twice(self: ProConnectBackend, claims: Claims) -> User:
        """Both have looked for the account, and neither has found it."""
        create(self, claims)
        return create(self, claims)

    monkeypatch.setattr(ProConnectBackend, "create_user", create_twice)
    assert provider.sign_in() == User.objects.get()


def test_same_email_at_another_provider_is_another_account(provider: Provider) -> None:
    claire = make_agent("claire")
    provider.userinfo = {"email": claire.email}
    user = provider.sign_in()
    assert user is not None
    assert user.pk != claire.pk


def test_keys_of_the_provider_are_asked_for_once(provider: Provider) -> None:
    provider.sign_in()
    provider.sign_in()
    assert provider.jwks_requests == 1


HOUR_AGO = int(time.time()) - 3600


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ({"key": STRANGER}, "invalid-token"),
        ({"algorithm": "none"}, "unknown-key"),
        ({"algorithm": "ES256", "key": CURVE}, "unknown-key"),
        ({"id_token": {"nonce": "x" * 64}}, "invalid-token"),
        ({"id_token": {"nonce": None}}, "invalid-token"),
        ({"id_token": {"exp": HOUR_AGO, "iat": HOUR_AGO - 600}}, "invalid-token"),
        ({"id_token": {"iss": "https://evil.example"}}, "wrong-issuer"),
        ({"id_token": {"iss": None}}, "wrong-issuer"),
        ({"id_token": {"aud": "another-client"}}, "wrong-audience"),
        ({"id_token": {"acr": "eidas1"}}, "weak-authentication"),
        ({"id_token": {"acr": None}}, "weak-authentication"),
        ({"userinfo": {"sub": "S2"}}, "userinfo-of-another"),
        ({"id_token": {"sub": None}}, "userinfo-of-another"),
        ({"userinfo": {"aud": "another-client"}}, "wrong-audience"),
        ({"userinfo_key": STRANGER}, "invalid-token"),
        ({"is_userinfo_signed": False}, "unsigned-userinfo"),
        ({"userinfo": {"siret": None}}, "missing-claims"),
        ({"userinfo": {"siret": "../../etc"}}, "missing-claims"),
        ({"userinfo": {"usual_name": ""}}, "missing-claims"),
        ({"token_status": 500}, "provider-unreachable"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_identity_that_is_not_proven_is_refused_with_a_code(provider: Provider, lie: dict[str, Any], code: str) -> None:
    for name, value in lie.items():
        setattr(provider, name, value)
    with pytest.raises(IdentityRefused) as refusal:
        provider.sign_in()
    assert refusal.value.code == code
    assert not User.objects.exists()


def test_backend_leaves_logins_that_are_not_proconnect_alone(provider: Provider) -> None:
    assert ProConnectBackend().authenticate(RequestFactory().get("/"), username="x", password="y") is None
