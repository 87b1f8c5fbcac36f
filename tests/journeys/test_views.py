"""Four people arrange what they see: a grid, pins, a shared screen, pages; what is out of view brings no bytes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, async_playwright

from bench.browsers.participant import Participant
from bench.meeting import EMAILS, GUEST_NAME
from bench.voices.script import BILAL, CLAIRE, GUEST
from tests.journeys.product import eventually

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

SHOTS = Path(os.environ["JOURNEY_SHOTS"]) if "JOURNEY_SHOTS" in os.environ else None
SECOND = "Paul Second"
WIDTHS = (1280, 390)
SMALL = {"width": 700, "height": 330}  # room for two tiles
WIDE = {"width": 1280, "height": 800}
BY_LINE = """async () => {
  const lines = {};
  for (const connection of window.__connections) {
    for (const { type, kind, mid, bytesReceived } of (await connection.getStats()).values())
      if (type === "inbound-rtp" && kind === "video") lines[`${connection.number} ${mid}`] = bytesReceived;
  }
  return lines;
}"""
LAYERS = """async () => {
  const sent = [];
  for (const connection of window.__connections) {
    for (const report of (await connection.getStats()).values())
      if (report.type === "outbound-rtp" && report.kind === "video") sent.push(report.rid ?? "");
  }
  return sent.sort().join("");
}"""
OUTSIDE = """() => [...document.querySelectorAll("button")]
  .filter((button) => button.checkVisibility({ opacityProperty: true }) && !button.closest(".panel__scroller"))
  .filter((button) => {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    return left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1;
  })
  .map((button) => button.title || button.textContent.trim())"""


@dataclass
class Seen:
    true: dict[str, bool] = field(default_factory=dict)
    violations: dict[str, list[str]] = field(default_factory=dict)
    outside: dict[str, list[str]] = field(default_factory=dict)
    console_errors: list[str] = field(default_factory=list)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seen() -> AsyncIterator[Seen]:
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    found = Seen()
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        people = {}
        for who in (CLAIRE, BILAL, GUEST, SECOND):
            people[who] = await Participant.launch(playwright)
            stack.push_async_callback(people[who].close)
        for who, email in EMAILS.items():
            await people[who].sign_in(os.environ["PUBLIC_URL"], email)
        link = await people[CLAIRE].create_meeting("Réunion à plusieurs")
        for who, person in people.items():
            await person.open_room(link)
            await person.join({GUEST: GUEST_NAME, SECOND: SECOND}.get(who))
        for person in people.values():
            await person.wait_for_people(4)
        await _grid(people, found)
        await _pin(people[BILAL], found)
        await _speaker(people[BILAL], found)
        await _pages(people[BILAL], found)
        await _share(people, found)
        await _remember(people[BILAL], found)
        for person in people.values():
            found.console_errors += person.console_errors
    if SHOTS:
        (SHOTS / "views-violations.txt").write_text(repr(found.violations) + repr(found.outside))
    yield found


def shown(person: Participant, selector: str, text: str | None = None) -> Locator:
    return person.page.locator(f"{selector}:visible", has_text=text).first


async def counts(locator: Locator, count: int) -> bool:
    return bool(await eventually(lambda: _is_count(locator, count), within_s=15))


async def _is_count(locator: Locator, count: int) -> bool:
    return await locator.count() == count


def tiles(person: Participant, where: str = "tiles") -> Locator:
    return person.page.locator(f"[data-list={where}] > [data-tile]")


async def _look(
    person: Participant, name: str, found: Seen, opening: Callable[[], Awaitable[None]] | None = None
) -> None:
    for width in WIDTHS:
        await person.page.set_viewport_size({"width": width, "height": 844 if width == 390 else 800})
        await person.page.wait_for_timeout(400)
        if opening:
            await opening()
        found.violations[f"{name}, {width} px"] = [violation["id"] for violation in await person.axe()]
        if width == 390:
            found.outside[name] = await person.page.evaluate(OUTSIDE)
        if SHOTS:
            await person.page.screenshot(path=SHOTS / f"views-{name.replace(' ', '-')}-{width}.png")
    if opening:
        await person.page.keyboard.press("Escape")
    await person.page.set_viewport_size(WIDE)  # type: ignore[arg-type]


async def _open_layout(person: Participant) -> None:
    if await person.page.locator('[data-menu="layout"]').is_visible():
        return
    button = person.page.locator('[data-toolbar] [data-opens="layout"]')
    if not await button.is_visible():
        await shown(person, '[data-toolbar] [data-opens="more"]').click()
        button = person.page.locator('[data-menu="more"] [data-opens="layout"]')
    await button.click()
    await person.page.locator('[data-menu="layout"]').wait_for()


async def _choose(person: Participant, selector: str) -> None:
    await _open_layout(person)
    await person.page.click(f'[data-menu="layout"] {selector}')


async def _grows(person: Participant, name: str, source: str = "camera") -> bool:
    """Whether decoded frames of somebody's picture grow, within half a second."""
    before = (await person.media()).get(name, {}).get(source)
    await person.page.wait_for_timeout(500)
    after = (await person.media()).get(name, {}).get(source)
    return after is not None and after.frames > (before.frames if before else 0)


