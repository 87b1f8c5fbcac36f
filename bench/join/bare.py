"""The least that can stand between browsers and Janus: the bare page, and one socket for each browser.

No account, no database, no permission: whoever knocks is in. Serves one room of one Janus, on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from meetings.errors import MediaUnavailable
from meetings.janus import videoroom
from meetings.janus.client import Frame, Handle, JanusClient, JanusSession
from meetings.janus.versions import may_simulcast
from meetings.janus.videoroom import Feed, FeedsPublished, OfferUpdated, RoomKeys
from visio_site.env import env, env_pairs, env_secret

PAGE = (Path(__file__).parent / "bare.html").read_text(encoding="utf-8")
ANSWER_TIMEOUT_S = 10.0
Verb = Callable[..., Coroutine[None, None, None]]
numbers = itertools.count(1)


@dataclass(slots=True)
class Gateway:
    janus: JanusClient
    keys: RoomKeys

    async def welcome(self, socket: ServerConnection) -> None:
        session = await self.janus.open_session(lambda: None)
        seat = Seat(socket, session, self.keys)
        try:
            async for text in socket:
                seat.start(json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            await seat.leave()


@dataclass(slots=True)
class Seat:
    """One browser in the room. As little as possible waits for something else."""

    socket: ServerConnection
    session: JanusSession
    keys: RoomKeys
    publisher: Handle | None = None
    subscriber: Handle | None = None
    private_id: int = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    negotiating: asyncio.Lock = field(default_factory=asyncio.Lock)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, message: Frame) -> None:
        verbs: dict[str, Verb] = {"join": self.join, "publish": self.publish, "answer": self.answer}
        self._spawn(verbs[message.pop("type")](**message))

    async def join(self) -> None:
        self.publisher = await self.session.attach(self._heard)
        self.private_id, feeds = await videoroom.enter(self.publisher, self.keys, f"bare.{next(numbers)}")
        await self._tell({"type": "joined", "simulcast": may_simulcast(self.session.client.version)})
        self._spawn(self._subscribe(feeds))

    async def publish(self, sdp: str, sources: dict[str, str]) -> None:
        if self.publisher:
            answer = await videoroom.publish(self.publisher, sdp, sources, first=True)
            await self._tell({"type": "published", "sdp": answer})

    async def answer(self, sdp: str) -> None:
        if self.subscriber:
            await videoroom.start(self.subscriber, sdp)
            self.answered.set()

    async def leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        await self.session.destroy()

    async def _subscribe(self, feeds: list[Feed]) -> None:
        wanted = {(feed.id, mid) for feed in feeds for mid in feed.sources}
        if not wanted:
            return
        async with self.negotiating:
            offer: videoroom.SubscriberOffer | None
            if self.subscriber is None:
                self.subscriber = await self.session.attach(self._heard)
                offer = await videoroom.subscribe_first(self.subscriber, self.keys, self.private_id, wanted)
            else:
                offer = await videoroom.subscribe(self.subscriber, wanted, set())
            if offer:
                await self._negotiate(offer.sdp)

    async def _follow(self, sdp: str) -> None:
        async with self.negotiating:
            await self._negotiate(sdp)

    async def _negotiate(self, sdp: str) -> None:
        self.answered.clear()
        await self._tell({"type": "offer", "sdp": sdp})
        await asyncio.wait_for(self.answered.wait(), ANSWER_TIMEOUT_S)

    def _heard(self, frame: Frame) -> None:
        for news in videoroom.read_news(frame):
            if isinstance(news, FeedsPublished):
                self._spawn(self._subscribe(news.feeds))
            elif isinstance(news, OfferUpdated):
                self._spawn(self._follow(news.offer.sdp))

    async def _tell(self, message: Frame) -> None:
        await self.socket.send(json.dumps(message))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        """A browser that has left is no error; one that stays without media sees its socket close."""
        try:
            await work
        except ConnectionClosed:
            pass
        except (MediaUnavailable, TimeoutError):
            await self.socket.close()


async def serve_room(node: str) -> None:
    """Make a room on `node`, print the port on which the page is served, and serve until killed."""
    janus = await JanusClient.connect(env_pairs("JANUS_NODES")[node], env_secret("JANUS_API_SECRET"))
    keys = RoomKeys(f"bare-{secrets.token_hex(8)}", secrets.token_hex(16), env_secret("JANUS_ADMIN_KEY"))
    maker = await (await janus.open_session(lambda: None)).attach(lambda frame: None)
    await videoroom.create_room(maker, keys, recordings_dir=env("JANUS_RECORDINGS_DIR"))
    gateway = Gateway(janus, keys)
    async with serve(gateway.welcome, "127.0.0.1", 0, process_request=_give_page, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await server.serve_forever()


def _give_page(connection: ServerConnection, request: Request) -> Response | None:
    if "Upgrade" in request.headers:
        return None
    response = connection.respond(HTTPStatus.OK, PAGE)
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--node", required=True, help="which of JANUS_NODES")
    asyncio.run(serve_room(parser.parse_args().node))
