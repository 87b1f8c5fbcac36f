"""What a session remembers of the ProConnect sign-in that opened it, when it ends, and who ends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, providers
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


def others_of(user: User, current: SessionBase) -> QuerySet[UserSession]:
    """Their sessions but the one that they are in, which they leave by signing out."""
    sessions: QuerySet[UserSession] = UserSession.objects.filter(user=user).exclude(session_key=current.session_key)
    return sessions


@transaction.atomic
def end(session: UserSession, *, actor: User) -> None:
    audit.record("account.session-ended", actor=actor, target=session)
    session.end()
    # Until the commit, a request in that session still reads its row, and puts it back into the cache
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    transaction.on_commit(partial(store.delete, session.session_key))
