"""What this process sees of the Janus nodes, written down where all processes look."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from django.db import Error

from meetings import placement
from meetings.signalling.database import in_db

logger = logging.getLogger(__name__)

ROW_S = 2.0  # a database that is away must not keep browsers from starting again
NOTE_EVERY_S = 5.0  # another process may have found it down


class Rows:
    """A `Ledger` of `janus.nodes`: rows of JanusNode."""

    def __init__(self) -> None:
        self._epochs: dict[str, int] = {}
        self._noted_at: dict[str, float] = {}

    async def answers(self, node: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._noted_at.get(node, -NOTE_EVERY_S) >= NOTE_EVERY_S:
            epoch = await _written(placement.note_answer, node)
            if epoch:
                self._noted_at[node], self._epochs[node] = now, epoch

    async def is_down(self, node: str) -> None:
        self._noted_at.pop(node, None)
        await _written(placement.mark_down, node, self._epochs.get(node))


async def _written(write: Callable[..., int], *values: Any) -> int:
    """What `write` gave; 0 when it could not."""
    try:
        async with asyncio.timeout(ROW_S):
            return await in_db(write, *values)
    except (Error, TimeoutError) as error:
        logger.warning("health of node %s not written: %s", values[0], type(error).__name__)
        return 0
