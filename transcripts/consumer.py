"""The socket of a page that waits for its minutes. It only speaks; what browsers say is not looked at."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

from channels.db import database_sync_to_async as in_db
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AnonymousUser

from accounts import sockets
from accounts.models import User
from meetings.models import Recording
from transcripts import events

CLOSE_PROTOCOL_ERROR = 4400
CLOSE_NOT_FOUND = 4404
MAX_FRAME_CHARS = 1024


class ProgressConsumer(AsyncWebsocketConsumer):
    group: str | None = None
    signed_in: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()  # a browser can't read the code of a socket that was never opened
        recording_id = self.scope["url_route"]["kwargs"]["recording_id"]
        if not await in_db(self._may_see)():
            return await self.close(CLOSE_NOT_FOUND)
        # First the group, then the state: a change in between is told twice rather than never.
        self.group = events.group_of(recording_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        progress = await in_db(events.read_progress)(recording_id)
        await self.send(text_data=json.dumps(progress.message()))
        self.signed_in = asyncio.create_task(sockets.end_with_session(self.scope, self.close))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None or len(text_data) > MAX_FRAME_CHARS:
            await self.close(CLOSE_PROTOCOL_ERROR)

    async def disconnect(self, code: int) -> None:
        if self.signed_in:
            self.signed_in.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def progress_changed(self, message: dict[str, Any]) -> None:
        """From the channel layer. Asked each time: what was shared may not be any more."""
        if not await in_db(self._may_see)():
            return await self.close(CLOSE_NOT_FOUND)
        await self.send(text_data=json.dumps(message["progress"]))

    def _may_see(self) -> bool:
        user = cast("User | AnonymousUser", self.scope["user"])  # AuthMiddlewareStack has resolved it
        found = Recording.objects.visible_to(user).filter(pk=self.scope["url_route"]["kwargs"]["recording_id"])
        return found.exists()
