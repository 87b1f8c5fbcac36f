"""One conversation with Janus: requests out, answers matched by transaction, news to the handle concerned."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import websockets

from meetings.errors import MediaUnavailable
from meetings.janus import versions
from meetings.janus.versions import Version

logger = logging.getLogger(__name__)

Frame = dict[str, Any]
OnEvent = Callable[[Frame], None]  # called from the reader: must not block
OnLost = Callable[[], None]

REQUEST_TIMEOUT_S = 10.0
KEEPALIVE_S = 10.0  # Janus forgets a session 60 s after its last request, whether its socket is gone or not
ANSWERED_BY_ACK = frozenset({"keepalive", "trickle"})


class JanusRefused(MediaUnavailable):
    """Janus answered with an error: `number` is its own code."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"{number} {reason}")
        self.number = number


@dataclass(slots=True)
class _Waiting:
    answer: asyncio.Future[Frame]
    ack_is_answer: bool


class JanusClient:
    """Many sessions over one WebSocket. When the socket ends, Janus drops them all: their `on_lost` says so.

    Where the client has an `on_lost` of its own, that one is called instead, and ends the sessions when it likes.
    """

    def __init__(self, socket: websockets.ClientConnection, api_secret: str) -> None:
        self._socket = socket
        self._api_secret = api_secret
        self._waiting: dict[str, _Waiting] = {}
        self._sessions: dict[int, JanusSession] = {}
        self._numbers = itertools.count(1)
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._keep_alive())]
        self.is_open = True
        self._is_closing = False  # by ourselves: that is no loss
        self.on_lost: Callable[[JanusClient], None] | None = None
        self.version: Version = versions.UNKNOWN

    @classmethod
    async def connect(cls, url: str, api_secret: str) -> JanusClient:
        """Opened, and its `version` asked. Raises MediaUnavailable."""
        try:
            socket = await websockets.connect(
                url,
                subprotocols=[websockets.Subprotocol("janus-protocol")],
                compression=None,
                ping_interval=5,
                proxy=None,
            )
        except (OSError, websockets.WebSocketException, TimeoutError) as error:
            raise MediaUnavailable("no connection") from error
        client = cls(socket, api_secret)
        try:
            await client._learn_version()
        except BaseException:
            socket.transport.abort()  # whoever gave up on Janus does not wait for its goodbye
            await client.close()
            raise
        return client

    async def _learn_version(self) -> None:
        answer = await self.request({"janus": "info"})
        self.version = versions.parse_version(str(answer.get("version_string", "")))

    async def request(self, frame: Frame) -> Frame:
        """Send `frame`; return the answer to it, not the "ack" that only says it is queued.

        Raises JanusRefused on an error answer; MediaUnavailable when the socket is gone, or
        after REQUEST_TIMEOUT_S.
        """
        transaction = str(next(self._numbers))
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[transaction] = _Waiting(answer, frame["janus"] in ANSWERED_BY_ACK)
        try:
            await self._socket.send(json.dumps({**frame, "transaction": transaction, "apisecret": self._api_secret}))
            return await asyncio.wait_for(answer, REQUEST_TIMEOUT_S)
        except (TimeoutError, websockets.ConnectionClosed) as error:
            raise MediaUnavailable("no answer") from error
        finally:
            del self._waiting[transaction]

    async def open_session(self, on_lost: OnLost) -> JanusSession:
        answer = await self.request({"janus": "create"})
        session = JanusSession(self, answer["data"]["id"], on_lost)
        self._sessions[session.id] = session
        return session

    async def claim_session(self, session_id: int, on_lost: OnLost) -> JanusSession:
        """One whose socket is gone, with its handles, is this client's from now on. Raises JanusRefused."""
        session = JanusSession(self, session_id, on_lost)
        self._sessions[session_id] = session  # its news begin before the answer
        try:
            await self.request({"janus": "claim", "session_id": session_id})
        except BaseException:
            self.forget(session)
            raise
        return session

    def forget(self, session: JanusSession) -> None:
        self._sessions.pop(session.id, None)

    def abort(self) -> None:
        """Hang up without a goodbye: Janus does not answer any more."""
        self._socket.transport.abort()

    async def close(self) -> None:
        self._is_closing = True
        await self._socket.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                self._received(json.loads(text))
        except websockets.ConnectionClosed:
            pass
        except Exception as error:  # noqa: BLE001  (whatever it is, nobody reads this socket any more)
            logger.error("janus connection given up: %s", type(error).__name__)
        finally:
            self._lost()
            await self._socket.close()  # Janus drops the sessions now, not when they time out

    def _lost(self) -> None:
        self.is_open = False
        self._tasks[1].cancel()
        for waiting in self._waiting.values():
            if not waiting.answer.done():
                waiting.answer.set_exception(MediaUnavailable("connection lost"))
        if self._sessions and not self._is_closing:
            logger.warning("janus connection lost, %s sessions", len(self._sessions))
        if self.on_lost:
            self.on_lost(self)
        else:
            self.end_sessions()

    def end_sessions(self) -> None:
        """Of a socket that is lost."""
        sessions, self._sessions = list(self._sessions.values()), {}
        for session in sessions:
            session.on_lost()

    def _received(self, frame: Frame) -> None:
        waiting = self._waiting.get(frame.get("transaction", ""))
        if waiting is not None and not waiting.answer.done():
            _settle(waiting, frame)
        elif frame["janus"] not in {"ack", "success"}:
            session = self._sessions.get(frame.get("session_id", 0))
            if session:
                session.received(frame)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEPALIVE_S)
            for session in list(self._sessions.values()):
                if session.id not in self._sessions:  # ended meanwhile
                    continue
                try:
                    await self.request({"janus": "keepalive", "session_id": session.id})
                except MediaUnavailable as error:
                    logger.warning("keepalive failed: %s", error)


