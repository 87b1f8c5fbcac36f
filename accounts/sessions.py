"""What a session remembers of the ProConnect sign-in that opened it, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from accounts import providers
from accounts.models import User
from accounts.providers import Provider

KEY = "proconnect"
HINT_KEY = "oidc_id_token"  # asked for at log-out
BACKEND = "accounts.oidc.ProConnectBackend"


@dataclass(frozen=True, slots=True)
class Proof:
    """How somebody proved who they are."""

    provider: str
    acr: str
    amr: tuple[str, ...]
    idp_id: str
    id_token: str


def open_session(request: HttpRequest, user: User, proof: Proof) -> None:
    """Its end is a date, which activity does not put off: ProConnect tells nobody of a revocation before then."""
    auth.login(request, user, backend=BACKEND)  # empties a session that was another person's
    request.session[KEY] = {
        "provider": proof.provider,
        "acr": proof.acr,
        "amr": list(proof.amr),
        "idp_id": proof.idp_id,
    }
    request.session[HINT_KEY] = proof.id_token
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))


def acr_of(session: SessionBase) -> str:
    """The level that ProConnect vouched for, such as "eidas1-mfa"; empty for other sessions."""
    return str((session.get(KEY) or {}).get("acr", ""))


def provider_of(session: SessionBase) -> Provider:
    return providers.named((session.get(KEY) or {}).get("provider", "")) or providers.default()
