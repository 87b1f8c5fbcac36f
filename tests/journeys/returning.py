"""People without browsers who come back as browsers do: after a delay with chance in it, and on with their call."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from bench.sockets import Talker, new_session

FIRST_DELAY_S, GROWTH, LAST_DELAY_S = 0.5, 1.6, 4.0  # signalling.js
PING_EVERY_S = 8.0
PEOPLE_IN_A_ROOM = 10
ROOM_IN_WITHIN_S = 60.0
MAKE_ROOMS = """
import sys, django
django.setup()
from bench.crowd import make_rooms
print(*make_rooms(int(sys.argv[1])), sep="\\n")
"""


@dataclass(slots=True)
class Returning:
    """`joins`: when they came in, on time.monotonic; `refusals`: attempts to which nobody answered."""

    link: str
    cookie: str
    joins: list[float] = field(default_factory=list)
    resumed: int = 0
    refusals: int = 0
    resume: str | None = None

    async def stay(self) -> None:
        """Until cancelled."""
        attempt = 0
        while True:
            try:
                talker = await Talker.arrive(self.link, self.cookie, open_timeout=15)
                await self._join(talker)
                attempt = 0
                await self._talk(talker)
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                self.refusals += attempt > 0
            longest = min(LAST_DELAY_S, FIRST_DELAY_S * GROWTH**attempt)
            await asyncio.sleep(longest * (0.5 + random.random() / 2))
            attempt += 1

    async def _join(self, talker: Talker) -> None:
        known = {"resume": self.resume} if self.resume else {}
        joined = await talker.ask("join", "joined", name="Invitée", shared_microphone=False, **known)
        if joined["type"] != "joined":
            raise ConnectionError(joined["code"])
        self.joins.append(time.monotonic())
        self.resume = joined["resume"]
        self.resumed += joined["resumed"]

    async def _talk(self, talker: Talker) -> None:
        heard = asyncio.create_task(talker.socket.wait_closed())
        hearing = asyncio.create_task(_pass_over(talker))
        try:
            while not heard.done():
                await talker.say("ping")
                await asyncio.wait({heard}, timeout=PING_EVERY_S)
        finally:
            heard.cancel()
            hearing.cancel()
            await talker.socket.close()


async def _pass_over(talker: Talker) -> None:
    with suppress(ConnectionClosed):
        async for _ in talker.socket:
            pass


@asynccontextmanager
async def crowd(count: int) -> AsyncIterator[Sequence[Returning]]:
    """So many guests in rooms of ten, all in."""
    making = [sys.executable, "-c", MAKE_ROOMS, str(-(-count // PEOPLE_IN_A_ROOM))]
    links = (await asyncio.to_thread(subprocess.check_output, making, text=True)).split()
    cookies = await asyncio.gather(*(asyncio.to_thread(new_session, links[0]) for _ in range(count)))
    people = [Returning(links[number // PEOPLE_IN_A_ROOM], cookie) for number, cookie in enumerate(cookies)]
    tasks = []
    try:
        for room in range(0, count, PEOPLE_IN_A_ROOM):  # in turn: arriving is not what is measured
            arriving = people[room : room + PEOPLE_IN_A_ROOM]
            tasks += [asyncio.create_task(person.stay()) for person in arriving]
            async with asyncio.timeout(ROOM_IN_WITHIN_S):
                while not all(person.joins for person in arriving):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        yield people
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
