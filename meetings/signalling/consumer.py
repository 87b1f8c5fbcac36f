"""The browser's socket: its opening, its frames, its end. No rule lives here."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Coroutine
from io import BytesIO
from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest

from accounts import sockets
from accounts.models import User
from meetings import events, sign_in
from meetings.codes import PATTERN
from meetings.errors import MeetingError, ProtocolError
from meetings.invitations.tokens import SESSION_KEY
from meetings.models import Room
from meetings.rooms import guessing
from meetings.signalling import completeness, handlers, messages, news, noting, protocol
from meetings.signalling.budget import Budget
from meetings.signalling.database import in_db
from meetings.signalling.media import Event
from meetings.signalling.session import Session

logger = logging.getLogger(__name__)

CLOSE_PLAIN = 1000
CLOSE_PROTOCOL_ERROR = 4400
CLOSE_NO_SUCH_ROOM = 4404
CLOSE_INTERNAL_ERROR = 4500
SILENCE_MAX_S = 30.0
ANSWER_WITHIN_S = 3.0  # who sends no media any more is asked
LOOK_EVERY_S = 5.0
# Every so many seconds.
CHORES = {
    handlers.check_record: 5.0,
    completeness.check_streams: 10.0,
    news.still_waits: 15.0,
    news.seen: 60.0,
}


class RoomConsumer(AsyncWebsocketConsumer):
    session: Session | None = None
    watch: asyncio.Task[None] | None = None
    signed_in: asyncio.Task[None] | None = None
    asking: asyncio.Task[None] | None = None
    heard_at = 0.0
    is_closed = False  # by us: what comes after is not even read
    closed_with = 0  # what we said then

    async def connect(self) -> None:
        await self.accept()
        room, guest_key, acr = await in_db(self.look_around)
        session = self.scope["session"]  # loaded now
        if room is None:
            return await self.close(CLOSE_NO_SUCH_ROOM)
        user = self.scope["user"]
        self.session = Session(
            room=room,
            user=user if isinstance(user, User) else None,
            guest_key=guest_key,
            acr=acr,
            invitation_id=str(session.get(SESSION_KEY, "")),
            tell=self.tell,
            close=self.close,
            media_lost=self.media_lost,
            doubt=self.doubt,
        )
        await self.channel_layer.group_add(events.group_of(room.pk), self.channel_name)
        self.heard_at = time.monotonic()
        self.budget = Budget()
        self.watch = asyncio.create_task(self.keep_watch())
        self.signed_in = asyncio.create_task(sockets.end_with_session(self.scope, self.close))

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels would cross over to the database's threads for each message; `in_db` looks after its own."""
        await getattr(self, get_handler_name(message))(message)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.session is None or self.is_closed:
            return
        self.heard_at = time.monotonic()
        message = None
        try:
            self.budget.spend()
            message = protocol.parse(text_data)
            await handlers.handle(self.session, message)
        except MeetingError as error:
            verb = protocol.VERBS[type(message)] if message else ""
            await self.tell({"type": "error", "code": error.code, "verb": verb})
            if isinstance(message, messages.Join):
                await noting.note_not_joined(self.session, error)
        except ProtocolError as error:
            logger.info("protocol error: %s", error)
            await self.close(CLOSE_PROTOCOL_ERROR)
        except Exception as error:
            logger.exception("handler failed")
            await self.close(CLOSE_INTERNAL_ERROR)
            if isinstance(message, messages.Join):
                await noting.note_not_joined(self.session, error)

    async def disconnect(self, code: int) -> None:
        if self.session is None:
            return
        for task in (self.watch, self.signed_in, self.asking):
            if task:
                task.cancel()
        try:
            await noting.note_end(self.session, self.closed_with or code, by_us=self.is_closed)
            await handlers.ended(self.session)
        finally:
            await self.channel_layer.group_discard(events.group_of(self.session.room.pk), self.channel_name)

    def look_around(self) -> tuple[Room | None, str, str]:
        """The room, who a guest is (given to their session by the room page), and how strongly an agent signed in."""
        request = self.opening()
        guest_key = str(request.session.get("guest_key", ""))
        return self.find_room(request), guest_key, sign_in.acr_of(request)

    def opening(self) -> HttpRequest:
        """The request that opened the socket, for what pages ask too."""
        scope: dict[str, Any] = {**self.scope, "method": "GET"}
        request = ASGIRequest(scope, BytesIO())
        request.user, request.session = scope["user"], scope["session"]
        return request

    def find_room(self, request: HttpRequest) -> Room | None:
        """None too for whoever has tried too many codes, even if this one is right."""
        if guessing.is_blocked(request):
            return None
        code = self.scope["url_route"]["kwargs"]["code"]
        found = Room.objects.filter(code=code).first() if PATTERN.fullmatch(code) else None
        if found is None:
            guessing.count_unknown_code(request)
        return found

    async def close(self, code: int | bool | None = None, reason: str | None = None) -> None:
        self.is_closed = True
        self.closed_with = self.closed_with or int(code or CLOSE_PLAIN)
        await super().close(code, reason)

    async def room_news(self, message: dict[str, Any]) -> None:
        """From the channel layer."""
        if self.session:
            await self.guarded(news.hear(self.session, message["name"], message["values"]))

    async def tell(self, event: Event) -> None:
        await self.send(text_data=json.dumps(event))

    def media_lost(self) -> None:
        """Called from the reader of Janus' socket: it must not wait."""
        self.closing = asyncio.create_task(self.close(noting.CLOSE_MEDIA_LOST))

    def doubt(self) -> None:
        """Called from the reader of Janus' socket, too: nothing comes from this browser."""
        if self.asking is None or self.asking.done():
            self.asking = asyncio.create_task(self.make_sure())

    async def make_sure(self) -> None:
        asked_at = time.monotonic()
        await self.tell({"type": "ping"})
        await asyncio.sleep(ANSWER_WITHIN_S)
        if self.heard_at < asked_at:
            await self.close(noting.CLOSE_SILENT)

    async def keep_watch(self) -> None:
        """Close a socket whose browser has fallen silent. Otherwise note now and then that it lives, and make sure
        that this person is written exactly if they agreed: the event that said so may have been lost.
        """
        due = dict.fromkeys(CHORES, time.monotonic())
        while self.session:
            await asyncio.sleep(LOOK_EVERY_S)
            now = time.monotonic()
            if now - self.heard_at > SILENCE_MAX_S:
                return await self.close(noting.CLOSE_SILENT)
            for chore, every_s in CHORES.items():
                if now < due[chore]:
                    continue
                due[chore] = now + every_s
                if not await self.guarded(chore(self.session)):
                    return

    async def guarded(self, work: Coroutine[Any, Any, None]) -> bool:
        """Work that no message of the browser asked for. When it fails, the browser comes back and starts afresh."""
        try:
            await work
            return True
        except MeetingError as error:
            logger.warning("not followed: %s", error.code)
            await self.close(noting.CLOSE_MEDIA_LOST)
        except Exception:
            logger.exception("not followed")
            await self.close(CLOSE_INTERNAL_ERROR)
        return False
