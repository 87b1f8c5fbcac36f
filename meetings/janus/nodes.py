"""The Janus nodes that this process talks to: one socket each, opened when needed, and whether they answer."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import Protocol

from meetings.errors import MediaUnavailable
from meetings.janus.client import JanusClient
from meetings.janus.pulse import Pulse

logger = logging.getLogger(__name__)

ASK_EVERY_S = 0.5
PATIENCE_S = 1.0
LATE_S = 0.5  # beyond its patience: then we were the slow ones, and nothing is known
MAX_FAILURES = 2  # in a row; one, when the socket was lost too
OPENING_S = 3.0


class Ledger(Protocol):
    """Where it is written down for other processes. Neither may take long; errors are its own."""

    async def answers(self, node: str) -> None: ...

    async def is_down(self, node: str) -> None: ...


class Nodes:
    """Of one event loop: sockets can't be shared between loops."""

    def __init__(self, urls: dict[str, str], api_secret: str, ledger: Ledger) -> None:
        self._nodes = {name: Node(name, url, api_secret, ledger) for name, url in urls.items()}
        self._watching: list[asyncio.Task[None]] = []

    async def client(self, node: str) -> JanusClient:
        """From the first call on, all of them are watched. Raises MediaUnavailable."""
        if not self._watching:
            self._watching = [asyncio.create_task(each.watch()) for each in self._nodes.values()]
        if node not in self._nodes:
            raise MediaUnavailable("unknown node")
        return await self._nodes[node].client()

    async def stop(self) -> None:
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        for node in self._nodes.values():
            node.stop()


class Node:
    """One of them. It is down when it leaves two questions in a row unanswered, or hangs up and takes no new call; and
    when its VideoRoom hangs.
    """

    def __init__(self, name: str, url: str, api_secret: str, ledger: Ledger) -> None:
        self._name = name
        self._url = url
        self._api_secret = api_secret
        self._ledger = ledger
        self._client: JanusClient | None = None
        self._pulse: Pulse | None = None
        self._opening = asyncio.Lock()
        self._hung_up = asyncio.Event()
        self._lost: list[JanusClient] = []  # whose sessions have not been told yet

    async def client(self) -> JanusClient:
        """Raises MediaUnavailable."""
        try:
            async with asyncio.timeout(OPENING_S), self._opening:
                if self._client is None or not self._client.is_open:
                    self._client = await JanusClient.connect(self._url, self._api_secret)
                    self._client.on_lost = self._lose
        except TimeoutError as error:
            raise MediaUnavailable("no connection") from error
        return self._client

    def _lose(self, client: JanusClient) -> None:
        self._lost.append(client)
        self._hung_up.set()

    async def watch(self) -> None:
        """Ask again and again; tell the ledger, then end the sessions of sockets that were lost.

        In that order: who comes back finds the meeting's node known to be down.
        """
        failures, is_down = 0, False
        while True:
            self._hung_up.clear()
            answered = await self._answers()
            if answered:
                failures, is_down = 0, False
                await self._ledger.answers(self._name)
            elif answered is False:
                failures += 1
                if not is_down and (self._lost or failures == MAX_FAILURES):
                    is_down = True
                    await self._give_up()
            if answered or is_down:
                self._end_lost_sessions()
                await self._pause()

    async def _answers(self) -> bool | None:
        """None: this process was too slow to know."""
        start = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(PATIENCE_S):
                client = await self.client()
                await client.request({"janus": "ping"})
        except (MediaUnavailable, TimeoutError):
            took_s = asyncio.get_running_loop().time() - start
            return False if took_s < PATIENCE_S + LATE_S else None
        return await self._pulse_of(client).beats()

    def _pulse_of(self, client: JanusClient) -> Pulse:
        if self._pulse is None or self._pulse.client is not client:
            self.stop()
            self._pulse = Pulse(client)
        return self._pulse

    def stop(self) -> None:
        if self._pulse:
            self._pulse.stop()

    async def _give_up(self) -> None:
        """Whoever waits for an answer hears now that there will be none."""
        logger.warning("janus node %s is down", self._name)
        await self._ledger.is_down(self._name)
        if self._client:
            self._client.abort()
            self._lost.append(self._client)

    def _end_lost_sessions(self) -> None:
        lost, self._lost = self._lost, []
        for client in lost:
            client.end_sessions()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(ASK_EVERY_S):
                await self._hung_up.wait()
        except TimeoutError:
            pass


def choose(nodes: list[str], room: str) -> str:
    """By rendezvous: the same room goes to the same node, and to the others evenly when that one is not there."""
    return max(nodes, key=lambda node: hashlib.sha256(f"{node}/{room}".encode()).digest())
