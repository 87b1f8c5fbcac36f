"""Where a socket's code crosses over to the database, which is synchronous."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
T = TypeVar("T")


async def in_db(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `action` in a thread of the pool: by default all sockets of a process would wait for one thread."""
    return await database_sync_to_async(action, thread_sensitive=False)(*args, **kwargs)