def _settle(waiting: _Waiting, frame: Frame) -> None:
    if frame["janus"] == "ack" and not waiting.ack_is_answer:
        return
    error = frame.get("error") if frame["janus"] == "error" else None
    if error is not None:
        waiting.answer.set_exception(JanusRefused(error["code"], error["reason"]))
    else:
        waiting.answer.set_result(frame)


@dataclass(slots=True)
class JanusSession:
    """One participant's corner of Janus: destroying it ends all of their media, whatever state it is in."""

    client: JanusClient
    id: int
    on_lost: OnLost
    handles: dict[int, Handle] = field(default_factory=dict)
    is_cut: bool = False

    async def attach(self, on_event: OnEvent) -> Handle:
        answer = await self.client.request(
            {"janus": "attach", "session_id": self.id, "plugin": "janus.plugin.videoroom"}
        )
        return self.handle(answer["data"]["id"], on_event)

    def handle(self, number: int, on_event: OnEvent) -> Handle:
        """One that Janus has already."""
        handle = self.handles[number] = Handle(self, number, on_event)
        return handle

    async def destroy(self) -> None:
        self.client.forget(self)
        await self.client.request({"janus": "destroy", "session_id": self.id})

    def received(self, frame: Frame) -> None:
        if frame["janus"] == "timeout":
            self.client.forget(self)
            self.on_lost()
        elif _says_cut(frame) and not self.is_cut:  # once, though both of its connections are
            self.is_cut = True
            self.on_lost()
        handle = self.handles.get(frame.get("sender", 0))
        if handle:
            handle.on_event(frame)


def _says_cut(frame: Frame) -> bool:
    """The browser stopped consenting (RFC 7675): it is dead, or should come in again without waiting to find out."""
    return frame["janus"] == "hangup" and frame.get("reason") == "ICE failed"


@dataclass(slots=True)
class Handle:
    """One publisher or one subscriber in the VideoRoom plugin."""

    session: JanusSession
    id: int
    on_event: OnEvent

    async def detach(self) -> None:
        self.session.handles.pop(self.id, None)
        await self.session.client.request({"janus": "detach", "session_id": self.session.id, "handle_id": self.id})

    async def message(self, body: Frame, jsep: Frame | None = None) -> tuple[Frame, Frame | None]:
        """The plugin's answer: its data, and its SDP if it gave one. Raises JanusRefused, MediaUnavailable."""
        frame = {"janus": "message", "session_id": self.session.id, "handle_id": self.id, "body": body}
        if jsep:
            frame["jsep"] = jsep
        answer = await self.session.client.request(frame)
        data = answer.get("plugindata", {}).get("data", {})
        if "error_code" in data:
            raise JanusRefused(data["error_code"], data["error"])
        return data, answer.get("jsep")
