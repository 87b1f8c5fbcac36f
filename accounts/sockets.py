"""Sockets end with the session that opened them: pages ask at each request, a socket was asked once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from channels.db import database_sync_to_async
from django.db import DatabaseError

from accounts import sessions
from accounts.models import User

logger = logging.getLogger(__name__)

CLOSE_SIGNED_OUT = 4401
ASK_EVERY_S = 50.0  # within a minute, whatever takes its time


async def end_with_session(scope: Mapping[str, Any], close: Callable[[int], Awaitable[None]]) -> None:
    """Runs beside a consumer, which cancels it when the socket closes. A guest has no session to be signed out of."""
    user = scope["user"]
    while isinstance(user, User):
        await asyncio.sleep(ASK_EVERY_S)
        if not await _is_open(scope["session"].session_key, user):
            return await close(CLOSE_SIGNED_OUT)


async def _is_open(session_key: str, user: User) -> bool:
    try:
        return await database_sync_to_async(sessions.is_open, thread_sensitive=False)(session_key, user)
    except DatabaseError:
        logger.exception("session not read")  # a minute more: nobody is cut off by a database that restarts
        return True
