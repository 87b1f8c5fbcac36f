"""Calls outlive their web process: as it ends, what it knew of each is kept, for the browser that comes back.

Janus keeps a session whose socket is gone for a while, and its media flow on. The next process claims it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache

from meetings.signalling.database import in_db
from meetings.signalling.session import Session

logger = logging.getLogger(__name__)

KEPT_S = 60  # as long as Janus keeps the session: `reclaim_session_timeout`
FORMAT = 1  # of what is kept: the next process may be of another version
CLOSE_RESTARTING = 1012
TOKEN_BYTES = 24

_calls: dict[str, Session] = {}  # of this process, by the token that their browsers hold


@dataclass(frozen=True, slots=True)
class Parked:
    """Whose call it is, and where. Only this connection of this participation may go on with it."""

    participation: str
    connection: int
    node: str
    media: dict[str, Any]
    format: int = FORMAT

    @property
    def participation_id(self) -> UUID:
        return UUID(self.participation)


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def follow(session: Session) -> None:
    """A call that is to be kept when this process ends."""
    if session.joined:
        _calls[session.joined.token] = session


def calls_of(meeting_id: UUID) -> list[Session]:
    """Of this process, in the order in which they came."""
    return [call for call in _calls.values() if call.joined and call.joined.meeting_id == meeting_id]


def forget(session: Session) -> None:
    if session.joined:
        _calls.pop(session.joined.token, None)


async def park_all() -> int:
    """Keep what is known of every call, then send the browsers away; return how many may go on with theirs."""
    calls = dict(_calls)
    media = await asyncio.gather(*(_park(session) for session in calls.values()))
    parked = {token: kept for token, kept in zip(calls, media, strict=True) if kept}
    texts = {_key(token): json.dumps(asdict(kept)) for token, kept in parked.items()}
    try:
        if texts:
            await in_db(cache.set_many, texts, KEPT_S)
        for token in parked:
            calls[token].is_parked = True
    finally:
        closing = (session.close(CLOSE_RESTARTING) for session in calls.values())
        await asyncio.gather(*closing, return_exceptions=True)  # a browser may be gone by itself
    logger.info("calls kept for the next process: %s of %s", len(parked), len(calls))
    return len(parked)


async def _park(session: Session) -> Parked | None:
    joined, media = session.joined, session.media
    kept = await media.park() if media else None
    if joined is None or kept is None:
        return None
    return Parked(str(joined.participation_id), joined.connection, joined.node, kept)


async def take(token: str | None) -> Parked | None:
    """What was kept under the token, once."""
    return await in_db(_take, token) if token else None


def _take(token: str) -> Parked | None:
    text = cache.get(_key(token))
    if text is None or not cache.delete(_key(token)):  # somebody else was faster
        return None
    kept = json.loads(text)
    return Parked(**kept) if kept.get("format") == FORMAT else None


def _key(token: str) -> str:
    return f"parked-call:{token}"
