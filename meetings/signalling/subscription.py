"""What one participant receives: driven by the server, one offer at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from meetings.errors import MediaUnavailable
from meetings.janus import videoroom
from meetings.janus.client import Frame, Handle, JanusRefused, JanusSession
from meetings.janus.videoroom import Feed, OfferUpdated, RoomKeys, SubscriberOffer

logger = logging.getLogger(__name__)

ANSWER_TIMEOUT_S = 10.0
TellOffer = Callable[[int, SubscriberOffer], Awaitable[None]]


class Subscription:
    """Janus offers, the browser answers: `run` never makes an offer before the last one is answered.

    It runs in a task of its own, because the answers come through the consumer, which handles one
    message at a time and must not wait for itself.
    """

    def __init__(self, janus: JanusSession, keys: RoomKeys, private_id: int, tell_offer: TellOffer) -> None:
        self._janus, self._keys, self._private_id, self._tell_offer = janus, keys, private_id, tell_offer
        self._handle: Handle | None = None
        self._wanted: dict[str, set[str]] = {}  # feed → mids
        self._received: set[tuple[str, str]] = set()
        self._pushed: list[SubscriberOffer] = []  # by Janus, of its own accord
        self._changed = asyncio.Event()
        self._number = 0
        self._answer: asyncio.Future[str] | None = None

    def want(self, feeds: list[Feed]) -> None:
        self._wanted.update({feed.id: set(feed.sources) for feed in feeds})
        self._changed.set()

    def lose(self, feed: str) -> None:
        """The feed is gone; Janus has taken its tracks out by itself."""
        self._wanted.pop(feed, None)
        self._received = {pair for pair in self._received if pair[0] != feed}
        self._changed.set()

    def answered(self, number: int, sdp: str) -> None:
        """An answer to an older offer is of no use."""
        if number == self._number and self._answer and not self._answer.done():
            self._answer.set_result(sdp)

    async def run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            offer = await self._next_offer()
            if offer:
                self._changed.set()  # look again afterwards: more may have changed meanwhile
                await self._negotiate(offer)

    async def _next_offer(self) -> SubscriberOffer | None:
        if self._pushed:
            newest, self._pushed = self._pushed[-1], []
            return newest
        wanted = {(feed, mid) for feed, mids in self._wanted.items() for mid in mids}
        added, dropped = wanted - self._received, self._received - wanted
        if not added and not dropped:
            return None
        try:
            offer = await self._ask(added, dropped)
        except JanusRefused as error:
            # A feed left between its news and our request: its departure will be told too.
            logger.info("subscription refused: %s", error.number)
            return None
        self._received = wanted
        return offer

    async def _ask(self, added: set[tuple[str, str]], dropped: set[tuple[str, str]]) -> SubscriberOffer | None:
        if self._handle is None:
            handle = await self._janus.attach(self._heard)
            offer = await videoroom.subscribe_first(handle, self._keys, self._private_id, added)
            self._handle = handle
            return offer
        return await videoroom.subscribe(self._handle, added, dropped)

    async def _negotiate(self, offer: SubscriberOffer) -> None:
        if self._handle is None:
            raise MediaUnavailable("offer without a subscriber")
        self._number += 1
        self._answer = asyncio.get_running_loop().create_future()
        await self._tell_offer(self._number, offer)
        try:
            sdp = await asyncio.wait_for(self._answer, ANSWER_TIMEOUT_S)
        except TimeoutError as error:
            raise MediaUnavailable("the browser did not answer") from error
        await videoroom.start(self._handle, sdp)

    def _heard(self, frame: Frame) -> None:
        for news in videoroom.read_news(frame):
            if isinstance(news, OfferUpdated):
                self._pushed.append(news.offer)
                self._changed.set()
