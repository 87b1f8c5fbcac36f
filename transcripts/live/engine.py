"""Where engines meet captions: sound goes in as it comes, words come out as they are understood. Knows no Django."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from transcripts.pipeline.audio import Waveform


@dataclass(frozen=True, slots=True)
class Heard:
    """`final` never changes any more, `partial` may. `is_over`: nothing follows in this line."""

    final: str
    partial: str
    is_over: bool = False


Tell = Callable[[Heard], None]


class Stream(Protocol):
    """One line: what a person says without a pause. `tell` hears of all of it, anew each time."""

    @property
    def is_finished(self) -> bool:
        """It takes no more sound: by `finish`, or because a line has a longest length."""

    def feed(self, samples: Waveform, *, is_kept: bool = False) -> None:
        """Mono, in [-1, 1], at the engine's rate. Does not wait. `is_kept`: from before somebody listened; there is
        hardly a word in it yet.
        """

    def finish(self) -> None:
        """The person has paused: `tell` hears the line's end soon."""

    def abandon(self) -> None:
        """Nobody wants it any more: `tell` hears nothing more."""


class Engine(Protocol):
    @property
    def sample_rate(self) -> int:
        """Of what is fed, in Hz."""

    def warm_up(self) -> None:
        """Somebody reads captions: load what takes long. May be told again and again."""

    def open(self, language: str | None, tell: Tell) -> Stream: ...

    @property
    def late_s(self) -> float:
        """How long the oldest sound has been waiting for its words."""

    @property
    def stuck_s(self) -> float:
        """How long the engine has been at one thing: a process that hangs is given up."""

    async def close(self) -> None: ...
