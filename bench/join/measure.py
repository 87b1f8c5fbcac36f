"""One join: a warm page, a click, the first picture and the first sound of the person who is there already."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass

from bench.browsers.participant import Participant
from bench.join.sides import Side
from bench.processes import cpu_seconds, machine_cpu_seconds, tree_of
from bench.report import Void

SETTLE_S = 1.0  # the page is loaded, the devices are open: nothing of that is left to do
WATCHED_S = 2.5  # from the click. Nobody asks the page anything meanwhile
PATIENCE_S = 15.0
MILESTONES = {"join-click", "joined", "first-frame", "first-audio"}


@dataclass(frozen=True, slots=True)
class Join:
    """Milliseconds since the click; CPU seconds of WATCHED_S that start with it. Strangers are other people's work."""

    joined_ms: float
    first_frame_ms: float
    first_audio_ms: float
    server_cpu_s: float
    load_cpu_s: float
    strangers_cpu_s: float
    watched_s: float


@dataclass(frozen=True, slots=True)
class Joiner:
    """Who joins, in a browser whose processes are `processes`: the load side is what else this program started."""

    person: Participant
    processes: frozenset[int]

    async def join(self, side: Side) -> Join:
        """Raises Void when no picture or no sound comes."""
        await side.open(self.person)
        await asyncio.sleep(SETTLE_S)
        before = self._look(side)
        await self.person.page.click(side.button)
        await asyncio.sleep(WATCHED_S)
        after = self._look(side)
        marks = await self._marks(side)
        await side.leave(self.person)
        click = marks["join-click"]
        return Join(
            joined_ms=marks["joined"] - click,
            first_frame_ms=marks["first-frame"] - click,
            first_audio_ms=marks["first-audio"] - click,
            server_cpu_s=after.server_cpu_s - before.server_cpu_s,
            load_cpu_s=after.load_cpu_s - before.load_cpu_s,
            strangers_cpu_s=after.strangers_cpu_s - before.strangers_cpu_s,
            watched_s=after.at - before.at,
        )

    def _look(self, side: Side) -> _Clocks:
        load = tree_of([os.getpid()]) - tree_of(self.processes) - tree_of(side.servers)
        ours = tree_of([os.getppid()])  # the supervisor, which started Visio and this program
        return _Clocks(
            at=time.monotonic(),
            server_cpu_s=cpu_seconds(tree_of(side.servers)),
            load_cpu_s=cpu_seconds(load),
            strangers_cpu_s=machine_cpu_seconds() - cpu_seconds(ours),
        )

    async def _marks(self, side: Side) -> dict[str, float]:
        until = time.monotonic() + PATIENCE_S
        while True:
            marks = await self.person.marks()
            if marks.keys() >= MILESTONES:
                return marks
            if time.monotonic() > until:
                missing = ", ".join(sorted(MILESTONES - marks.keys()))
                raise Void(f"somebody who joined {side.name} waited {PATIENCE_S:.0f} s in vain for {missing}")
            await asyncio.sleep(0.25)


@dataclass(frozen=True, slots=True)
class _Clocks:
    at: float
    server_cpu_s: float
    load_cpu_s: float
    strangers_cpu_s: float
