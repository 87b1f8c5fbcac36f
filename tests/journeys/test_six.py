"""Six people with cameras: all are seen, one shares, one is pinned; how large a picture comes follows its tile."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from bench.browsers.participant import Participant
from bench.meeting import EMAILS
from bench.voices.script import BILAL, CLAIRE
from tests.journeys.product import eventually

pytestmark = [pytest.mark.journey, pytest.mark.soak, pytest.mark.asyncio(loop_scope="session")]

SHOTS = Path(os.environ["JOURNEY_SHOTS"]) if "JOURNEY_SHOTS" in os.environ else None
NAMES = ("Claire Fontaine", "Bilal Mercier", "Anne Trois", "Paul Quatre", "Zoé Cinq", "Léa Six")
FRAMES_PER_S = 5  # many pictures are decoded here
SMALL = {"width": 700, "height": 330}  # room for two tiles: what is out of view is not sent
PATIENCE_S = 60.0  # six browsers code and decode on two cores
SIZE_OF = """name => {
  const tile = [...document.querySelectorAll("[data-tile]")].find((one) => one.textContent.includes(name));
  const video = tile?.querySelector("video");
  return { shown: tile?.getBoundingClientRect().width ?? 0, received: video?.videoWidth ?? 0 };
}"""
SENDS_LAYERS = """async () => {
  for (const connection of window.__connections)
    for (const report of (await connection.getStats()).values())
      if (report.type === "outbound-rtp" && report.rid) return true;
  return false;
}"""


@dataclass(slots=True)
class Six:
    people: list[Participant]

    @property
    def viewer(self) -> Participant:
        return self.people[1]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def six() -> AsyncIterator[Six]:
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        first = await Participant.launch(playwright, frames_per_s=FRAMES_PER_S)
        stack.push_async_callback(first.close)
        people = [first, *[await first.beside() for _ in NAMES[1:]]]
        for person in people[2:]:
            await person.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
        for who, person in zip((CLAIRE, BILAL), people, strict=False):
            await person.sign_in(os.environ["PUBLIC_URL"], EMAILS[who])
        link = await people[0].create_meeting("Réunion à six")
        for number, (person, name) in enumerate(zip(people, NAMES, strict=True)):
            await person.open_room(link)
            await person.join(name if number > 1 else None)
        for person in people:
            await person.wait_for_people(len(NAMES))
        yield Six(people)


async def _keep(six: Six, name: str) -> None:
    if SHOTS:
        for width in (1280, 390):
            await six.viewer.screenshot(SHOTS / f"six-{name}-{width}.png", width)


async def _sees(person: Participant, others: set[str], source: str) -> bool:
    """New frames of each of them, within a second."""
    before = await person.media()
    await person.page.wait_for_timeout(1000)
    after = await person.media()

    def grew(name: str) -> bool:
        now, then = after.get(name, {}).get(source), before.get(name, {}).get(source)
        return now is not None and now.frames > (then.frames if then else 0)

    return all(grew(name) for name in others)


async def test_all_are_seen_in_a_grid(six: Six) -> None:
    for person, name in zip(six.people[:2], NAMES, strict=False):
        await person.page.wait_for_function(
            "count => document.querySelectorAll('[data-list=tiles] > [data-tile]').length === count", arg=len(NAMES)
        )
        await eventually(partial(_sees, person, set(NAMES) - {name}, "camera"), within_s=PATIENCE_S)
    await _keep(six, "grid")


async def test_who_is_pinned_is_received_large_and_small_again_afterwards(six: Six) -> None:
    """Layers switch, where Janus has them; without, one size is sent to all."""
    page, name = six.viewer.page, NAMES[2]
    has_layers = await six.people[2].page.evaluate(SENDS_LAYERS)
    assert has_layers == (os.environ.get("VISIO_JANUS") == "built")

    async def received(least: int, most: int) -> bool:
        found = await page.evaluate(SIZE_OF, name)
        return least <= int(found["received"]) <= most

    async def pin() -> None:
        tile = page.locator("[data-tile]", has_text=name).first
        await tile.hover()
        await tile.locator('[data-action="pin"]').click()

    largest = (640, 640)
    smaller = (160, 320) if has_layers else largest
    other = page.locator("[data-tile]", has_text=NAMES[3]).first
    await other.hover()
    await other.locator('[data-action="pin"]').click()  # the one whom we look at is in the strip
    await eventually(partial(received, *smaller), within_s=PATIENCE_S)
    await _keep(six, "pinned")
    await pin()
    await other.hover()
    await other.locator('[data-action="pin"]').click()
    await eventually(partial(received, *largest), within_s=PATIENCE_S)
    await pin()
    await page.locator("[data-list=large] [data-tile]").first.wait_for(state="detached")


async def test_screen_of_one_is_seen_by_all(six: Six) -> None:
    await six.people[0].toggle("screen")
    for person in six.people[1:]:
        await eventually(partial(_sees, person, {NAMES[0]}, "screen"), within_s=PATIENCE_S)
    await _keep(six, "screen")
    await six.people[0].toggle("screen")
    await six.viewer.page.locator(".tile--screen").first.wait_for(state="detached")


async def test_no_browser_complained(six: Six) -> None:
    assert [error for person in six.people for error in person.console_errors] == []
