"""What comes to a socket from elsewhere: from other sockets, from actions, from time. See `events`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from meetings import actions, events, lobby
from meetings.actions import Presence
from meetings.models import Knock, Room
from meetings.policy import Permission
from meetings.signalling import handlers, noting
from meetings.signalling.database import in_db
from meetings.signalling.session import Session

CLOSES = {
    Presence.REPLACED: handlers.CLOSE_REPLACED,
    Presence.REMOVED: handlers.CLOSE_NOT_WANTED,
    Presence.ENDED: handlers.CLOSE_ENDED,
    Presence.LOST: noting.CLOSE_MEDIA_LOST,  # they come back, and are there again
}


async def hear(session: Session, name: str, values: dict[str, Any]) -> None:
    """A message of the channel layer, from `events`."""
    await HEARD[name](session, **values)


async def told(session: Session, event: events.Event) -> None:
    """An event for everybody in the room."""
    if session.joined is None:
        return
    await session.tell(event)
    if event["type"] == "recording-started":
        session.was_recorded = True
    if event["type"] == "recording-stopped" and session.media:
        await handlers.follow_record(session)


async def caption(session: Session, event: events.Event) -> None:
    """Words, or that captions go on: for those who read them."""
    if session.joined and session.reads_captions:
        await session.tell(event)


async def replaced(session: Session, participation_id: str, connection: int) -> None:
    """Somebody joined by another socket; if it is this person, this one is over."""
    joined = session.joined
    if joined and str(joined.participation_id) == participation_id and connection > joined.connection:
        await session.close(handlers.CLOSE_REPLACED)


async def seen(session: Session) -> None:
    """Say that somebody is still there. Who is not, and missed to hear so, is told now."""
    joined = session.joined
    if joined:
        presence = await in_db(actions.mark_seen, joined.participation_id, joined.connection, joined.node)
        if presence != Presence.HERE:
            await session.close(CLOSES[presence])


async def still_waits(session: Session) -> None:
    """Tell again that somebody waits; tell them again that they may come in, if they missed it."""
    if session.knock_id and not session.joined and not await in_db(lobby.mark_seen, session.knock_id):
        await session.tell({"type": "admitted"})  # or refused: joining again tells which


async def held(session: Session, participation_id: str, source: str) -> None:
    """An organiser has turned off what somebody sends; if it is this person, Janus forwards it no more."""
    joined = session.joined
    if joined and session.media and str(joined.participation_id) == participation_id:
        await session.media.hold(session.media.held | {source})
        await session.tell({"type": "silenced", "source": source})


async def permissions_changed(session: Session, participation_id: str) -> None:
    joined = session.joined
    if joined and str(joined.participation_id) == participation_id:
        room = await in_db(Room.objects.select_related("institution").get, pk=session.room.pk)
        joined.permissions = await in_db(actions.permissions_in, room, session.user, session.acr)
        await session.tell({"type": "permissions", "permissions": sorted(joined.permissions)})
        await waiting_changed(session)


async def removed(session: Session, participation_id: str) -> None:
    if session.joined and str(session.joined.participation_id) == participation_id:
        await session.close(handlers.CLOSE_NOT_WANTED)


async def ended_for_all(session: Session, meeting_id: str) -> None:
    if session.joined and str(session.joined.meeting_id) == meeting_id:
        await session.close(handlers.CLOSE_ENDED)


async def moved(session: Session, meeting_id: str, node: str) -> None:
    """The meeting is on another node now, where this browser's media are not."""
    joined = session.joined
    if joined and str(joined.meeting_id) == meeting_id and joined.node != node:
        await session.close(noting.CLOSE_MEDIA_LOST)


async def waiting_changed(session: Session) -> None:
    """Organisers see who waits."""
    if session.joined and Permission.MODERATE in session.joined.permissions:
        people = await in_db(events.waiting_list, session.room.pk)
        await session.tell({"type": "waiting-list", "people": people})


async def answered(session: Session, knock_id: str, state: str) -> None:
    """Organisers have answered somebody who waits; perhaps this browser."""
    if session.joined or str(session.knock_id) != knock_id:
        return
    if state == Knock.State.ADMITTED:
        await session.tell({"type": "admitted"})
    else:
        await session.close(handlers.CLOSE_NOT_WANTED)


async def told_waiting(session: Session, text: str) -> None:
    if session.knock_id and not session.joined:
        await session.tell({"type": "waiting", "text": text})


HEARD: dict[str, Callable[..., Awaitable[None]]] = {
    "event": told,
    "caption": caption,
    "replaced": replaced,
    "held": held,
    "permissions": permissions_changed,
    "removed": removed,
    "ended": ended_for_all,
    "moved": moved,
    "waiting-changed": waiting_changed,
    "answered": answered,
    "waiting-text": told_waiting,
}
