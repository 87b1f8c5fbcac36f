"""An identity provider that signs what a test wants, in the place of `requests`."""

from __future__ import annotations

import io
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client
from django.urls import reverse

from accounts import providers

Claims = dict[str, Any]
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
PERSON: Claims = {
    "email": "Camille@dinum.example",
    "given_name": "Camille",
    "usual_name": "Moreau",
    "siret": "13002526500013",
    "idp_id": "fi-dinum",
    "uid": "u1",
    "roles": ["agent_public"],
    "organization_label": "DINUM",
}


def answer(body: str, content_type: str = "application/json", status: int = 200) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers["content-type"] = content_type
    response.raw = io.BytesIO(body.encode())
    return response


def public_jwk(key: Any, algorithm: str) -> Claims:
    maker: Any = jwt.algorithms.RSAAlgorithm if algorithm == "RS256" else jwt.algorithms.ECAlgorithm
    return {**json.loads(maker.to_jwk(key.public_key())), "kid": algorithm, "alg": algorithm, "use": "sig"}


def sign(claims: Claims, key: Any = KEY, algorithm: str = "RS256", kid: str | None = None) -> str:
    """Whatever the claims are: `jwt.encode` looks at some."""
    return jwt.PyJWS().encode(json.dumps(claims).encode(), key, algorithm=algorithm, headers={"kid": kid or algorithm})


@dataclass
class FakeProvider:
    """Honest by default: each test makes it lie in one way. A claim that is None is left out."""

    key: str = ""  # of the settings' provider that it answers as; the first one where empty
    id_token: Claims = field(default_factory=dict)
    userinfo: Claims = field(default_factory=dict)
    signed: dict[str, Any] = field(default_factory=dict)  # arguments of `sign`, for the ID token
    userinfo_signed: dict[str, Any] = field(default_factory=dict)
    token_answer: requests.Response | Exception | None = None
    userinfo_answer: requests.Response | Exception | None = None
    jwks_answer: str | None = None
    nonce: str = ""
    asked: list[str] = field(default_factory=list)
    posted: Claims = field(default_factory=dict)

    @property
    def settings(self) -> providers.Provider:
        return providers.named(self.key) or providers.default()

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        self.asked.append(url)
        assert kwargs["timeout"]
        if url == self.settings.jwks_endpoint:
            keys = {"keys": [public_jwk(KEY, "RS256"), public_jwk(CURVE, "ES256")]}
            return answer(self.jwks_answer or json.dumps(keys))
        assert url == self.settings.userinfo_endpoint
        userinfo = sign(self._claims(PERSON, self.userinfo), **self.userinfo_signed)
        return _given(self.userinfo_answer, answer(userinfo, "application/jwt; charset=utf-8"))

    def post(self, url: str, **kwargs: Any) -> requests.Response:
        self.asked.append(url)
        self.posted = kwargs["data"]
        assert kwargs["timeout"]
        assert url == self.settings.token_endpoint
        told = {"nonce": self.nonce, "acr": "eidas1-mfa", "amr": ["pwd", "otp", "mfa"]}
        id_token = sign(self._claims(told, self.id_token), **self.signed)
        return _given(self.token_answer, answer(json.dumps({"id_token": id_token, "access_token": "at"})))

    def _claims(self, *parts: Claims) -> Claims:
        now = int(time.time())
        base = {"iss": self.settings.issuer, "aud": self.settings.client_id, "iat": now, "exp": now + 600, "sub": "S1"}
        told: Claims = {}
        for part in (base, *parts):
            told |= part
        return {name: value for name, value in told.items() if value is not None}

    def begin(self, client: Client, **query: str) -> dict[str, str]:
        """What the browser is sent to the provider with."""
        if self.key:
            query["provider"] = self.key
        address = client.get(reverse("oidc_authentication_init"), query)["Location"]
        assert address.startswith(self.settings.authorization_endpoint)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce = asked["nonce"]
        return asked

    def sign_in(self, client: Client, **query: str) -> Any:
        """The answer to the browser that comes back."""
        state = self.begin(client, **query)["state"]
        return client.get(reverse("oidc_authentication_callback"), {"code": "c", "state": state})

    def refusal(self, client: Client) -> str:
        """The code that the person is shown; the page is one that explains."""
        came_back = self.sign_in(client)
        assert came_back["Location"] == reverse("login_refused")
        assert "_auth_user_id" not in client.session
        page = client.get(came_back["Location"])
        assert page.status_code == 403
        return str(page.context["code"])


def _given(instead: requests.Response | Exception | None, usual: requests.Response) -> requests.Response:
    if isinstance(instead, Exception):
        raise instead
    return usual if instead is None else instead
