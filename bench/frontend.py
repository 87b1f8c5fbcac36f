"""What the room page weighs, asks, keeps and does: its scripts, other origins, memory after many meetings, idle work.

One browser, alone in the room but for idle work, where a second one is there. Scripts are compressed here (gzip, 9),
whatever the server does. Two controls: the idle page, with CONTROL_BUSY_MS of work added every second; and the page
that keeps CONTROL_LEAK objects more.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Playwright, Response, async_playwright

from bench.browsers.heap import Heap, read_heap
from bench.browsers.participant import Participant
from bench.report import FEWEST_RUNS, Report, Void, quartiles, report, say, scaled
from visio_site.env import env

CLAIRE = "claire.fontaine@dinum.example"
CYCLES = 100
WARM_CYCLES = 5
LOOKS = 5  # at the heap, in the cycles after the first ones
IDLE_S = 20.0
CONTROL_BUSY_MS = 50
CONTROL_LEAK = 20_000
CONTROL_LEAK_MB = 0.2  # at the least: an empty object takes 12 bytes or more
LEAK = f"window.__leak = Array.from({{ length: {CONTROL_LEAK} }}, () => ({{}}))"
BUSY = """busy => { window.__busy = setInterval(() => {
  const end = performance.now() + busy / 10; while (performance.now() < end);
}, 100); }"""


@dataclass(frozen=True, slots=True)
class Page:
    person: Participant
    debugger: CDPSession
    link: str

    async def cycle(self) -> None:
        """Leave, and come back, on the same page."""
        page = self.person.page
        await self.person.leave()
        await page.click('[data-action="rejoin"]')
        await page.locator('section[data-stage="call"]').wait_for()
        await self.person.wait_for_people(1)

    async def busy_ms_per_s(self, seconds: float) -> float:
        """Of the page's main thread."""
        before = await self._task_s()
        await asyncio.sleep(seconds)
        return (await self._task_s() - before) * 1000 / seconds

    async def _task_s(self) -> float:
        found = await self.debugger.send("Performance.getMetrics")
        return next(float(one["value"]) for one in found["metrics"] if one["name"] == "TaskDuration")


async def measure() -> Report:
    async with async_playwright() as playwright:
        page, scripts = await _load(playwright)
        origins = page.person.origins - {_origin(page.link)}
        heaps = await _heaps(page)
        leaking = await _leaking(page)
        idle, control = await _idle(playwright, page)
        await page.person.close()
    return judge(scripts, len(origins), (heaps, leaking), (idle, control))


async def _load(playwright: Playwright) -> tuple[Page, dict[str, float]]:
    """Somebody in the room; and the kB of each script, compressed, by name."""
    person = await Participant.launch(playwright)
    await person.sign_in(env("PUBLIC_URL"), CLAIRE)
    link = await person.create_meeting("Mesure de la page")
    person.origins.clear()
    answers: list[Response] = []
    person.page.on("response", lambda answer: answers.append(answer))
    debugger = await person.context.new_cdp_session(person.page)
    await debugger.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await debugger.send("Performance.enable")
    await person.open_room(link)
    await person.join()
    await person.wait_for_people(1)
    await asyncio.sleep(2)  # what comes late
    scripts = [answer for answer in answers if answer.request.resource_type == "script"]
    kb = {urlsplit(one.url).path.rsplit("/", 1)[-1]: len(gzip.compress(await one.body(), 9)) / 1000 for one in scripts}
    for name, weight in sorted(kb.items(), key=lambda pair: -pair[1])[:8]:
        say(f"{weight:6.1f} kB  {name}")
    say(f"{sum(kb.values()):6.1f} kB in {len(kb)} scripts")
    return Page(person, debugger, link), kb


async def _heaps(page: Page) -> list[Heap]:
    """After the first cycles; then LOOKS times, until the last."""
    for _ in range(WARM_CYCLES):
        await page.cycle()
    cycles = scaled(CYCLES, least=2 * LOOKS)
    found = [await read_heap(page.debugger)]
    for number in range(1, cycles + 1):
        await page.cycle()
        if number % (cycles // LOOKS) == 0:
            found.append(await read_heap(page.debugger))
            say(f"{number}/{cycles} cycles: {found[-1].kept_mb:.2f} MB, {found[0].kept_mb:.2f} at first")
    return found


async def _leaking(page: Page) -> Heap:
    """With what is kept on purpose; it is let go again."""
    await page.debugger.send("Runtime.evaluate", {"expression": LEAK})
    found = await read_heap(page.debugger)
    await page.debugger.send("Runtime.evaluate", {"expression": "delete window.__leak"})
    return found


async def _idle(playwright: Playwright, page: Page) -> tuple[list[float], float]:
    """Nobody touches anything; somebody else is there. Then the same, with work added."""
    other = await Participant.launch(playwright)
    await other.open_room(page.link)
    await other.join("Invitée")
    await page.person.wait_for_people(2)
    await asyncio.sleep(3)
    seconds = IDLE_S * scaled(100, least=20) / 100
    idle = [await page.busy_ms_per_s(seconds) for _ in range(FEWEST_RUNS)]
    await page.debugger.send("Runtime.evaluate", {"expression": f"({BUSY})({CONTROL_BUSY_MS})"})
    control = await page.busy_ms_per_s(seconds)
    say(f"idle: {median(idle):.1f} ms/s, control {control:.1f}")
    await other.close()
    return idle, control


def _origin(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}"


def judge(
    scripts: dict[str, float],
    origins: int,
    memory: tuple[Sequence[Heap], Heap],
    work: tuple[Sequence[float], float],
) -> Report:
    """`memory` and `work`: as measured, and their control. Raises Void when a negative control does not show."""
    (heaps, leaking), (idle, control) = memory, work
    added = control - median(idle)
    if not CONTROL_BUSY_MS / 2 <= added <= CONTROL_BUSY_MS * 2:
        raise Void(f"the negative control does not show: {added:.1f} ms/s of {CONTROL_BUSY_MS} were seen")
    if leaking.kept_mb - heaps[-1].kept_mb < CONTROL_LEAK_MB:
        raise Void(f"the negative control does not show: {leaking} with what leaks, {heaps[-1]} without")
    first, *later = [heap.kept_mb for heap in heaps]
    return Report(
        bench="frontend",
        figures={
            "script_kb_compressed": sum(scripts.values()),
            "other_origins": origins,
            "heap_growth_100_cycles_ratio": later[-1] / first,
            "idle_main_thread_ms_per_s": median(idle),
        },
        spread={
            "heap_growth_100_cycles_ratio": (min(later) / first, max(later) / first),
            "idle_main_thread_ms_per_s": quartiles(idle),
        },
        runs=len(idle),
        information={
            "scripts": len(scripts),
            "heaviest_script_kb": max(scripts.values()),
            "heap_mb": later[-1],
            "compiled_growth_ratio": heaps[-1].compiled_mb / heaps[0].compiled_mb,
            "control_added_ms_per_s": added,
        },
    )


if __name__ == "__main__":
    sys.exit(report(measure))
