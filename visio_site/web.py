"""The web process: Daphne, and what it lacks: bounds on what a browser leaves unread, and on what it says too fast.

Twisted keeps what a socket does not take, and Daphne what a consumer has not handled yet, without end. Who was let go
for speaking too fast is refused at the door for a while, before anything is asked of the application.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, deque
from http.cookies import CookieError, SimpleCookie
from typing import Any

from autobahn.websocket.types import ConnectionDeny, ConnectionRequest
from daphne.cli import CommandLineInterface
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from django.conf import settings
from twisted.internet.defer import Deferred

logger = logging.getLogger("visio_site.web")  # this module is the program

# The longest snapshot is about 1.2 MB: a hundred long messages
UNREAD_MAX_BYTES = 4 * 1024 * 1024
UNREAD_MAX_S = 20.0
# Above what a browser may say at once (meetings/signalling/budget.py)
UNHANDLED_MAX_FRAMES = 120
IGNORED_MAX_FRAMES = 20  # what may still be on its way when we close
UNHANDLED_MAX_BYTES = 2 * 1024 * 1024
SHUT_OUT_S = 10.0
SHUT_OUT_MAX = 10_000  # remembered at once
TOO_MANY_REQUESTS = 429


class Door:
    """Who is shut out, and until when. An address may be shared by a whole institution: it is a session that is."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()

    def shut(self, session: str | None) -> None:
        if session:
            self._until[session] = time.monotonic() + SHUT_OUT_S
            self._until.move_to_end(session)
            if len(self._until) > SHUT_OUT_MAX:
                self._until.popitem(last=False)

    def is_shut_for(self, session: str | None) -> bool:
        until = self._until.get(session or "", 0.0)
        if until and until <= time.monotonic():
            del self._until[session or ""]
        return until > time.monotonic()


door = Door()


def session_of(request: ConnectionRequest) -> str | None:
    try:
        cookies = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError:
        return None
    cookie = cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else None


class BoundedSocket(WebSocketProtocol):  # type: ignore[misc]  # untyped upstream
    """Also its transport's producer (Twisted): paused while more than 64 KiB wait to be taken."""

    paused_at: float | None = None
    unread_bytes = 0
    ignored = 0
    session: str | None = None
    is_refused = False

    def onConnect(self, request: ConnectionRequest) -> Any:
        self.session = session_of(request)
        self.is_refused = door.is_shut_for(self.session)
        if self.is_refused:
            raise ConnectionDeny(TOO_MANY_REQUESTS, "speaks too fast")  # type: ignore[no-untyped-call]
        return super().onConnect(request)

    def onOpen(self) -> None:
        self.unhandled: deque[int] = deque()  # the lengths of the frames that the consumer has not taken
        self.unregisterProducer()  # the HTTP channel's, which would stop hearing who does not read
        self.registerProducer(self, True)
        super().onOpen()

    def pauseProducing(self) -> None:
        self.paused_at = time.monotonic()

    def resumeProducing(self) -> None:
        self.paused_at = None
        self.unread_bytes = 0

    def stopProducing(self) -> None:
        """The transport is gone: onClose is told too."""

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        if not self.is_refused:  # Daphne has not been told of it
            super().onClose(wasClean, code, reason)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if self.state != self.STATE_OPEN:  # we have closed: nobody listens any more
            self.ignored += 1
            return self.shut_out("goes on after the end") if self.ignored > IGNORED_MAX_FRAMES else None
        while len(self.unhandled) > self.application_queue.qsize():
            self.unhandled.popleft()
        self.unhandled.append(len(payload))
        if len(self.unhandled) > UNHANDLED_MAX_FRAMES or sum(self.unhandled) > UNHANDLED_MAX_BYTES:
            return self.shut_out("speaks faster than it is heard")
        super().onMessage(payload, isBinary)

    def serverSend(self, content: Any, binary: bool = False) -> None:
        if self.state not in {self.STATE_CONNECTING, self.STATE_OPEN}:
            return  # autobahn would raise: the consumer has not been told yet that it is over
        if self.paused_at is not None:
            self.unread_bytes += len(content)
            if self.unread_bytes > UNREAD_MAX_BYTES:
                return self.give_up("does not read")
        super().serverSend(content, binary)

    def check_timeouts(self) -> None:
        """Every 2 s."""
        if self.paused_at is not None and time.monotonic() - self.paused_at > UNREAD_MAX_S:
            return self.give_up("does not read")
        super().check_timeouts()

    def shut_out(self, why: str) -> None:
        door.shut(self.session)
        self.give_up(why)

    def give_up(self, why: str) -> None:
        """Without a goodbye, which would wait behind what is not read. What waits is let go at once."""
        if self.state != self.STATE_CLOSED:
            logger.info("socket given up: it %s", why)
            self.wasClean = False
            self.wasNotCleanReason = why
            self.dropConnection(abort=True)


class Server(CommandLineInterface.server_class):  # type: ignore[misc]  # untyped upstream
    def kill_all_applications(self) -> Deferred[Any]:
        """As the process ends: calls are kept for the next one first."""
        parked = Deferred.fromFuture(asyncio.ensure_future(_park()))
        return parked.addCallback(lambda _: super(Server, self).kill_all_applications())


async def _park() -> None:
    from meetings.signalling.parking import park_all  # needs the settings

    try:
        await park_all()
    except Exception:
        logger.exception("calls not kept")


def main() -> None:
    WebSocketFactory.protocol = BoundedSocket
    CommandLineInterface.server_class = Server
    CommandLineInterface.entrypoint()


if __name__ == "__main__":
    main()
