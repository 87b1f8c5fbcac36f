"""The browser's socket: its opening, its frames, its end. No rule lives here."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Coroutine
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from accounts.models import User
from meetings import events
from meetings.codes import PATTERN
from meetings.errors import MeetingError, ProtocolError
from meetings.invitations.tokens import SESSION_KEY
from meetings.models import Room
from meetings.signalling import handlers, protocol
from meetings.signalling.budget import Budget
from meetings.signalling.database import in_db
from meetings.signalling.media import Event
from meetings.signalling.session import Session

logger = logging.getLogger(__name__)

CLOSE_PROTOCOL_ERROR = 4400
CLOSE_NO_SUCH_ROOM = 4404
CLOSE_SILENT = 4408
CLOSE_INTERNAL_ERROR = 4500
SILENCE_MAX_S = 30.0
SEEN_EVERY_S = 60.0
LOOK_EVERY_S = 5.0


class RoomConsumer(AsyncWebsocketConsumer):
    session: Session | None = None
    watch: asyncio.Task[None] | None = None
    heard_at = 0.0

    async def connect(self) -> None:
        await self.accept()
        room, guest_key = await in_db(lambda: (self.find_room(), self.guest_key()))
        session = self.scope["session"]  # loaded now
        if room is None:
            return await self.close(CLOSE_NO_SUCH_ROOM)
        user = self.scope["user"]
        self.session = Session(
            room=room,
            user=user if isinstance(user, User) else None,
            guest_key=guest_key,
            acr=str(session.get("proconnect", {}).get("acr") or ""),
            invitation_id=str(session.get(SESSION_KEY, "")),
            tell=self.tell,
            close=self.close,
            media_lost=self.media_lost,
        )
        await self.channel_layer.group_add(events.group_of(room.pk), self.channel_name)
        self.heard_at = time.monotonic()
        self.budget = Budget()
        self.watch = asyncio.create_task(self.keep_watch())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.session is None:
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
        except ProtocolError as error:
            logger.info("protocol error: %s", error)
            await self.close(CLOSE_PROTOCOL_ERROR)
        except Exception:
            logger.exception("handler failed")
            await self.close(CLOSE_INTERNAL_ERROR)

    async def disconnect(self, code: int) -> None:
        if self.session is None:
            return
        if self.watch:
            self.watch.cancel()
        try:
            await handlers.ended(self.session)
        finally:
            await self.channel_layer.group_discard(events.group_of(self.session.room.pk), self.channel_name)

    def find_room(self) -> Room | None:
        code = self.scope["url_route"]["kwargs"]["code"]
        return Room.objects.filter(code=code).first() if PATTERN.fullmatch(code) else None

    def guest_key(self) -> str:
        """Who a guest is: given to their session by the room page."""
        return str(self.scope["session"].get("guest_key", ""))

    async def meeting_event(self, message: dict[str, Any]) -> None:
        """From the channel layer."""
        if self.session:
            await self.guarded(handlers.told(self.session, message["event"]))

    async def meeting_replaced(self, message: dict[str, Any]) -> None:
        """From the channel layer."""
        if self.session:
            await self.guarded(handlers.replaced(self.session, message["id"], message["connection"]))

    async def tell(self, event: Event) -> None:
        await self.send(text_data=json.dumps(event))

    def media_lost(self) -> None:
        """Called from the reader of Janus' socket: it must not wait."""
        self.closing = asyncio.create_task(self.close(handlers.CLOSE_MEDIA_LOST))

    async def keep_watch(self) -> None:
        """Close a socket whose browser has fallen silent. Otherwise note now and then that it lives, and make sure
        that this person is written exactly if they agreed: the event that said so may have been lost.
        """
        seen_at = time.monotonic()
        while self.session:
            await asyncio.sleep(LOOK_EVERY_S)
            if time.monotonic() - self.heard_at > SILENCE_MAX_S:
                return await self.close(CLOSE_SILENT)
            if not await self.guarded(handlers.check_record(self.session)):
                return
            if time.monotonic() - seen_at > SEEN_EVERY_S:
                seen_at = time.monotonic()
                await self.guarded(handlers.seen(self.session))

    async def guarded(self, work: Coroutine[Any, Any, None]) -> bool:
        """Work that no message of the browser asked for. When it fails, the browser comes back and starts afresh."""
        try:
            await work
            return True
        except MeetingError as error:
            logger.warning("not followed: %s", error.code)
            await self.close(handlers.CLOSE_MEDIA_LOST)
        except Exception:
            logger.exception("not followed")
            await self.close(CLOSE_INTERNAL_ERROR)
        return False
