"""What a provider says of itself, against what Visio was told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

from accounts.identity import REQUIRED_CLAIMS
from accounts.providers import Provider

ADDRESSES = {
    "issuer": "issuer",
    "authorization_endpoint": "authorization_endpoint",
    "token_endpoint": "token_endpoint",
    "userinfo_endpoint": "userinfo_endpoint",
    "jwks_uri": "jwks_endpoint",
    "end_session_endpoint": "logout_endpoint",
}


class Unreadable(Exception):
    """No answer, or none that is a discovery document."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing compared. `found` is None when the provider doesn't say, as OpenID Connect permits for some."""

    name: str
    wanted: str
    found: str | None
    is_right: bool


def fetch(url: str) -> dict[str, Any]:
    """Raises Unreadable."""
    try:
        answer = requests.get(url, timeout=settings.OIDC_TIMEOUT)
        answer.raise_for_status()
        document = answer.json()
    except requests.RequestException as error:
        raise Unreadable(f"{url}: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise Unreadable(f"{url}: not a JSON object")
    return document


def examine(provider: Provider) -> list[Line]:
    """Raises Unreadable."""
    document = fetch(f"{provider.issuer}/.well-known/openid-configuration")
    return [*_addresses(provider, document), *_abilities(provider, document), _key(provider)]


def _addresses(provider: Provider, document: dict[str, Any]) -> Iterator[Line]:
    for name, attribute in ADDRESSES.items():
        wanted, found = getattr(provider, attribute), document.get(name)
        yield Line(name, wanted, None if found is None else str(found), found == wanted)


def _abilities(provider: Provider, document: dict[str, Any]) -> Iterator[Line]:
    yield _holds(document, "id_token_signing_alg_values_supported", [provider.sign_algo], is_required=True)
    yield _holds(document, "userinfo_signing_alg_values_supported", [provider.sign_algo], is_required=True)
    yield _holds(document, "acr_values_supported", settings.OIDC_ACR_VALUES)
    yield _holds(document, "scopes_supported", settings.OIDC_RP_SCOPES.split())
    yield _holds(document, "claims_supported", list(REQUIRED_CLAIMS))
    yield _holds(document, "response_types_supported", ["code"], is_required=True)
    yield _holds(document, "code_challenge_methods_supported", ["S256"], is_required=True)
    yield _holds(document, "token_endpoint_auth_methods_supported", ["client_secret_post"])


def _holds(document: dict[str, Any], name: str, wanted: list[str], *, is_required: bool = False) -> Line:
    found = document.get(name)
    if not isinstance(found, list):
        return Line(name, " ".join(wanted), None, not is_required)
    return Line(name, " ".join(wanted), " ".join(map(str, found)), set(wanted) <= set(map(str, found)))


def _key(provider: Provider) -> Line:
    found = fetch(provider.jwks_endpoint).get("keys")
    keys = [key for key in found if isinstance(key, dict)] if isinstance(found, list) else []
    algorithms = [str(key.get("alg", provider.sign_algo)) for key in keys]
    return Line("signing key", provider.sign_algo, " ".join(algorithms), provider.sign_algo in algorithms)
