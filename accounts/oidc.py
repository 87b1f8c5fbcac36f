"""ProConnect on mozilla-django-oidc: the checks that the library leaves to us.

Beyond signature, pinned algorithm, state, nonce and PKCE, an identity is accepted only when `iss`
and `aud` are ours, the userinfo is signed and about the same `sub` (OpenID Connect Core 5.3.2),
and `acr` is one of those we asked for.
"""

from __future__ import annotations

import logging
from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from accounts import audit
from accounts.models import Institution, User

logger = logging.getLogger(__name__)

Claims = dict[str, Any]
REQUIRED_CLAIMS = ("sub", "email", "given_name", "usual_name", "siret", "idp_id")
JWKS_CACHE_S = 3600


class IdentityRefused(Exception):
    """The provider's answer can't be trusted, or doesn't suffice. `code` is shown on the refusal page.

    Not a SuspiciousOperation: the library swallows those, and the person would not learn why.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ProConnectBackend(OIDCAuthenticationBackend):  # type: ignore[misc]
    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> User | None:
        """The agent behind this callback. Raises IdentityRefused; None when this is no ProConnect login."""
        if request is None or "nonce" not in kwargs:
            return None
        try:
            user: User | None = super().authenticate(request, **kwargs)
        except requests.RequestException as error:
            raise IdentityRefused("provider-unreachable") from error
        except (jwt.PyJWTError, ValueError) as error:
            raise IdentityRefused("invalid-token") from error
        if user is None:
            raise IdentityRefused("missing-claims")
        return user

    def verify_token(self, token: str, **kwargs: Any) -> Claims:
        try:
            claims: Claims = super().verify_token(token, **kwargs)
        except SuspiciousOperation as error:
            raise IdentityRefused("invalid-token") from error
        audience = claims.get("aud")
        if claims.get("iss") != settings.OIDC_OP_ISSUER:
            raise IdentityRefused("wrong-issuer")
        if self.OIDC_RP_CLIENT_ID not in (audience if isinstance(audience, list) else [audience]):
            raise IdentityRefused("wrong-audience")
        return claims

    def get_userinfo(self, access_token: str, id_token: str, payload: Claims) -> Claims:
        claims = self._signed_userinfo(access_token)
        if not payload.get("sub") or claims.get("sub") != payload["sub"]:
            raise IdentityRefused("userinfo-of-another")
        if settings.OIDC_ACR_VALUES and payload.get("acr") not in settings.OIDC_ACR_VALUES:
            raise IdentityRefused("weak-authentication")
        return {**claims, "acr": payload.get("acr")}

    def _signed_userinfo(self, access_token: str) -> Claims:
        """The library also takes plain JSON, which nobody signed."""
        response = requests.get(
            self.OIDC_OP_USER_ENDPOINT,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=settings.OIDC_TIMEOUT,
        )
        response.raise_for_status()
        if not response.headers.get("content-type", "").startswith("application/jwt"):
            raise IdentityRefused("unsigned-userinfo")
        return self.verify_token(response.text)

    def retrieve_matching_jwk(self, token: bytes | str) -> Any:
        """The provider's key for `token`; its key set is cached, and asked again once for an unknown key."""
        kid = jwt.get_unverified_header(token).get("kid")
        known = cache.get(self._jwks_cache_key()) or self._fetch_jwks()
        if not any(key.get("kid") == kid for key in known["keys"]):
            known = self._fetch_jwks()
        for key in known["keys"]:
            if key.get("kid") == kid and key.get("alg", settings.OIDC_RP_SIGN_ALGO) == settings.OIDC_RP_SIGN_ALGO:
                return jwt.PyJWK(key)
        raise IdentityRefused("unknown-key")

    def _jwks_cache_key(self) -> str:
        return f"jwks:{self.OIDC_OP_JWKS_ENDPOINT}"

    def _fetch_jwks(self) -> Any:
        response = requests.get(self.OIDC_OP_JWKS_ENDPOINT, timeout=settings.OIDC_TIMEOUT)
        response.raise_for_status()
        cache.set(self._jwks_cache_key(), response.json(), JWKS_CACHE_S)
        return response.json()

    def verify_claims(self, claims: Claims) -> bool:
        return all(claims.get(name) for name in REQUIRED_CLAIMS)

    def filter_users_by_claims(self, claims: Claims) -> QuerySet[User]:
        return User.objects.filter(sub=claims["sub"])  # never by e-mail

    def create_user(self, claims: Claims) -> User:
        user = User(sub=claims["sub"])
        user.set_unusable_password()
        try:
            return self.update_user(user, claims)
        except IntegrityError:  # the same person signed in twice at once, and the other was first
            return self.update_user(User.objects.get(sub=claims["sub"]), claims)

    @transaction.atomic
    def update_user(self, user: User, claims: Claims) -> User:
        user.email = claims["email"].lower()
        user.given_name, user.usual_name = claims["given_name"], claims["usual_name"]
        user.idp_id, user.uid = claims["idp_id"], claims.get("uid") or ""
        user.roles = list(claims.get("roles") or [])
        user.institution = _institution(claims)
        user.save()
        audit.record("account.signed-in", actor=user, target=user, acr=claims.get("acr"))
        return user


def _institution(claims: Claims) -> Institution:
    siret = str(claims["siret"])
    if not (len(siret) == 14 and siret.isdigit()):
        raise IdentityRefused("missing-claims")
    institution, _ = Institution.objects.update_or_create(
        siret=siret, defaults={"label": str(claims.get("organization_label") or "")[:200]}
    )
    return institution
