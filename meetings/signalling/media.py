"""One participant's media in Janus: what they send, what they receive, and whether they are on the record."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from meetings.errors import MediaUnavailable
from meetings.janus import videoroom
from meetings.janus.client import Frame, Handle, JanusClient, JanusSession
from meetings.janus.versions import Version, may_simulcast
from meetings.janus.videoroom import Feed, FeedGone, FeedsPublished, Receiving, RoomKeys, SubscriberOffer, Talking
from meetings.signalling.sdp import prepare_offer
from meetings.signalling.subscription import Subscription

logger = logging.getLogger(__name__)

HELD_WITH = {"sound": {"sound", "screen", "microphone"}}  # who is silenced does not speak through what they share
SETTLE_S = 1.0  # when a process ends, for what is under way

Event = dict[str, object]
Tell = Callable[[Event], Awaitable[None]]


def feed_of(participation_id: UUID, connection: int) -> str:
    return f"{participation_id.hex}.{connection}"


def participation_of(feed: str) -> str:
    return str(UUID(feed.split(".")[0]))


@dataclass(slots=True)
class Media:
    janus: JanusSession
    keys: RoomKeys
    feed: str
    tell: Tell
    lost: Callable[[], None]
    doubt: Callable[[], None]
    shared_microphone: bool = False
    held: frozenset[str] = frozenset()  # sources that Janus must not forward
    mids: dict[str, str] = field(default_factory=dict)  # source → the m-line that carries it
    muted: set[str] = field(default_factory=set)  # mids that Janus does not forward
    publisher: Handle | None = None
    subscription: Subscription | None = None
    is_publishing: bool = False
    recording_id: UUID | None = None  # while this publisher is being written
    keeps_pictures: bool = False  # of that recording
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while what is sent changes
    recording_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    takes: int = 0
    receiving: dict[tuple[str, int], bool] = field(default_factory=dict)  # m-line and layer: does Janus get packets?
    lacking: set[str] = field(default_factory=set)  # feeds that were published and not asked for, at the last look
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    spoke: Callable[[bool], Awaitable[None]] | None = None  # told when this person begins to speak, and has ended
    early: list[Frame] = field(default_factory=list)  # news that came before there was a subscription

    @classmethod
    async def open(
        cls,
        client: JanusClient,
        keys: RoomKeys,
        feed: str,
        *,
        shared_microphone: bool,
        held: frozenset[str],
        recordings_dir: str,
        tell: Tell,
        lost: Callable[[], None],
        doubt: Callable[[], None],
    ) -> Media:
        """Enter the Janus room, made if needed, and begin to receive. Raises MediaUnavailable."""
        janus = await client.open_session(lost)
        media = cls(janus, keys, feed, tell, lost, doubt, shared_microphone, held)
        try:
            await media._enter(recordings_dir)
        except BaseException:  # a session that nobody knows would be kept alive for ever
            await media.close()
            raise
        return media

    async def _enter(self, recordings_dir: str) -> None:
        self.publisher = await self.janus.attach(self._heard)
        await videoroom.create_room(self.publisher, self.keys, recordings_dir=recordings_dir)
        private_id, feeds = await videoroom.enter(self.publisher, self.keys, self.feed)
        subscription = self._new_subscription(private_id)
        subscription.want(feeds)
        self._begin(subscription)

    def _new_subscription(self, private_id: int) -> Subscription:
        simulcast = may_simulcast(self.version)
        return Subscription(self.janus, self.keys, private_id, self._tell_offer, simulcast=simulcast)

    def _begin(self, subscription: Subscription) -> None:
        self.subscription = subscription
        for frame in self.early:
            self._heard(frame)
        self._start(subscription.run())

    @classmethod
    async def resume(
        cls,
        client: JanusClient,
        keys: RoomKeys,
        feed: str,
        kept: dict[str, Any],
        *,
        shared_microphone: bool,
        held: frozenset[str],
        tell: Tell,
        lost: Callable[[], None],
        doubt: Callable[[], None],
    ) -> Media:
        """Go on with a call that another process has parked: its media flow all the while. Raises MediaUnavailable."""
        janus = await client.claim_session(kept["session"], lost)
        media = cls(janus, keys, feed, tell, lost, doubt, shared_microphone, held)
        try:
            await media._take_up(kept)
        except BaseException:
            await media.close()
            raise
        return media

    async def _take_up(self, kept: dict[str, Any]) -> None:
        self.publisher = self.janus.handle(kept["handle"], self._heard)
        self.mids, self.muted, self.takes = kept["mids"], set(kept["muted"]), kept["takes"]
        self.is_publishing = kept["is_publishing"]
        self.recording_id = UUID(kept["recording"]) if kept["recording"] else None
        self.keeps_pictures = kept["pictures"]
        subscription = self._new_subscription(kept["subscription"]["private_id"])
        subscription.resume(kept["subscription"])
        feeds = await self.look()
        if self.is_publishing and self.feed not in {feed.id for feed in feeds}:
            raise MediaUnavailable("no longer published")
        subscription.want_still([feed for feed in feeds if feed.id != self.feed])
        await self._mute_held()
        self._begin(subscription)

    async def park(self) -> dict[str, Any] | None:
        """What `resume` needs, once nothing is under way, and never will be; None when that takes too long."""
        try:
            async with asyncio.timeout(SETTLE_S):
                await self.turn.acquire()
                await self.recording_lock.acquire()
                subscription = await self.subscription.park() if self.subscription else None
        except TimeoutError:
            return None
        if self.publisher is None or subscription is None:
            return None
        return {
            "session": self.janus.id,
            "handle": self.publisher.id,
            "mids": self.mids,
            "muted": sorted(self.muted),
            "is_publishing": self.is_publishing,
            "recording": self.recording_id.hex if self.recording_id else None,
            "pictures": self.keeps_pictures,
            "takes": self.takes,
            "subscription": subscription,
        }

    @property
    def version(self) -> Version:
        return self.janus.client.version

    async def look(self) -> list[Feed]:
        """Who publishes what, as Janus sees it."""
        return await videoroom.look(self.janus, self.keys, f"{self.feed}.look")

    async def publish(self, sdp: str, sources: dict[str, str]) -> str:
        """The answer to the browser's offer."""
        async with self.turn:
            answer = await videoroom.publish(self._publisher(), sdp, sources, first=not self.is_publishing)
            self.is_publishing = True
            self.mids = {source: mid for mid, source in sources.items()}
            await self._mute_held()  # a new m-line too: Janus would forward it
            return answer

    def view(self, tiles: list[dict[str, Any]]) -> None:
        """Receive the pictures of these tiles (participant, source, width in pixels), and no others."""
        if self.subscription:
            widths = {(UUID(tile["participant"]).hex, tile["source"]): tile["width"] for tile in tiles}
            self.subscription.view(widths)

    async def hold(self, sources: frozenset[str]) -> None:
        """Forward what the person sends, but for these sources."""
        self.held = sources
        async with self.turn:
            await self._mute_held()

    async def _mute_held(self) -> None:
        for source, mid in self.mids.items():
            mute = bool(HELD_WITH.get(source, {source}) & self.held)
            if mute != (mid in self.muted):
                await videoroom.moderate(self._publisher(), self.keys, self.feed, mid, mute=mute)
                self.muted ^= {mid}

    async def set_recording(self, recording_id: UUID | None, *, pictures: bool = False) -> None:
        """Write this participant to files of that recording, or to none. Call again whenever either changes."""
        if (recording_id, pictures) == (self.recording_id, self.keeps_pictures):
            return
        if self.recording_id:
            await videoroom.stop_record(self._publisher(), self.keys)
            self.recording_id, self.keeps_pictures = None, False
        if recording_id and self.is_publishing:
            self.takes += 1
            # What the file is goes into its name: the row may say something else by the time it is read.
            marks = f"{'.shared' if self.shared_microphone else ''}{'.pictures' if pictures else ''}"
            name = f"{recording_id.hex}.{self.feed}.{self.takes}{marks}"
            await videoroom.record(self._publisher(), self.keys, file_name=name)
            self.recording_id, self.keeps_pictures = recording_id, pictures

    async def close(self, *, destroy_room: bool = False) -> None:
        for task in self.tasks:
            task.cancel()
        try:
            if destroy_room:
                await videoroom.destroy_room(self._publisher(), self.keys)
            await self.janus.destroy()
        except MediaUnavailable as error:
            logger.info("janus session was gone already: %s", error)

    def _publisher(self) -> Handle:
        if self.publisher is None:
            raise MediaUnavailable("not in the room")
        return self.publisher

    def _heard(self, frame: Frame) -> None:
        if self.subscription is None:
            self.early.append(frame)
            return
        for news in videoroom.read_news(frame):
            match news:
                case FeedsPublished(feeds):
                    self.subscription.want(feeds)
                case FeedGone(feed):
                    self.subscription.lose(feed)
                case Receiving(line, on):
                    self.receiving[line] = on
                    if not any(self.receiving.values()):
                        self.doubt()
                case Talking(feed, mid, on) if self._source_of(feed, mid) != "sound":
                    self._start(self.tell({"type": "talking", "id": participation_of(feed), "on": on}))
                    if feed == self.feed and self.spoke:
                        self._start(self.spoke(on))

    def _source_of(self, feed: str, mid: str) -> str | None:
        if feed == self.feed:
            return next((source for source, one in self.mids.items() if one == mid), None)
        return self.subscription.source_of(feed, mid) if self.subscription else None

    async def _tell_offer(self, number: int, offer: SubscriberOffer) -> None:
        tracks = {
            mid: {"participant": participation_of(feed), "source": source}
            for mid, (feed, source) in offer.tracks.items()
        }
        await self.tell(
            {"type": "offer", "offer": number, "sdp": prepare_offer(offer.sdp, self.version), "tracks": tracks}
        )

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(self._guarded(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _guarded(self, work: Awaitable[None]) -> None:
        """A background task that fails takes the media down, so that the browser starts again."""
        try:
            await work
        except MediaUnavailable as error:
            logger.warning("media lost: %s", error)
            self.lost()
        except Exception:
            logger.exception("media task failed")
            self.lost()
