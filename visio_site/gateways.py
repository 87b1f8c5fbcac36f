"""What the gateways say of their version, for those who administer the platform."""

from __future__ import annotations

import asyncio

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from accounts import roles
from meetings.errors import MediaUnavailable
from meetings.janus import versions
from meetings.janus.client import JanusClient
from meetings.janus.versions import Version

CACHE_KEY = "janus-versions"
CACHE_S = 300
PATIENCE_S = 2.0  # a page waits for the slowest of them


def old_gateways(request: HttpRequest) -> list[dict[str, str]]:
    """Those with known memory faults; none for who can do nothing about it. Costs a question to each, at times."""
    if not roles.is_platform_admin(request.user):
        return []
    known = cache.get_or_set(CACHE_KEY, async_to_sync(_versions), CACHE_S) or {}
    old = {node: version for node, version in known.items() if not versions.is_memory_safe(version)}
    return [{"node": node, "version": versions.show(version)} for node, version in sorted(old.items())]


async def _versions() -> dict[str, Version]:
    """Of the nodes that answer."""
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
