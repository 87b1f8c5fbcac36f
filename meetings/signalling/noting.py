"""What becomes of calls, noted for the figures of the room's institution: see `counters`."""

from __future__ import annotations

import asyncio

from meetings import counters
from meetings.counters import Happened
from meetings.errors import MeetingFull, Refused, RoomClosed, RoomLocked
from meetings.signalling.session import Session

CLOSE_SILENT = 4408
CLOSE_MEDIA_LOST = 4503
GOING_AWAY = (1000, 1001)  # the page said goodbye, or was closed
BY_THE_RULES = (Refused, RoomClosed, RoomLocked)


async def note(session: Session, happened: Happened) -> None:
    """In a thread that holds no connection to the database."""
    await asyncio.to_thread(counters.add, happened, session.room.institution_id)


async def note_not_joined(session: Session, error: Exception) -> None:
    """Somebody wanted to come in. What their browser should not have asked is no failure of ours."""
    if isinstance(error, BY_THE_RULES):
        await note(session, Happened.REFUSED)
    elif isinstance(error, MeetingFull):
        await note(session, Happened.FULL)
    else:
        await note(session, Happened.FAILED)


async def note_end(session: Session, code: int, *, by_us: bool) -> None:
    """`code` is that of the socket's end: what we said, or else what the browser or the network did."""
    if session.joined is None or session.media is None or session.is_leaving:
        return
    if by_us and code == CLOSE_MEDIA_LOST:
        await note(session, Happened.MEDIA_LOST)
    elif code == CLOSE_SILENT if by_us else code not in GOING_AWAY:
        await note(session, Happened.CUT_OFF)
