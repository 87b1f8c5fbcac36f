"""The Janus nodes that this process talks to: one socket each, opened when needed, again when it was lost."""

from __future__ import annotations

import asyncio
import hashlib

from meetings.errors import MediaUnavailable
from meetings.janus.client import JanusClient


class Nodes:
    """Of one event loop: sockets can't be shared between loops."""

    def __init__(self, urls: dict[str, str], api_secret: str) -> None:
        self._urls = urls
        self._api_secret = api_secret
        self._clients: dict[str, JanusClient] = {}
        self._opening = asyncio.Lock()

    async def client(self, node: str) -> JanusClient:
        """Raises MediaUnavailable."""
        async with self._opening:
            client = self._clients.get(node)
            if client is None or not client.is_open:
                if node not in self._urls:
                    raise MediaUnavailable("unknown node")
                client = self._clients[node] = await JanusClient.connect(self._urls[node], self._api_secret)
        return client


def choose(nodes: list[str], room: str) -> str:
    """The node of a new meeting: the same room goes to the same node while the list doesn't change."""
    return max(nodes, key=lambda node: hashlib.sha256(f"{node}/{room}".encode()).digest())
