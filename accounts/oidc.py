"""ProConnect on mozilla-django-oidc: the checks that the library leaves to us.

Beyond signature, pinned algorithm, state, nonce and PKCE, an identity is accepted only when `iss`
and `aud` are ours, the userinfo is signed and about the same `sub` (OpenID Connect Core 5.3.2),
and `acr` is one of those we asked for.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import jwt
import requests
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from accounts import agents, identity, keys, providers
from accounts.identity import Claims, IdentityRefused
from accounts.models import User
from accounts.providers import Provider
from accounts.sessions import Proof

CLOCK_SKEW_S = 30


class ProConnectBackend(OIDCAuthenticationBackend):  # type: ignore[misc]
    """Signs in with one provider. `proof` is there once the tokens are believed, even if the person is refused then."""

    proof: Proof | None = None

    def __init__(self, provider: Provider | None = None) -> None:
        self.provider = provider or providers.default()
        self.OIDC_OP_TOKEN_ENDPOINT = self.provider.token_endpoint
        self.OIDC_RP_CLIENT_ID = self.provider.client_id
        self.OIDC_RP_CLIENT_SECRET = self.provider.client_secret

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> User | None:
        """The agent behind this callback. Raises IdentityRefused; None when this is no ProConnect login."""
        if request is None or "nonce" not in kwargs:
            return None
        try:
            user: User | None = super().authenticate(request, **kwargs)
        except requests.RequestException as error:
            raise IdentityRefused("provider-unreachable") from error
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise IdentityRefused("invalid-token") from error
        if user is None:
            raise IdentityRefused("provider-error")  # came back with neither a code nor an error
        return user

    def get_user(self, user_id: str | UUID) -> User | None:
        """Asked at each request: nobody goes on who was disabled, or whose institution was closed, meanwhile."""
        admitted = Q(institution=None) | Q(institution__is_open=True)
        return User.objects.select_related("institution").filter(admitted, pk=user_id, is_active=True).first()

    def get_token(self, payload: dict[str, str]) -> Claims:
        token = super().get_token(payload)
        if not isinstance(token, dict):
            raise IdentityRefused("invalid-token")
        return token

    def verify_token(self, token: str, **kwargs: Any) -> Claims:
        """The claims of the ID token."""
        claims = self._read_signed(token, required=["exp", "iat", "iss", "aud", "sub", "nonce"])
        if not constant_time_compare(str(claims["nonce"]), kwargs["nonce"]):
            raise IdentityRefused("invalid-token")
        if claims.get("azp", self.provider.client_id) != self.provider.client_id:
            raise IdentityRefused("wrong-audience")
        if claims.get("acr") not in settings.OIDC_ACR_VALUES:
            raise IdentityRefused("weak-authentication")
        return claims

    def _read_signed(self, token: str, *, required: list[str]) -> Claims:
        try:
            claims: Claims = jwt.decode(
                token,
                keys.key_for(token, self.provider),
                algorithms=[self.provider.sign_algo],
                issuer=self.provider.issuer,
                leeway=CLOCK_SKEW_S,
                options={"require": required, "verify_aud": False},
            )
        except jwt.InvalidIssuerError as error:
            raise IdentityRefused("wrong-issuer") from error
        if claims["aud"] not in (self.provider.client_id, [self.provider.client_id]):
            raise IdentityRefused("wrong-audience")  # ours among others is not enough
        return claims

    def store_tokens(self, access_token: str, id_token: str) -> None:
        """Not yet: opening the session may empty it first."""

    def get_or_create_user(self, access_token: str, id_token: str, payload: Claims) -> User:
        person = identity.read(self._userinfo(access_token, payload["sub"]))
        amr = payload.get("amr")
        self.proof = Proof(
            provider=self.provider.key,
            acr=payload["acr"],
            amr=tuple(str(method)[:20] for method in amr[:10]) if isinstance(amr, list) else (),
            idp_id=person.idp_id,
            id_token=id_token,
        )
        return agents.admit(person, realm=self.provider.realm, acr=payload["acr"], provider=self.provider.key)

    def _userinfo(self, access_token: str, sub: str) -> Claims:
        """The library also takes plain JSON, which nobody signed."""
        response = requests.get(
            self.provider.userinfo_endpoint,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=settings.OIDC_TIMEOUT,
        )
        response.raise_for_status()
        if not response.headers.get("content-type", "").startswith("application/jwt"):
            raise IdentityRefused("unsigned-userinfo")
        claims = self._read_signed(response.text, required=["iss", "aud", "sub"])
        if claims["sub"] != sub:
            raise IdentityRefused("userinfo-of-another")
        return claims
