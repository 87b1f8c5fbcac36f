"""The sound of a node's captioned meetings: one UDP port, a forwarder of Janus for each voice, found by its SSRC."""

from __future__ import annotations

import itertools
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from meetings.captions.actions import Captioned, Voice
from meetings.errors import MediaUnavailable
from meetings.janus import videoroom
from meetings.janus.client import Handle, JanusClient, JanusRefused, JanusSession
from meetings.media_room import room_keys
from meetings.signalling.media import feed_of
from transcripts.live import rtp
from transcripts.live.rtp import Packet

logger = logging.getLogger(__name__)

NEW_S = 10.0  # somebody who came publishes soon
LOOK_FOR_ALL_EVERY_S = 10.0
FORWARDED_AT = "127.0.0.1"
BUFFER_BYTES = 1 << 20  # asked for: the kernel gives twice net.core.rmem_max at most
LONGEST_DATAGRAM = 2048
MOST_AT_ONCE = 5_000  # datagrams: who floods us does not stop all else
LOOKER = "captions"  # enters the Janus room for a moment, to see which m-line is a microphone
_ssrcs = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Feed:
    captioned: Captioned
    voice: Voice
    ssrc: int
    forwarder: int

    @property
    def name(self) -> str:
        return feed_of(self.voice.participation_id, self.voice.connection)


class Inbox:
    """What Janus forwards, kept by the kernel until it is read: to be woken by each packet costs more than the packet.

    Only from this machine: it is bound to loopback.
    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self._socket.bind((FORWARDED_AT, 0))
        self.port: int = self._socket.getsockname()[1]

    def packets(self) -> Iterator[Packet]:
        """All that came since the last time."""
        with suppress(BlockingIOError):
            for _ in range(MOST_AT_ONCE):
                datagram = self._socket.recv(LONGEST_DATAGRAM)
                with suppress(rtp.NotRtp):
                    yield rtp.parse(datagram)

    def close(self) -> None:
        self._socket.close()


class Feeds:
    def __init__(self, client: JanusClient, session: JanusSession, handle: Handle, port: int) -> None:
        self._client, self._session, self._handle, self._port = client, session, handle, port
        self.feeds: dict[tuple[str, str], Feed] = {}  # by meeting and name
        self.is_lost = False
        self._since: dict[tuple[str, str], float] = {}  # when each was first wanted
        self._all_looked_for_at = 0.0

    @classmethod
    async def open(cls, url: str, api_secret: str, port: int) -> Feeds:
        """Raises MediaUnavailable."""
        client = await JanusClient.connect(url, api_secret)
        try:
            session = await client.open_session(lambda: None)
            handle = await session.attach(lambda frame: None)
        except BaseException:
            await client.close()
            raise
        feeds = cls(client, session, handle, port)
        session.on_lost = feeds._lose
        return feeds

    def _lose(self) -> None:
        self.is_lost = True

    async def close(self) -> None:
        await self._client.close()

    async def follow(self, wanted: list[Captioned]) -> None:
        """Forward these voices and no others. Who does not publish yet is looked for again, each time while they are
        new or their microphone is said to be on, else now and then. Raises MediaUnavailable.
        """
        named = {
            (each.meeting_id.hex, feed_of(voice.participation_id, voice.connection)): (each, voice)
            for each in wanted
            for voice in each.voices
        }
        for key in self.feeds.keys() - named.keys():
            await self._stop(self.feeds.pop(key))
        now = time.monotonic()
        self._since = {key: self._since.get(key, now) for key in named}
        looks_for_all = now - self._all_looked_for_at >= LOOK_FOR_ALL_EVERY_S
        if looks_for_all:
            self._all_looked_for_at = now
        missing = {
            key[0]
            for key, (_, voice) in named.items()
            if key not in self.feeds and (looks_for_all or voice.is_on or now - self._since[key] < NEW_S)
        }
        for captioned in wanted:
            if captioned.meeting_id.hex in missing:
                await self._begin(captioned)

    async def _begin(self, captioned: Captioned) -> None:
        keys = room_keys(captioned.meeting_id)
        try:
            published = await videoroom.look(self._session, keys, f"{LOOKER}.{self._port}")
        except JanusRefused as error:  # nobody is in it yet
            logger.info("meeting %s not looked at: %s", captioned.meeting_id, error.number)
            return
        microphones = {
            feed.id: mid for feed in published for mid, source in feed.sources.items() if source == "microphone"
        }
        for voice in captioned.voices:
            name = feed_of(voice.participation_id, voice.connection)
            key = (captioned.meeting_id.hex, name)
            if name not in microphones or key in self.feeds:
                continue
            ssrc = next(_ssrcs)
            try:
                number = await videoroom.forward(
                    self._handle, keys, name, microphones[name], port=self._port, ssrc=ssrc
                )
            except JanusRefused as error:  # left meanwhile
                logger.info("voice not forwarded: %s", error.number)
                continue
            if number is not None:
                self.feeds[key] = Feed(captioned, voice, ssrc, number)

    async def _stop(self, feed: Feed) -> None:
        try:
            await videoroom.stop_forward(self._handle, room_keys(feed.captioned.meeting_id), feed.name, feed.forwarder)
        except JanusRefused as error:  # it ended with its publisher
            logger.info("forwarder was gone: %s", error.number)


__all__ = ["Feed", "Feeds", "Inbox", "MediaUnavailable"]
