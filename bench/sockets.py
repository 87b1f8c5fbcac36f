"""Somebody in a room without a browser: the page is opened for its session, then our protocol is spoken."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]
PATIENCE_S = 20.0
SESSION_COOKIES = ("sessionid", "__Host-sessionid")


def new_session(link: str) -> str:
    """The cookie that a guest gets with the page of the room at `link`."""
    with urllib.request.urlopen(link, timeout=PATIENCE_S) as answer:
        given = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie") or []))
    return next(f"{name}={given[name].value}" for name in SESSION_COOKIES if name in given)


def address_of(link: str) -> str:
    """Of the socket of the room at `link`."""
    parts = urlsplit(link)
    return f"ws://{parts.netloc}/ws/rooms/{link.rstrip('/').rsplit('/', 1)[-1]}/"


def origin_of(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(slots=True)
class Talker:
    socket: ClientConnection
    link: str
    cookie: str
    me: str = ""
    permissions: list[str] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one question at a time: answers have no number

    @classmethod
    async def arrive(cls, link: str, cookie: str = "", **options: Any) -> Self:
        """As a new guest, unless a session's `cookie` is given. `options` are those of `websockets.connect`."""
        cookie = cookie or await asyncio.to_thread(new_session, link)
        settings: dict[str, Any] = {
            "additional_headers": {"Cookie": cookie, "Origin": origin_of(link)},
            "max_size": None,
            "max_queue": None,
            "proxy": None,
            "ping_interval": None,
            "compression": None,
        }
        socket = await connect(address_of(link), **{**settings, **options})
        return cls(socket, link, cookie)

    async def say(self, verb: str, **fields: object) -> None:
        await self.socket.send(json.dumps({"type": verb, **fields}))

    async def hear(self, *events: str) -> Frame:
        """The next frame of one of these types; others are passed over. Raises ConnectionClosed, TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                frame: Frame = json.loads(await self.socket.recv())
                if frame["type"] in events:
                    return frame

    async def ask(self, verb: str, *answers: str, **fields: object) -> Frame:
        """Say it; the next frame that answers, or refuses."""
        async with self.turn:
            await self.say(verb, **fields)
            return await self.hear("error", *answers)

    async def join(self, name: str | None = "Invitée") -> Frame:
        """`joined`, `waiting` or `error`."""
        answer = await self.ask("join", "joined", "waiting", name=name, shared_microphone=False)
        if answer["type"] == "joined":
            self.me, self.permissions = answer["me"], answer["permissions"]
        return answer

    async def round_trip_s(self) -> float:
        start = time.perf_counter()
        await self.ask("ping", "pong")
        return time.perf_counter() - start

    async def close_code(self) -> int:
        """Once it is closed, by the other side."""
        async with asyncio.timeout(PATIENCE_S):
            with suppress(ConnectionClosed):
                async for _ in self.socket:
                    pass
        return self.socket.close_code or 0

    async def leave(self) -> None:
        await self.say("leave")
        await self.socket.close()
