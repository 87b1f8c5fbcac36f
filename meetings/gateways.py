"""What the gateways say of their version: asked now and then, and kept for all processes."""

from __future__ import annotations

import asyncio

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.cache import cache

from meetings.errors import MediaUnavailable
from meetings.janus import versions
from meetings.janus.client import JanusClient
from meetings.janus.versions import Version

CACHE_KEY = "janus-versions"
CACHE_S = 300
PATIENCE_S = 2.0  # a page waits for the slowest of them


def known_versions() -> dict[str, Version]:
    """Of the nodes that answer. Costs a question to each, at times."""
    return cache.get_or_set(CACHE_KEY, async_to_sync(_versions), CACHE_S) or {}


async def _versions() -> dict[str, Version]:
    nodes = settings.JANUS_NODES
    answers = await asyncio.gather(*(_version(url) for url in nodes.values()))
    return {node: version for node, version in zip(nodes, answers, strict=True) if version}


async def _version(url: str) -> Version:
    try:
        async with asyncio.timeout(PATIENCE_S):
            client = await JanusClient.connect(url, settings.JANUS_API_SECRET)
            await client.close()
    except (MediaUnavailable, TimeoutError):
        return versions.UNKNOWN
    return client.version
