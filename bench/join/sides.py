"""The two pages that are compared, each as somebody who is about to join finds it; and the bare page's gateway."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from bench.browsers.participant import Participant
from bench.processes import service_pid
from bench.report import Void


class Side(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def button(self) -> str:
        """What one clicks to join."""

    @property
    def servers(self) -> tuple[int, ...]:
        """Every process that serves this side; their descendants are counted too."""

    async def open(self, person: Participant) -> None:
        """Load the page, until the devices are open."""

    async def leave(self, person: Participant) -> None: ...


@dataclass(frozen=True, slots=True)
class Visio:
    link: str
    servers: tuple[int, ...]
    name: str = "visio"
    button: str = 'section[data-stage="prejoin"] [data-action="join"]'

    async def open(self, person: Participant) -> None:
        await person.open_room(self.link)

    async def leave(self, person: Participant) -> None:
        await person.leave()


@dataclass(frozen=True, slots=True)
class Bare:
    """`delay_ms` is lost on purpose after the click, in the negative control."""

    url: str
    servers: tuple[int, ...]
    name: str = "bare"
    delay_ms: int = 0
    button: str = '[data-action="join"]'

    async def open(self, person: Participant) -> None:
        await person.page.goto(f"{self.url}?delay_ms={self.delay_ms}")
        await person.page.wait_for_selector(f"{self.button}:enabled")

    async def leave(self, person: Participant) -> None:
        await person.page.goto("about:blank")


def visio(link: str) -> Visio:
    return Visio(link, tuple(service_pid(name) for name in ("web", "postgres", "redis", "janus")))


@asynccontextmanager
async def bare_gateway(node: str) -> AsyncIterator[Bare]:
    """In a process of its own, as Visio's. Raises Void."""
    # setpriv: it ends with us, however we end.
    command = ("setpriv", "--pdeathsig=KILL", "--", sys.executable, "-m", "bench.join.bare", "--node", node)
    # A session of its own, as Visio's have: the kernel shares processors out between sessions.
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, start_new_session=True)
    try:
        port = await _port_of(process)
        yield Bare(f"http://localhost:{port}/", (process.pid, service_pid("janus")))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _port_of(process: Process) -> int:
    line = await process.stdout.readline() if process.stdout else b""
    if not line:
        raise Void("the bare gateway did not start")
    return int(line)
