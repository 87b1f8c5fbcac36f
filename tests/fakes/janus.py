"""A Janus that speaks the real protocol over a real socket, and has a VideoRoom without media.

Like the real one it acks every message before it answers it, tells publishers of each other, and
offers to subscribers. What it was asked is in `heard`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import websockets

from meetings.janus.videoroom import NO_SUCH_ROOM, NOWHERE

Frame = dict[str, Any]
Sender = tuple[int, int]  # session, handle

OFFER = "v=0\r\na=setup:actpass\r\n"


@dataclass
class FakeJanus:
    heard: list[Frame] = field(default_factory=list)  # bodies of messages
    sessions: set[int] = field(default_factory=set)
    rooms: set[str] = field(default_factory=set)
    feeds: dict[Sender, str] = field(default_factory=dict)  # publishers that have joined
    streams: dict[str, list[Frame]] = field(default_factory=dict)  # of each feed
    recorded: dict[str, str] = field(default_factory=dict)  # feed → file name, while it is written
    forwarders: dict[int, Frame] = field(default_factory=dict)  # sound that is sent elsewhere too
    silent: bool = False
    is_stuck: bool = False  # the plugin only: the core answers
    waiting: list[tuple[websockets.ServerConnection, Frame, Frame]] = field(default_factory=list)  # meanwhile
    version: str = "1.1.2"
    url: str = ""
    sockets: set[websockets.ServerConnection] = field(default_factory=set)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[FakeJanus]:
        subprotocols = [websockets.Subprotocol("janus-protocol")]
        async with websockets.serve(self._talk, "127.0.0.1", 0, subprotocols=subprotocols) as server:
            self.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            yield self

    def asked(self, request: str) -> list[Frame]:
        return [body for body in self.heard if body["request"] == request]

    async def die(self) -> None:
        for socket in list(self.sockets):
            await socket.close()

    async def say(self, text: str) -> None:
        """Anything at all, to everybody."""
        await asyncio.gather(*(socket.send(text) for socket in self.sockets))

    async def say_talking(self, feed: str, mid: str = "0") -> None:
        await self._tell(lambda sender: sender in self.feeds, {"videoroom": "talking", "id": feed, "mid": mid})

    async def answer_what_waits(self) -> None:
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            await self._plugin(*one)

    async def _talk(self, socket: websockets.ServerConnection) -> None:
        self.sockets.add(socket)
        try:
            async for text in socket:
                await self._hear(socket, json.loads(text))
        finally:
            self.sockets.discard(socket)

    async def _hear(self, socket: websockets.ServerConnection, frame: Frame) -> None:
        if self.silent:
            return
        reply = {"transaction": frame["transaction"], "session_id": frame.get("session_id", 0)}
        match frame["janus"]:
            case "info":
                await self._send(socket, {**reply, "janus": "server_info", "version_string": self.version})
            case "ping":
                await self._send(socket, {**reply, "janus": "pong"})
            case "create":
                number = next(self.numbers)
                self.sessions.add(number)
                await self._send(socket, {**reply, "janus": "success", "data": {"id": number}})
            case "attach":
                await self._send(socket, {**reply, "janus": "success", "data": {"id": next(self.numbers)}})
            case "claim" if frame["session_id"] in self.sessions:
                await self._send(socket, {**reply, "janus": "success"})
            case "claim":
                await self._send(socket, {**reply, "janus": "error", "error": {"code": 458, "reason": "no session"}})
            case "detach":
                self.feeds.pop((frame["session_id"], frame["handle_id"]), None)
                await self._send(socket, {**reply, "janus": "success"})
            case "destroy":
                self.sessions.discard(frame["session_id"])
                await self._send(socket, {**reply, "janus": "success"})
                await self._forget(frame["session_id"])
            case "keepalive":
                await self._send(socket, {**reply, "janus": "ack"})
            case "message":
                await self._send(socket, {**reply, "janus": "ack"})
                await self._plugin(socket, reply, frame)

    async def _plugin(self, socket: websockets.ServerConnection, reply: Frame, frame: Frame) -> None:
        body, sender = frame["body"], (frame["session_id"], frame["handle_id"])
        if self.is_stuck:
            self.waiting.append((socket, reply, frame))
            return
        if body.get("room") == NOWHERE:  # a look at its health, which is nobody's session
            self.sessions.discard(sender[0])
            return await self._refuse(socket, {**reply, "sender": sender[1]}, NO_SUCH_ROOM)
        self.heard.append(body)
        data, jsep = self._answer(sender, body, frame.get("jsep"))
        event = {**reply, "janus": "event", "sender": sender[1], "plugindata": {"data": data}}
        await self._send(socket, {**event, "jsep": jsep} if jsep else event)
        if body["request"] in {"publish", "configure"} and "descriptions" in body:
            feed = self.feeds[sender]
            news = {"videoroom": "event", "publishers": [{"id": feed, "streams": self.streams[feed]}]}
            await self._tell(lambda other: other in self.feeds and other != sender, news)

    async def _refuse(self, socket: websockets.ServerConnection, reply: Frame, number: int) -> None:
        data = {"videoroom": "event", "error_code": number, "error": "no"}
        await self._send(socket, {**reply, "janus": "event", "plugindata": {"data": data}})

    def _answer(self, sender: Sender, body: Frame, jsep: Frame | None) -> tuple[Frame, Frame | None]:
        match body["request"]:
            case "create" if body["room"] in self.rooms:
                return {"videoroom": "event", "error_code": 427, "error": "room exists"}, None
            case "create":
                self.rooms.add(body["room"])
            case "destroy":
                self.rooms.discard(body["room"])
            case "list":  # all rooms are private: without the key, none is shown
                listed = [{"room": room} for room in sorted(self.rooms) if body.get("admin_key")]
                return {"videoroom": "success", "list": listed}, None
            case "listparticipants":
                return {
                    "videoroom": "participants",
                    "participants": [{"id": feed, "publisher": feed in self.streams} for feed in self.feeds.values()],
                }, None
            case "rtp_forward":
                streams = {stream["mid"] for stream in self.streams.get(body["publisher_id"], [])}
                found = [stream for stream in body["streams"] if stream["mid"] in streams]
                made = {next(self.numbers): {**stream, "publisher": body["publisher_id"]} for stream in found}
                self.forwarders |= made
                return {"videoroom": "rtp_forward", "forwarders": [{"stream_id": number} for number in made]}, None
            case "stop_rtp_forward":
                self.forwarders.pop(body["stream_id"], None)
            case "kick":
                self.feeds = {sender: feed for sender, feed in self.feeds.items() if feed != body["id"]}
            case "join" if body["ptype"] == "publisher":
                self.feeds[sender] = body["id"]
                others = [{"id": feed, "streams": streams} for feed, streams in self.streams.items()]
                return {"videoroom": "joined", "private_id": 7, "publishers": others}, None
            case "join" | "update":
                return {"videoroom": "attached", "streams": self._offered()}, {"type": "offer", "sdp": OFFER}
            case "publish" | "configure" if "descriptions" in body:
                self.streams[self.feeds[sender]] = [{**stream, "type": "audio"} for stream in body["descriptions"]]
                return {"videoroom": "event", "configured": "ok"}, {"type": "answer", "sdp": "v=0 answer"}
            case "configure" if body.get("record"):
                self.recorded[self.feeds[sender]] = body["filename"]
            case "configure" if body.get("record") is False:
                self.recorded.pop(self.feeds[sender], None)
        return {"videoroom": "event"}, None

    def _offered(self) -> list[Frame]:
        pairs = [(feed, stream) for feed, streams in self.streams.items() for stream in streams]
        return [
            {"mid": str(number), "active": True, "feed_id": feed, "feed_description": stream["description"]}
            for number, (feed, stream) in enumerate(pairs)
        ]

    async def _forget(self, session: int) -> None:
        for sender in [sender for sender in self.feeds if sender[0] == session]:
            feed = self.feeds.pop(sender)
            self.streams.pop(feed, None)
            self.recorded.pop(feed, None)
            await self._tell(lambda other: other in self.feeds, {"videoroom": "event", "leaving": feed})

    async def _tell(self, wanted: Any, data: Frame) -> None:
        for sender in [sender for sender in self.feeds if wanted(sender)]:
            event = {"janus": "event", "session_id": sender[0], "sender": sender[1], "plugindata": {"data": data}}
            await asyncio.gather(*(self._send(socket, event) for socket in self.sockets))

    async def _send(self, socket: websockets.ServerConnection, frame: Frame) -> None:
        await socket.send(json.dumps(frame))
