"""What one participant receives: driven by the server, one offer at a time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from meetings.errors import MediaUnavailable
from meetings.janus import videoroom
from meetings.janus.client import Frame, Handle, JanusRefused, JanusSession
from meetings.janus.videoroom import Feed, Line, OfferUpdated, RoomKeys, SubscriberOffer
from meetings.signalling.messages import PICTURES
from meetings.signalling.viewing import BEST_LAYER, KEPT_S, Picture, View

logger = logging.getLogger(__name__)

ANSWER_TIMEOUT_S = 10.0
# A change of layers waits for a whole picture. Janus asks a camera for one each second at most, and forgets what it
# would ask sooner (1.4.1 remembers it for cameras of another Janus alone): a large tile would stay blurred.
INSIST_AFTER_S = 1.2
TellOffer = Callable[[int, SubscriberOffer], Awaitable[None]]


def picture_of(feed: str, source: str) -> Picture:
    return feed.split(".")[0], source


class Subscription:
    """Janus offers, the browser answers: `run` never makes an offer before the last one is answered.

    It runs in a task of its own, because the answers come through the consumer, which handles one
    message at a time and must not wait for itself.
    """

    def __init__(
        self, janus: JanusSession, keys: RoomKeys, private_id: int, tell_offer: TellOffer, *, simulcast: bool
    ) -> None:
        self._janus, self._keys, self._private_id, self._tell_offer = janus, keys, private_id, tell_offer
        self._simulcast = simulcast
        self._handle: Handle | None = None
        self._wanted: dict[str, dict[str, str]] = {}  # feed → its mids → source
        self._received: set[tuple[str, str]] = set()
        self._lines: dict[str, tuple[str, str]] = {}  # our mid → feed, source
        self._told: dict[str, Line] = {}  # what Janus does with each of them, where that is not all
        self._view = View()
        self._pushed: list[SubscriberOffer] = []  # by Janus, of its own accord
        self._changed = asyncio.Event()
        self._number = 0
        self._answer: asyncio.Future[str] | None = None
        self._giving_up: asyncio.TimerHandle | None = None
        self._changing: set[str] = set()  # our mids whose layers Janus was told last
        self._insisting: asyncio.TimerHandle | None = None
        self._is_insisting_due = False
        self._turn = asyncio.Lock()  # held while Janus and the browser agree on something

    def want(self, feeds: list[Feed]) -> None:
        self._wanted.update({feed.id: feed.sources for feed in feeds})
        self._changed.set()

    def lose(self, feed: str) -> None:
        """The feed is gone; Janus has taken its tracks out by itself."""
        self._wanted.pop(feed, None)
        self._received = {pair for pair in self._received if pair[0] != feed}
        self._changed.set()

    @property
    def wanted(self) -> set[str]:
        """Feeds that it knows of."""
        return set(self._wanted)

    def source_of(self, feed: str, mid: str) -> str | None:
        return self._wanted.get(feed, {}).get(mid)

    def view(self, widths: dict[Picture, int]) -> None:
        """Send these pictures, and no others."""
        known = {picture_of(feed, source) for feed, sources in self._wanted.items() for source in sources.values()}
        self._view.show(widths, known, time.monotonic())
        self._changed.set()
        if self._giving_up:
            self._giving_up.cancel()
        self._giving_up = asyncio.get_running_loop().call_later(KEPT_S, self._changed.set)

    def answered(self, number: int, sdp: str) -> None:
        """An answer to an older offer is of no use."""
        if number == self._number and self._answer and not self._answer.done():
            self._answer.set_result(sdp)

    async def run(self) -> None:
        while True:
            await self._changed.wait()
            async with self._turn:
                self._changed.clear()
                await self._adjust()
                await self._insist()
                offer = await self._next_offer()
                if offer:
                    self._changed.set()  # look again afterwards: more may have changed meanwhile
                    await self._negotiate(offer)

    async def park(self) -> dict[str, Any] | None:
        """What is agreed, once it is; nothing more happens here. None when Janus waits for an answer to an offer."""
        await self._turn.acquire()
        if self._pushed:
            return None
        return {
            "handle": self._handle.id if self._handle else None,
            "private_id": self._private_id,
            "number": self._number,
            "received": sorted(self._received),
            "lines": self._lines,
            "told": {mid: [line.sends, line.layer] for mid, line in self._told.items()},
            "view": self._view.kept(),
        }

    def resume(self, kept: dict[str, Any]) -> None:
        """Go on from what was parked. News are heard from here on; say next what there is, with `want_still`."""
        self._received = {(feed, mid) for feed, mid in kept["received"]}
        if kept["handle"] is not None:
            self._handle = self._janus.handle(kept["handle"], self._heard)
        self._number = kept["number"]
        self._lines = {mid: (feed, source) for mid, (feed, source) in kept["lines"].items()}
        self._told = {mid: Line(mid, sends, layer) for mid, (sends, layer) in kept["told"].items()}
        self._view = View.of(kept["view"])
        if self._simulcast:  # what was to be said again then
            self._changing = set(self._told)
            self._insist_later()

    def want_still(self, feeds: list[Feed]) -> None:
        """These are all that there are. Raises MediaUnavailable where something ended while nobody listened.

        Janus has then made an offer that nobody heard, and makes no other before its answer.
        """
        if self._received - {(feed.id, mid) for feed in feeds for mid in feed.sources}:
            raise MediaUnavailable("somebody left meanwhile")
        self.want(feeds)

    async def _adjust(self) -> None:
        """Pause what is out of view, and choose the layers of the rest."""
        lines = {mid: self._line(mid, *what) for mid, what in self._lines.items() if what[1] in PICTURES}
        changed = [line for mid, line in lines.items() if line != self._told.get(mid, self._begins(mid))]
        if not changed or self._handle is None:
            return
        try:
            await videoroom.adjust(self._handle, changed, simulcast=self._simulcast)
        except JanusRefused as error:  # a line ended meanwhile
            logger.info("not adjusted: %s", error.number)
        self._told = lines
        if self._simulcast:
            self._changing |= {line.mid for line in changed if line.sends}
            self._insist_later()

    def _insist_later(self) -> None:
        def be_due() -> None:
            self._is_insisting_due = True
            self._changed.set()

        if self._insisting:
            self._insisting.cancel()
        self._insisting = asyncio.get_running_loop().call_later(INSIST_AFTER_S, be_due)

    async def _insist(self) -> None:
        if not self._is_insisting_due or self._handle is None:
            return
        lines = [self._told[mid] for mid in self._changing if mid in self._told and self._told[mid].sends]
        self._changing, self._is_insisting_due = set(), False
        try:
            if lines:
                await videoroom.insist(self._handle, lines)
        except JanusRefused as error:  # a line ended meanwhile
            logger.info("not insisted: %s", error.number)

    def _begins(self, mid: str) -> Line | None:
        """What Janus does with a new line. With layers it is told nevertheless, to be patient."""
        return None if self._simulcast and self._lines[mid][1] == "camera" else Line(mid)

    def _line(self, mid: str, feed: str, source: str) -> Line:
        picture = picture_of(feed, source)
        sends = self._view.shows(picture)
        has_layers = sends and self._simulcast and source == "camera"
        return Line(mid, sends, self._view.layer(picture) if has_layers else BEST_LAYER)

    def _keeps(self, feed: str, source: str) -> bool:
        return source not in PICTURES or self._view.keeps(picture_of(feed, source), time.monotonic())

    async def _next_offer(self) -> SubscriberOffer | None:
        if self._pushed:
            newest, self._pushed = self._pushed[-1], []
            return newest
        wanted = {
            (feed, mid)
            for feed, sources in self._wanted.items()
            for mid, source in sources.items()
            if self._keeps(feed, source)
        }
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
        self._follow_lines(offer)
        self._number += 1
        self._answer = asyncio.get_running_loop().create_future()
        await self._tell_offer(self._number, offer)
        try:
            sdp = await asyncio.wait_for(self._answer, ANSWER_TIMEOUT_S)
        except TimeoutError as error:
            raise MediaUnavailable("the browser did not answer") from error
        await videoroom.start(self._handle, sdp)

    def _follow_lines(self, offer: SubscriberOffer) -> None:
        """An m-line that carries something else begins anew: sent, and in the best layer."""
        self._told = {mid: line for mid, line in self._told.items() if offer.tracks.get(mid) == self._lines.get(mid)}
        self._lines = dict(offer.tracks)

    def _heard(self, frame: Frame) -> None:
        for news in videoroom.read_news(frame):
            if isinstance(news, OfferUpdated):
                self._pushed.append(news.offer)
                self._changed.set()