async def _grid(people: dict[str, Participant], found: Seen) -> None:
    bilal = people[BILAL]
    found.true["everybody is in the grid"] = await counts(tiles(bilal), 4)
    for name in ("Claire Fontaine", GUEST_NAME, SECOND):
        found.true[f"{name} is seen"] = bool(await eventually(partial(_grows, bilal, name), within_s=20))
    layers = await people[CLAIRE].page.evaluate(LAYERS)
    found.true[f"one picture, or three sizes of it ({layers or 'one'})"] = layers in {"", "hlm"}
    if layers:  # a tile of a strip is narrower than the camera's picture
        await _choose(bilal, '[data-layout="speaker"]')
        narrow = tiles(bilal).first.locator("video")
        found.true["a narrow tile gets a small picture"] = bool(
            await eventually(partial(_is_narrow, narrow), within_s=20)
        )
        await _choose(bilal, '[data-layout="auto"]')
    await _look(bilal, "grid", found)
    await _look(bilal, "menu of the view", found, lambda: _open_layout(bilal))
    await _choose(bilal, '[data-action="toggle-self-view"]')
    found.true["oneself is hidden"] = await counts(tiles(bilal), 3)
    await _choose(bilal, '[data-action="toggle-self-view"]')
    found.true["and back"] = await counts(tiles(bilal), 4)


async def _is_narrow(video: Locator) -> bool:
    width = await video.evaluate("video => video.videoWidth")
    return 0 < int(width) <= 320


async def _pin(bilal: Participant, found: Seen) -> None:
    tile = tiles(bilal).filter(has_text=GUEST_NAME)
    await tile.hover()
    await tile.locator('[data-action="pin"]').click()
    found.true["who is pinned is large"] = await counts(tiles(bilal, "large"), 1)
    found.true["the button keeps the focus"] = await bilal.page.evaluate(
        "document.activeElement.matches('[data-list=large] [data-action=pin]')"
    )
    await bilal.page.keyboard.press("Control+Alt+p")
    row = bilal.page.locator("[data-list=people] > li", has_text=SECOND)
    await row.locator('[data-opens="person"]').click()
    menu = bilal.page.locator('[data-menu="person"] [role^=menuitem]:visible')
    found.true["who does not organise may pin, and nothing else"] = await counts(menu, 1)
    await menu.first.click()
    found.true["several are pinned"] = await counts(tiles(bilal, "large"), 2)
    found.true["their rows say so"] = await counts(
        bilal.page.locator("[data-list=people] [data-mark=pinned]:not([hidden])"), 2
    )
    await _look(bilal, "pinned, and the panel", found)
    await bilal.page.keyboard.press("Control+Alt+p")
    await _look(bilal, "pinned", found)
    for name in (GUEST_NAME, SECOND):
        pinned = tiles(bilal, "large").filter(has_text=name)
        await pinned.hover()
        await pinned.locator('[data-action="pin"]').click()
    found.true["and no more"] = await counts(tiles(bilal, "large"), 0)


async def _speaker(bilal: Participant, found: Seen) -> None:
    await _choose(bilal, '[data-layout="speaker"]')
    found.true["somebody is large"] = await counts(tiles(bilal, "large"), 1)
    found.true["the others are small"] = await counts(tiles(bilal), 3)
    await _look(bilal, "speaker", found)
    await _choose(bilal, '[data-layout="grid"]')
    found.true["or nobody"] = await counts(tiles(bilal, "large"), 0)


async def _pages(bilal: Participant, found: Seen) -> None:
    await bilal.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    found.true["two fit"] = await counts(tiles(bilal), 2)
    await bilal.page.wait_for_timeout(1500)
    names = [
        name for name in ("Claire Fontaine", GUEST_NAME, SECOND) if await tiles(bilal).filter(has_text=name).count()
    ]
    found.true["one of the others is on the page"] = len(names) == 1
    await bilal.page.click('[data-action="next-page"]')
    said = bilal.page.locator("[data-live=polite]")
    found.true["the page is told"] = bool(await eventually(lambda: _says(said, "Page 2 sur 3"), within_s=5))
    await bilal.page.click('[data-action="next-page"]')
    await bilal.page.wait_for_timeout(1500)
    if SHOTS:
        await bilal.page.screenshot(path=SHOTS / "views-page-700.png")
    found.true["somebody else is on the last page"] = await tiles(bilal).filter(has_text=names[0]).count() == 0
    for _ in range(2):
        await bilal.page.click('[data-action="previous-page"]')
    found.true["back in view, it comes within 5 s"] = bool(
        await eventually(lambda: _grows(bilal, names[0]), within_s=5)
    )
    await _only_one_line_grows(bilal, found)
    await bilal.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    found.true["all fit again"] = await counts(tiles(bilal), 4)
    for name in ("Claire Fontaine", GUEST_NAME, SECOND):
        found.true[f"{name} is seen again"] = bool(await eventually(partial(_grows, bilal, name), within_s=10))


