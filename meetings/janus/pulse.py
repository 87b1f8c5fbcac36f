"""Whether a Janus' VideoRoom answers. Its core would, when the plugin hangs."""

from __future__ import annotations

import asyncio

from meetings.janus import videoroom
from meetings.janus.client import Frame, Handle, JanusClient

STUCK_S = 5.0  # VideoRoom does one thing after the other: when hundreds join together, it takes a moment


class Pulse:
    """Of one socket: asks one question at a time, and does not wait for the answer, but for the first."""

    def __init__(self, client: JanusClient) -> None:
        self.client = client
        self._handle: Handle | None = None
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = 0.0
        self._has_answered = False

    async def beats(self) -> bool:
        """False when a question has been open for too long, or the answer was none."""
        failed = self._take_answer()
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
            self._asked_at = asyncio.get_running_loop().time()
        if not self._has_answered:
            await asyncio.wait({self._asking}, timeout=STUCK_S)
            failed = self._take_answer()
            return self._has_answered and not failed
        return not failed and asyncio.get_running_loop().time() - self._asked_at < STUCK_S

    def stop(self) -> None:
        if self._asking:
            self._asking.cancel()

    def _take_answer(self) -> bool:
        """Whether there is one, and it says that something is wrong."""
        if self._asking is None or not self._asking.done():
            return False
        failed = self._asking.cancelled() or self._asking.exception() is not None
        self._asking = None
        self._has_answered |= not failed
        return failed

    async def _ask(self) -> None:
        """Raises MediaUnavailable."""
        if self._handle is None:
            session = await self.client.open_session(_ignore)
            self._handle = await session.attach(_ignore_frame)
        await videoroom.answer_anything(self._handle)


def _ignore() -> None: ...


def _ignore_frame(frame: Frame) -> None: ...
