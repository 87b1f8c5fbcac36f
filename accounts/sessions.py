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
from django.utils.crypto import constant_time_compare

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


def is_open(session_key: str, user: User) -> bool:
    """Is `user` still signed in by it, and of the same institution? Reads, where Django's middleware would also renew
    or empty the session.
    """
    kept = _store()(session_key)
    now = User.objects.filter(pk=user.pk, is_active=True, institution=user.institution_id).first()
    if now is None or kept.get(auth.SESSION_KEY) != str(user.pk):
        return False
    hashes = (now.get_session_auth_hash(), *now.get_session_auth_fallback_hash())  # of the password as it is now
    return any(constant_time_compare(kept.get(auth.HASH_SESSION_KEY, ""), known) for known in hashes)


def _store() -> type[SessionBase]:
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store


def others_of(user: User, current: SessionBase) -> QuerySet[UserSession]:
    """Their sessions but the one that they are in, which they leave by signing out."""
    sessions: QuerySet[UserSession] = UserSession.objects.filter(user=user).exclude(session_key=current.session_key)
    return sessions


@transaction.atomic
def end(session: UserSession, *, actor: User) -> None:
    audit.record("account.session-ended", actor=actor, target=session)
    session.end()
    # Until the commit, a request in that session still reads its row, and puts it back into the cache
    transaction.on_commit(partial(_store()().delete, session.session_key))
