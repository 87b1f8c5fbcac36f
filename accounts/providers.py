"""The identity providers that agents may sign in with: usually one; ProConnect has one per network (Internet, RIE)."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Provider:
    """`realm`: providers that give one person the same `sub` share it, and so share accounts."""

    key: str
    label: str  # shown beside the button when there are several
    realm: str
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_endpoint: str
    logout_endpoint: str
    client_id: str
    client_secret: str = field(repr=False)
    sign_algo: str

    @property
    def browser_origins(self) -> list[str]:
        """Where browsers are sent, as CSP sources."""
        return list(dict.fromkeys(_origin(url) for url in (self.authorization_endpoint, self.logout_endpoint)))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def every() -> tuple[Provider, ...]:
    return tuple(settings.OIDC_PROVIDERS)


def default() -> Provider:
    return every()[0]


def named(key: str) -> Provider | None:
    return next((provider for provider in every() if provider.key == key), None)
