"""The Janus room of a meeting: what opens it, and its end."""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from meetings.errors import MediaUnavailable
from meetings.janus import videoroom
from meetings.janus.client import Frame, JanusClient
from meetings.janus.videoroom import RoomKeys

logger = logging.getLogger(__name__)


def room_keys(meeting_id: UUID) -> RoomKeys:
    """Derived from the installation's key, so that no secret of a room is stored anywhere."""
    secret = salted_hmac("meetings.janus.room", meeting_id.hex, algorithm="sha256").hexdigest()
    return RoomKeys(meeting_id.hex, secret, settings.JANUS_ADMIN_KEY)


async def close(meeting_id: UUID, node: str) -> None:
    """Remove the room, if it is still there. For a process without a socket to Janus of its own."""
    try:
        client = await JanusClient.connect(settings.JANUS_NODES[node], settings.JANUS_API_SECRET)
    except MediaUnavailable:
        return  # a Janus that is gone took its rooms with it
    try:
        session = await client.open_session(lambda: None)
        await videoroom.destroy_room(await session.attach(_ignore), room_keys(meeting_id))
        await session.destroy()
    except MediaUnavailable as error:
        logger.info("room of meeting %s not removed: %s", meeting_id, error)
    finally:
        await client.close()


def _ignore(frame: Frame) -> None: ...
