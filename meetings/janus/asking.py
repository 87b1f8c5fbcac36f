"""One question to a Janus, for a process without a socket to it of its own."""

from __future__ import annotations

import asyncio

from meetings.errors import MediaUnavailable
from meetings.janus import versions
from meetings.janus.client import JanusClient
from meetings.janus.pulse import Pulse
from meetings.janus.versions import Version

PATIENCE_S = 2.0


async def videoroom_answers(url: str, api_secret: str) -> bool:
    """Waits for as long as it takes."""
    try:
        client = await JanusClient.connect(url, api_secret)
    except MediaUnavailable:
        return False
    pulse = Pulse(client)
    try:
        return await pulse.beats()
    finally:
        pulse.stop()
        await client.close()


async def version_of(url: str, api_secret: str) -> Version:
    """UNKNOWN when it does not answer soon."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            client = await JanusClient.connect(url, api_secret)
            await client.close()
    except (MediaUnavailable, TimeoutError):
        return versions.UNKNOWN
    return client.version