async def _only_one_line_grows(bilal: Participant, found: Seen) -> None:
    """Of the pictures of three people, that of the one on this page."""
    before = await bilal.page.evaluate(BY_LINE)
    await bilal.page.wait_for_timeout(2000)
    after = await bilal.page.evaluate(BY_LINE)
    growing = [mid for mid, count in after.items() if count > before.get(mid, 0)]
    found.true[f"a picture out of view brings no bytes ({before} {after})"] = len(growing) == 1 and len(after) >= 3


async def _says(live: Locator, text: str) -> bool:
    return text in (await live.text_content() or "")


WITH_SOUND = """() => {
  const devices = navigator.mediaDevices, asked = devices.getDisplayMedia.bind(devices);
  devices.getDisplayMedia = async (constraints) => {
    if (!constraints.audio) throw new Error("no sound was asked for");
    const context = new AudioContext(), film = context.createOscillator(), out = context.createMediaStreamDestination();
    film.connect(out);
    film.start();
    const stream = await asked({ video: constraints.video });
    stream.addTrack(out.stream.getAudioTracks()[0]);
    return stream;
  };
}"""


async def _is_heard(person: Participant, name: str) -> bool:
    """Whether the sound of somebody's screen comes, and is no silence."""
    before = (await person.media()).get(name, {}).get("sound")
    await person.page.wait_for_timeout(500)
    after = (await person.media()).get(name, {}).get("sound")
    return after is not None and before is not None and after.energy > before.energy


async def _is_silent(person: Participant, name: str) -> bool:
    return not await _is_heard(person, name)


async def _share(people: dict[str, Participant], found: Seen) -> None:
    bilal = people[BILAL]
    await people[GUEST].page.evaluate(WITH_SOUND)  # this machine's screens have none
    await _choose(bilal, '[data-layout="auto"]')
    await people[CLAIRE].toggle("screen")
    await people[GUEST].toggle("screen")
    found.true["two screens are side by side"] = await counts(tiles(bilal, "large"), 2)
    for name in ("Claire Fontaine", GUEST_NAME):
        found.true[f"the screen of {name} is seen"] = bool(
            await eventually(partial(_grows, bilal, name, "screen"), within_s=20)
        )
    found.true["the sound of the guest's screen is heard"] = bool(
        await eventually(partial(_is_heard, bilal, GUEST_NAME), within_s=20)
    )
    await _look(bilal, "two screens", found)
    screen = tiles(bilal, "large").filter(has_text=GUEST_NAME)
    await screen.hover()
    await screen.locator('[data-action="pin"]').click()
    found.true["one large, the other small"] = await counts(tiles(bilal, "large"), 1)
    found.true["which is first"] = await tiles(bilal).first.get_attribute("class") == "tile tile--screen"
    await _look(bilal, "one screen pinned", found)
    for who in (CLAIRE, GUEST):
        await people[who].toggle("screen")
    found.true["the sound ends with the screen"] = bool(
        await eventually(partial(_is_silent, bilal, GUEST_NAME), within_s=5)
    )
    found.true["and the grid is back"] = await counts(tiles(bilal), 4)


async def _remember(bilal: Participant, found: Seen) -> None:
    await _choose(bilal, '[data-layout="grid"]')
    await _choose(bilal, '[data-action="full-screen"]')
    is_full: Any = "document.fullscreenElement?.dataset.stage"
    found.true["full screen"] = bool(await eventually(lambda: bilal.page.evaluate(is_full), within_s=5))
    await _choose(bilal, '[data-action="full-screen"]')
    await bilal.page.reload()
    await bilal.open_room(bilal.page.url)
    await bilal.join()
    await _open_layout(bilal)
    chosen = bilal.page.locator('[data-layout="grid"]')
    found.true["the choice is remembered"] = await chosen.get_attribute("aria-checked") == "true"


async def test_each_step_was_seen(seen: Seen) -> None:
    assert seen.true
    assert [step for step, true in seen.true.items() if not true] == []


async def test_no_violation_of_accessibility(seen: Seen) -> None:
    assert {page: found for page, found in seen.violations.items() if found} == {}


async def test_everything_is_inside_the_window_of_a_telephone(seen: Seen) -> None:
    assert {page: found for page, found in seen.outside.items() if found} == {}


async def test_no_browser_complained(seen: Seen) -> None:
    assert seen.console_errors == []
