"""The captions of one media node, from the rows that say who reads them to the words that their browsers show."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from uuid import UUID

from channels.layers import get_channel_layer
from django.core.exceptions import ImproperlyConfigured
from redis.exceptions import RedisError

from meetings import events
from meetings.captions import actions, lines
from meetings.captions.actions import Captioned
from meetings.captions.lines import Line
from meetings.errors import MediaUnavailable
from meetings.signalling.database import in_db
from transcripts.live.engine import Engine
from transcripts.live.feeds import Feed, Feeds, Inbox
from transcripts.live.line import Caption, Person, listen_to_the_loudest

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
BEAT_EVERY_S = 0.5
LISTEN_EVERY_S = 0.04  # two packets
LATE_S = 4.0  # from here on readers give up, and are told
STUCK_S = 60.0


class Stuck(Exception):
    """The engine hangs: a thread can't be ended, a process can."""


class Service:
    """`most`: meetings that get captions at once."""

    def __init__(
        self, node: str, url: str, api_secret: str, engine: Engine, *, most: int, language: str | None
    ) -> None:
        self._node, self._url, self._api_secret = node, url, api_secret
        self._engine, self._most, self._language = engine, most, language
        self._people: dict[int, tuple[Feed, Person]] = {}  # by SSRC
        self._news: asyncio.Queue[tuple[Feed, Caption]] = asyncio.Queue()
        self._feeds: Feeds | None = None
        self._wanted: list[Captioned] = []
        self._left_out: list[UUID] = []
        self._looked_at = 0.0

    async def run(self) -> None:
        """Until cancelled. Raises Stuck."""
        inbox = Inbox()
        works = (self._look(inbox.port), self._listen(inbox), self._tell(), self._beat())
        tasks = [asyncio.create_task(work) for work in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            inbox.close()
            if self._feeds:
                await self._feeds.close()

    async def _listen(self, inbox: Inbox) -> None:
        while True:
            for packet in inbox.packets():
                if known := self._people.get(packet.ssrc):
                    known[1].hear(packet)
            by_meeting: dict[UUID, list[Person]] = {}
            for feed, person in self._people.values():
                by_meeting.setdefault(feed.captioned.meeting_id, []).append(person)
            for people in by_meeting.values():
                listen_to_the_loudest(people)
            await asyncio.sleep(LISTEN_EVERY_S)

    async def _look(self, port: int) -> None:
        """Which meetings, which voices: each second, from the rows; Janus may have been restarted meanwhile."""
        while True:
            self._wanted, self._left_out = await in_db(actions.captioned_on, self._node, self._most)
            try:
                await self._follow(self._wanted, port)
            except MediaUnavailable as error:
                logger.info("node %s: %s", self._node, error)
                await self._drop_feeds()
            self._looked_at = time.monotonic()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _beat(self) -> None:
        """Readers who hear nothing of it know that captions have failed, whatever has died."""
        while True:
            if self._engine.stuck_s > STUCK_S:
                raise Stuck
            if time.monotonic() - self._looked_at < LATE_S:
                await self._say_how_it_goes()
            await asyncio.sleep(BEAT_EVERY_S)

    async def _follow(self, wanted: list[Captioned], port: int) -> None:
        if self._feeds is None or self._feeds.is_lost:
            await self._drop_feeds()
            if not wanted:
                return
            self._engine.warm_up()
            self._feeds = await Feeds.open(self._url, self._api_secret, port)
        await self._feeds.follow(wanted)
        self._keep_people(self._feeds)

    def _keep_people(self, feeds: Feeds) -> None:
        current = {feed.ssrc: feed for feed in feeds.feeds.values()}
        for ssrc in self._people.keys() - current.keys():
            self._people.pop(ssrc)[1].forget()
        for ssrc in current.keys() - self._people.keys():
            self._people[ssrc] = (current[ssrc], self._person(current[ssrc]))

    def _person(self, feed: Feed) -> Person:
        publish: Callable[[Caption], None] = lambda caption: self._news.put_nowait((feed, caption))  # noqa: E731
        return Person(str(feed.voice.participation_id), self._engine, publish, self._language_of(feed) or None)

    def _language_of(self, feed: Feed) -> str:
        return feed.voice.language or self._language or ""

    async def _drop_feeds(self) -> None:
        feeds, self._feeds = self._feeds, None
        for _, person in self._people.values():
            person.forget()
        self._people.clear()
        if feeds:
            await feeds.close()

    async def _tell(self) -> None:
        """In order. What cannot be told is not kept for later: captions are of now."""
        while True:
            feed, caption = await self._news.get()
            if feed.ssrc not in self._people:  # left, or objects since
                continue
            captioned, language = feed.captioned, self._language_of(feed)
            if caption.is_over and caption.final and not await self._keep(feed, caption):
                continue
            await self._send(captioned.room_id, _event(feed, caption, language))

    async def _keep(self, feed: Feed, caption: Caption) -> bool:
        """Unless this person objects since the last look. Asked of whole lines alone: the database takes its time."""
        meeting_id, voice = feed.captioned.meeting_id, feed.voice
        await in_db(lines.add, meeting_id, _line(feed, caption, self._language_of(feed)))
        if await in_db(actions.may_be_read, meeting_id, voice.participation_id):
            return True
        await in_db(lines.forget, meeting_id, str(voice.participation_id))
        return False

    async def _say_how_it_goes(self) -> None:
        state = "late" if self._engine.late_s > LATE_S else "ok"
        for each in self._wanted:
            await self._send(each.room_id, {"type": "captions-state", "state": state})
        for room_id in self._left_out:
            await self._send(room_id, {"type": "captions-state", "state": "full"})

    async def _send(self, room_id: UUID, event: events.Event) -> None:
        layer = get_channel_layer()
        if layer is None:
            raise ImproperlyConfigured("CHANNEL_LAYERS has no default")
        message = {"type": "room.news", "name": "caption", "values": {"event": event}}
        try:
            await layer.group_send(events.group_of(room_id), message)
        except (OSError, RedisError) as error:
            logger.info("room %s not told: %s", room_id, type(error).__name__)


def _line(feed: Feed, caption: Caption, language: str) -> Line:
    return Line(
        line=caption.line,
        participant=caption.voice,
        name=feed.voice.name,
        text=caption.final,
        language=language,
        at=caption.at,
    )


def _event(feed: Feed, caption: Caption, language: str) -> events.Event:
    return {
        "type": "caption",
        "line": caption.line,
        "participant": caption.voice,
        "name": feed.voice.name,
        "final": caption.final,
        "partial": caption.partial,
        "language": language,
        "over": caption.is_over,
        "at": caption.at,
    }
