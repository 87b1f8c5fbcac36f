"""From the end of a word in one browser to its text in another, less what the engine takes: `CostedEngine`, 0.5 s.

Two rooms with a speaker each; one reader in each, and two hundred, alternate. The control is an engine that is
CONTROL_S slower than it should be. CPU is that of the process that makes captions.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

import django

django.setup()

from playwright.async_api import async_playwright  # noqa: E402

from bench import crowd  # noqa: E402
from bench.browsers.participant import Participant  # noqa: E402
from bench.captions.engine import DELAY_S, CostedEngine  # noqa: E402
from bench.captions.people import LONGEST_WAIT_S, Reader, Speaker, waits  # noqa: E402
from bench.deaf import take_offer  # noqa: E402
from bench.processes import cpu_seconds, service_pid, tree_of  # noqa: E402
from bench.report import FEWEST_RUNS, Report, Void, quartiles, report, require_light_load, say, scaled  # noqa: E402
from bench.sockets import Talker  # noqa: E402

RUNS = 6
WINDOW_S = 20
LISTENERS = 200
CONTROL_S = 0.3
LOST_MAX = 0.05  # of all words: above, what was measured is something else


@dataclass(slots=True)
class Window:
    waits: list[float]
    words: int
    missing: int
    cpu_s: float  # of the process, for each second of one voice
    web_s: float  # of the pages' process, for each second
    load_cores: float


@dataclass(slots=True)
class Found:
    few: list[Window] = field(default_factory=list)
    many: list[Window] = field(default_factory=list)
    control: list[Window] = field(default_factory=list)


async def measure() -> Report:
    await asyncio.to_thread(crowd.prepare)
    runs, listeners = scaled(RUNS, least=FEWEST_RUNS), scaled(LISTENERS, least=10)
    links = await asyncio.to_thread(crowd.make_rooms, 2)
    async with CostedEngine().running() as engine, async_playwright() as playwright:
        speaking = await Participant.launch(playwright)
        speakers = [
            await Speaker.enter(person, link, f"Voix {number}")
            for number, (person, link) in enumerate(zip((speaking, await speaking.beside()), links, strict=True))
        ]
        reader = await Reader.enter(playwright, links[0], "Lecteur")
        talkers: list[Talker] = []
        alive = asyncio.create_task(crowd.keep_alive(talkers))  # to enter takes longer than a socket may be silent
        await _listeners(talkers, links, listeners)
        await talkers[1].ask("captions", "captions", on=True)  # of the other room
        await _window(engine, speakers, reader)  # warm: whatever is loaded once
        found = Found()
        for number in range(1, runs + 1):
            found.few.append(await _window(engine, speakers, reader))
            await _turn(talkers, on=True)
            found.many.append(await _window(engine, speakers, reader))
            await _turn([talkers[0], *talkers[2:]], on=False)
            engine.delay_s = DELAY_S + CONTROL_S
            found.control.append(await _window(engine, speakers, reader))
            engine.delay_s = DELAY_S
            say(f"{number}/{runs}  {_told(found.few[-1])}; {listeners} read: {_told(found.many[-1])}")
        alive.cancel()
        for talker in talkers:
            await talker.socket.close()
        for person in (speaking, reader.person):
            await person.close()
    return judge(found)


async def _listeners(talkers: list[Talker], links: Sequence[str], count: int) -> None:
    """In both rooms, in turn; they read nothing yet. A room takes a hundred people, browsers included."""
    cookies = [await asyncio.to_thread(crowd.make_session) for _ in range(min(count, 2 * 97))]
    for number, cookie in enumerate(cookies):
        talker = await crowd.enter(links[number % 2], cookie)
        await take_offer(talker)
        talkers.append(talker)


async def _turn(talkers: Sequence[Talker], *, on: bool) -> None:
    for talker in talkers:
        if on:
            await talker.ask("captions", "captions", on=True)
        else:
            await talker.say("captions", on=False)
            await talker.round_trip_s()


async def _window(engine: CostedEngine, speakers: Sequence[Speaker], reader: Reader) -> Window:
    await reader.forget()
    captions, web = tree_of([service_pid("captions")]), tree_of([service_pid("web")])
    own = [os.getpid()]
    before, before_web, load, start = cpu_seconds(captions), cpu_seconds(web), cpu_seconds(own), time.perf_counter()
    for speaker in speakers:
        await speaker.speak(on=True)
    await asyncio.sleep(WINDOW_S)
    for speaker in speakers:
        await speaker.speak(on=False)
    wall = time.perf_counter() - start
    cpu_s, web_s, load_s = cpu_seconds(captions) - before, cpu_seconds(web) - before_web, cpu_seconds(own) - load
    await asyncio.sleep(engine.delay_s + LONGEST_WAIT_S / 2)
    ends = await speakers[0].ends()
    seconds, missing = waits(ends, await reader.read())
    if missing > LOST_MAX * len(ends):
        raise Void(f"{missing} of {len(ends)} words were never read")
    return Window(seconds, len(ends), missing, cpu_s / wall / len(speakers), web_s / wall, load_s / wall)


def _told(window: Window) -> str:
    late = [wait - DELAY_S for wait in window.waits]
    return f"p50 {median(late) * 1000:.0f} ms, {window.cpu_s * 100:.1f} % of a core for a voice"


def judge(found: Found) -> Report:
    """Raises Void when the load side was the limit, or when the negative control does not show."""
    require_light_load(max(window.load_cores for window in (*found.few, *found.many)), 1.0)
    p50 = [median(window.waits) - DELAY_S for window in found.few]
    p95 = [quantiles(window.waits, n=20, method="inclusive")[-1] - DELAY_S for window in found.few]
    control = median(median(window.waits) for window in found.control) - DELAY_S - median(p50)
    if not CONTROL_S / 2 < control < CONTROL_S * 2:
        raise Void(f"the negative control does not show: {control:.3f} s of {CONTROL_S}")
    cpu = [window.cpu_s * 100 for window in found.few]
    growth = [many.cpu_s / few.cpu_s for few, many in zip(found.few, found.many, strict=True)]
    return Report(
        bench="captions",
        figures={
            "p50_s": median(p50),
            "p95_s": median(p95),
            "cpu_percent_per_stream": median(cpu),
            "listeners_growth_200": median(growth),
        },
        spread={
            "p50_s": quartiles(p50),
            "p95_s": quartiles(p95),
            "cpu_percent_per_stream": quartiles(cpu),
            "listeners_growth_200": quartiles(growth),
        },
        runs=len(found.few),
        information={
            "p50_200_listeners_s": median(median(window.waits) - DELAY_S for window in found.many),
            "web_cores_few": median(window.web_s for window in found.few),
            "web_cores_200_listeners": median(window.web_s for window in found.many),
            "words": sum(window.words for window in found.few),
            "words_never_read": sum(window.missing for window in found.few),
            "control_added_s": control,
        },
    )


if __name__ == "__main__":
    sys.exit(report(measure))
