"""The Janus room of a meeting: what opens it, who may be in it, and its end."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts import audit
from meetings.errors import MediaUnavailable
from meetings.janus import videoroom
from meetings.janus.client import Frame, Handle, JanusClient, JanusRefused
from meetings.janus.videoroom import RoomKeys
from meetings.models import Meeting, Participation
from meetings.signalling.media import feed_of

logger = logging.getLogger(__name__)

SURE_AFTER_S = 2.0
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


async def remove_strangers(node: str) -> int:
    """Take out of Janus whoever is there and not in the meeting's rows; return how many.

    Nobody should be: this is what is left when a web process was killed, or is wrong. Who just left, or just
    came by another socket, is seen twice, `SURE_AFTER_S` apart, before they count as strangers.
    """
    try:
        async with _videoroom(node) as handle:
            suspects = await _strangers(handle, await _open_meetings(handle))
            if not suspects:
                return 0
            await asyncio.sleep(SURE_AFTER_S)
            strangers = suspects & await _strangers(handle, {meeting_id for meeting_id, _ in suspects})
            return sum([await _kick(handle, meeting_id, feed) for meeting_id, feed in strangers])
    except MediaUnavailable as error:
        logger.info("node %s not reconciled: %s", node, error)
        return 0


async def _open_meetings(handle: Handle) -> set[UUID]:
    rooms = await videoroom.list_rooms(handle, settings.JANUS_ADMIN_KEY)
    ours = [UUID(room) for room in rooms if OUR_NAME.fullmatch(room)]
    going_on = Meeting.objects.filter(pk__in=ours, ended_at=None)
    return {pk async for pk in going_on.values_list("pk", flat=True)}


async def _strangers(handle: Handle, meetings: set[UUID]) -> set[tuple[UUID, str]]:
    """Pairs of meeting and feed."""
    there = {(meeting_id, feed) for meeting_id in meetings for feed in await _feeds(handle, meeting_id)}
    present = Participation.objects.filter(meeting__in=meetings, left_at=None)
    rows = present.values_list("meeting_id", "pk", "connection")
    return there - {(meeting_id, feed_of(pk, connection)) async for meeting_id, pk, connection in rows}


async def _feeds(handle: Handle, meeting_id: UUID) -> list[str]:
    try:
        return await videoroom.list_feeds(handle, room_keys(meeting_id))
    except JanusRefused:  # its last person has just left
        return []


async def _kick(handle: Handle, meeting_id: UUID, feed: str) -> bool:
    try:
        await videoroom.kick(handle, room_keys(meeting_id), feed)
    except JanusRefused as error:
        logger.info("stranger in meeting %s not removed: %s", meeting_id, error)
        return False
    logger.warning("stranger removed from meeting %s", meeting_id)
    meeting = await Meeting.objects.aget(pk=meeting_id)
    await sync_to_async(audit.record)("meeting.stranger-removed", actor=audit.SYSTEM, target=meeting)
    return True


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
