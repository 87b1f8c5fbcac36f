"""What an action came in by: a page, a connection to a room, a task. Kept beside the code that runs, for the trail.

Logs are set up with it before any model is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Origin:
    """`session` is that of who asked, not read before somebody wants it; None of a task."""

    request_id: UUID
    session: SessionBase | None = None


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)


@contextmanager
def coming_from(session: SessionBase | None = None, request_id: UUID | None = None) -> Iterator[None]:
    """The identifier is always ours: what a client sends would let it hide among others."""
    token = _current.set(Origin(request_id or uuid4(), session))
    try:
        yield
    finally:
        _current.reset(token)


def request_id() -> UUID | None:
    origin = _current.get()
    return origin.request_id if origin else None


def assurance_of(user: User) -> str:
    """How strongly we know that it is them: the level of their session, else what their account vouches for."""
    origin = _current.get()
    session = origin.session if origin else None
    if user.source != user.Source.LOCAL:
        known = (session.get("proconnect") or {}) if session is not None else {}
        return str(known.get("acr") or "proconnect")
    return "local-mfa" if session is not None and _has_used_factor(session, user) else "local"


def _has_used_factor(session: SessionBase, user: User) -> bool:
    """As allauth notes it."""
    proofs = session.get("account_authentication_methods") or []
    is_theirs = session.get("account_authentication_methods_user") == str(user.pk)
    return is_theirs and any(proof.get("method") == "mfa" for proof in proofs)


class RequestOrigin:
    """Middleware of pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(request.session):
            return self.get_response(request)


class SocketOrigin:
    """The same of sockets: all that is done through one connection is one request. Within AuthMiddlewareStack."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        with coming_from(scope["session"]):
            return await self.application(scope, receive, send)
