"""The Janus room of a meeting: what opens it, and its end."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from meetings.errors import MediaUnavailable
from meetings.janus import videoroom
from meetings.janus.client import Frame, Handle, JanusClient, JanusRefused
from meetings.janus.videoroom import RoomKeys
from meetings.models import Meeting

logger = logging.getLogger(__name__)

OUR_NAME = re.compile(r"[0-9a-f]{32}")


def room_keys(meeting_id: UUID) -> RoomKeys:
    """Derived from the installation's key, so that no secret of a room is stored anywhere."""
    secret = salted_hmac("meetings.janus.room", meeting_id.hex, algorithm="sha256").hexdigest()
    return RoomKeys(meeting_id.hex, secret, settings.JANUS_ADMIN_KEY)


async def close(meeting_id: UUID, node: str) -> None:
    """Remove the room, if it is still there. For a process without a socket to Janus of its own."""
    try:
        async with _videoroom(node) as handle:
            await videoroom.destroy_room(handle, room_keys(meeting_id))
    except MediaUnavailable as error:  # a Janus that is gone took its rooms with it
        logger.info("room of meeting %s not removed: %s", meeting_id, error)


async def close_ended(node: str) -> int:
    """Remove the rooms of meetings that are over, which a killed process left; return how many."""
    count = 0
    try:
        async with _videoroom(node) as handle:
            for meeting_id in await _ended(await videoroom.list_rooms(handle, settings.JANUS_ADMIN_KEY)):
                count += await _remove(handle, meeting_id)
    except MediaUnavailable as error:
        logger.info("rooms of node %s not swept: %s", node, error)
    return count


async def _ended(rooms: list[str]) -> list[UUID]:
    """Of `rooms`, those of meetings that are over. What has another name is not ours."""
    ours = [UUID(room) for room in rooms if OUR_NAME.fullmatch(room)]
    ended = Meeting.objects.filter(pk__in=ours, ended_at__isnull=False)
    return [pk async for pk in ended.values_list("pk", flat=True)]


async def _remove(handle: Handle, meeting_id: UUID) -> bool:
    try:
        await videoroom.destroy_room(handle, room_keys(meeting_id))
    except JanusRefused as error:
        logger.info("room of meeting %s not removed: %s", meeting_id, error)
        return False
    return True


@asynccontextmanager
async def _videoroom(node: str) -> AsyncIterator[Handle]:
    """Raises MediaUnavailable."""
    client = await JanusClient.connect(settings.JANUS_NODES[node], settings.JANUS_API_SECRET)
    try:
        session = await client.open_session(lambda: None)
        yield await session.attach(_ignore)
        await session.destroy()
    finally:
        await client.close()


def _ignore(frame: Frame) -> None: ...
