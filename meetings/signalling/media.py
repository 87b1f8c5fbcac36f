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
from meetings.janus.videoroom import FeedGone, FeedsPublished, RoomKeys, SubscriberOffer, Talking
from meetings.signalling.sdp import prepare_offer
from meetings.signalling.subscription import Subscription

logger = logging.getLogger(__name__)

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
    shared_microphone: bool = False
    held: frozenset[str] = frozenset()  # sources that Janus must not forward
    mids: dict[str, str] = field(default_factory=dict)  # source → the m-line that carries it
    muted: set[str] = field(default_factory=set)  # mids that Janus does not forward
    publisher: Handle | None = None
    subscription: Subscription | None = None
    is_publishing: bool = False
    recording_id: UUID | None = None  # while this publisher is being written
    recording_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    takes: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
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
    ) -> Media:
        """Enter the Janus room, made if needed, and begin to receive. Raises MediaUnavailable."""
        janus = await client.open_session(lost)
        media = cls(janus, keys, feed, tell, lost, shared_microphone, held)
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
        self.subscription = Subscription(
            self.janus, self.keys, private_id, self._tell_offer, simulcast=may_simulcast(self.version)
        )
        self.subscription.want(feeds)
        for frame in self.early:
            self._heard(frame)
        self._start(self.subscription.run())

    @property
    def version(self) -> Version:
        return self.janus.client.version

    async def publish(self, sdp: str, sources: dict[str, str]) -> str:
        """The answer to the browser's offer."""
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
        await self._mute_held()

    async def _mute_held(self) -> None:
        for source, mid in self.mids.items():
            mute = source in self.held
            if mute != (mid in self.muted):
                await videoroom.moderate(self._publisher(), self.keys, self.feed, mid, mute=mute)
                self.muted ^= {mid}

    async def set_recording(self, recording_id: UUID | None) -> None:
        """Write this participant to files of that recording, or to none. Call again whenever either changes."""
        if recording_id == self.recording_id:
            return
        if self.recording_id:
            await videoroom.stop_record(self._publisher(), self.keys)
            self.recording_id = None
        if recording_id and self.is_publishing:
            self.takes += 1
            # What the file is goes into its name: the row may say something else by the time it is read.
            name = f"{recording_id.hex}.{self.feed}.{self.takes}{'.shared' if self.shared_microphone else ''}"
            await videoroom.record(self._publisher(), self.keys, file_name=name)
            self.recording_id = recording_id

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
                case Talking(feed, on):
                    self._start(self.tell({"type": "talking", "id": participation_of(feed), "on": on}))

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
