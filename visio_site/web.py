"""The web process: Daphne, and what it lacks: bounds on what a browser leaves unread, and on what it says too fast.

Twisted keeps what a socket does not take, and Daphne what a consumer has not handled yet, without end.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from typing import Any

from daphne.cli import CommandLineInterface
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

logger = logging.getLogger("visio_site.web")  # this module is the program

# The longest snapshot is about 1.2 MB: a hundred long messages
UNREAD_MAX_BYTES = 4 * 1024 * 1024
UNREAD_MAX_S = 20.0
# Above what a browser may say at once (meetings/signalling/budget.py)
UNHANDLED_MAX_FRAMES = 120
IGNORED_MAX_FRAMES = 20  # what may still be on its way when we close
UNHANDLED_MAX_BYTES = 2 * 1024 * 1024


class BoundedSocket(WebSocketProtocol):  # type: ignore[misc]  # untyped upstream
    """Also its transport's producer (Twisted): paused while more than 64 KiB wait to be taken."""

    paused_at: float | None = None
    unread_bytes = 0
    ignored = 0

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

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if self.state != self.STATE_OPEN:  # we have closed: nobody listens any more
            self.ignored += 1
            return self.give_up("goes on after the end") if self.ignored > IGNORED_MAX_FRAMES else None
        while len(self.unhandled) > self.application_queue.qsize():
            self.unhandled.popleft()
        self.unhandled.append(len(payload))
        if len(self.unhandled) > UNHANDLED_MAX_FRAMES or sum(self.unhandled) > UNHANDLED_MAX_BYTES:
            return self.give_up("speaks faster than it is heard")
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

    def give_up(self, why: str) -> None:
        """Without a goodbye, which would wait behind what is not read. What waits is let go at once."""
        if self.state != self.STATE_CLOSED:
            logger.info("socket given up: it %s", why)
            self.wasClean = False
            self.wasNotCleanReason = why
            self.dropConnection(abort=True)


def main() -> None:
    WebSocketFactory.protocol = BoundedSocket
    CommandLineInterface.entrypoint()


if __name__ == "__main__":
    main()
