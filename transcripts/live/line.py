"""From one person's sound to lines of captions. Knows no Django."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from transcripts.live.ear import Ear
from transcripts.live.engine import Engine, Heard, Stream
from transcripts.live.rtp import Packet

AT_ONCE = 2  # people who are listened to in a meeting


@dataclass(frozen=True, slots=True)
class Caption:
    """What a line says now. `at`: when it began, in seconds of the Unix clock."""

    line: str
    voice: str
    final: str
    partial: str
    is_over: bool
    at: float


Publish = Callable[[Caption], None]


@dataclass(slots=True)
class Person:
    """`voice` names them to `publish`."""

    voice: str
    engine: Engine
    publish: Publish
    language: str | None = None
    stream: Stream | None = None
    came: list[Packet] = field(default_factory=list)
    ear: Ear = field(init=False)

    def __post_init__(self) -> None:
        self.ear = Ear(self.engine.sample_rate)

    def hear(self, packet: Packet) -> None:
        self.came.append(packet)

    def catch_up(self) -> None:
        """Listen to what came since the last time: together, for each piece of it costs its way to the engine."""
        heard = [samples for packet in self.came if (samples := self.ear.hear(packet)) is not None]
        self.came.clear()
        if heard:
            self._stream().feed(np.concatenate(heard))

    def begin(self) -> None:
        self._stream().feed(self.ear.listen(), is_kept=True)

    def end(self) -> None:
        """They have paused, or others are louder."""
        self.ear.stop_listening()
        if self.stream:
            self.stream.finish()
            self.stream = None

    def forget(self) -> None:
        """They have left, or object."""
        self.came.clear()
        self.ear.stop_listening()
        if self.stream:
            self.stream.abandon()
            self.stream = None

    def _stream(self) -> Stream:
        if self.stream is None or self.stream.is_finished:
            line, at = str(uuid.uuid4()), time.time()

            def tell(heard: Heard) -> None:
                self.publish(Caption(line, self.voice, heard.final, heard.partial, heard.is_over, at))

            self.stream = self.engine.open(self.language, tell)
        return self.stream


def listen_to_the_loudest(people: list[Person]) -> None:
    """Those who speak now, two at most: who is listened to keeps their place until they pause."""
    for person in people:
        person.catch_up()
        if person.ear.is_listened_to and not person.ear.speaks:
            person.end()
    free = AT_ONCE - sum(person.ear.is_listened_to for person in people)
    waiting = [person for person in people if person.ear.speaks and not person.ear.is_listened_to]
    for person in sorted(waiting, key=lambda one: one.ear.level)[: max(free, 0)]:
        person.begin()
