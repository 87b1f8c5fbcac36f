"""A meeting by telephone: turned on its side, in the dark, enlarged four times, called, put away and taken up again."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, async_playwright

from bench.browsers.media import is_flowing
from bench.browsers.participant import Participant
from bench.meeting import EMAILS, GUEST_NAME
from bench.voices.script import CLAIRE
from tests.journeys.product import eventually
from tests.journeys.seat import hears_chat

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

SHOTS = Path(os.environ["JOURNEY_SHOTS"]) if "JOURNEY_SHOTS" in os.environ else None
CLAIRES = "Claire Fontaine"
UPRIGHT = {"width": 390, "height": 844}
ON_ITS_SIDE = {"width": 844, "height": 390}
ENLARGED = {"width": 320, "height": 256}  # what a window of 1280 × 1024 pixels has left at 400 %
AWAY_S = 12.0
# Of the own microphone: what a system does when somebody calls.
INTERRUPTION = """name => {
  const tracks = window.__connections.flatMap((one) => one.getSenders()).map((sender) => sender.track);
  tracks.find((track) => track?.kind === "audio").dispatchEvent(new Event(name));
}"""
OUTSIDE = """() => {
  const shown = [...document.querySelectorAll("button, [data-list=tiles] > *")]
    .filter((one) => one.checkVisibility({ opacityProperty: true }) && !one.closest(".panel__scroller"));
  const names = shown.filter((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1;
  }).map((one) => one.title || one.textContent.trim());
  return document.documentElement.scrollWidth > innerWidth ? [...names, "the page itself"] : names;
}"""
OWN_SHARE = """() => {
  const areas = [...document.querySelectorAll("[data-list=tiles] > *")].map((tile) => {
    const { width, height } = tile.getBoundingClientRect();
    return [tile.matches(".tile--mine"), width * height];
  });
  const of = (mine) => areas.find(([isMine]) => isMine === mine)[1];
  return of(true) / of(false);
}"""
MOVING = """() => document.getAnimations().filter(({ playState }) => playState === "running").length"""


@dataclass(slots=True)
class Two:
    claire: Participant
    guest: Participant


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def two() -> AsyncIterator[Two]:
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    async with async_playwright() as playwright:
        claire, guest = await Participant.launch(playwright), await _telephone(playwright)
        await claire.sign_in(os.environ["PUBLIC_URL"], EMAILS[CLAIRE])
        link = await claire.create_meeting("Réunion par téléphone")
        for person, name in ((claire, None), (guest, GUEST_NAME)):
            await person.open_room(link)
            await person.join(name)
        await claire.wait_for_people(2)
        yield Two(claire, guest)
        await claire.close()
        await guest.close()


async def _telephone(playwright: Playwright) -> Participant:
    person = await Participant.launch(playwright, width=UPRIGHT["width"])
    await person.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return person


async def _flows(person: Participant, name: str) -> bool:
    before = await person.media()
    await person.page.wait_for_timeout(300)
    after = await person.media()
    return name in after and is_flowing(before.get(name, {}), after[name], "microphone", "camera")


@pytest.mark.parametrize("window", [UPRIGHT, ON_ITS_SIDE, ENLARGED], ids=["upright", "on its side", "enlarged"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_is_inside_the_window_and_reads_well(two: Two, window: dict[str, int], scheme: str) -> None:
    page = two.guest.page
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.set_viewport_size(window)  # type: ignore[arg-type]
    await page.wait_for_timeout(500)  # tiles are fitted to the new window
    if SHOTS:
        await page.screenshot(path=SHOTS / f"telephone-{window['width']}-{scheme}.png")
    assert await page.evaluate(OUTSIDE) == []
    assert await page.evaluate(OWN_SHARE) < 0.3  # of the picture of the other
    assert [violation["id"] for violation in await two.guest.axe()] == []
    await eventually(partial(_flows, two.guest, CLAIRES), within_s=20)
    await page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]


async def test_nothing_moves_for_who_asked_for_that(two: Two) -> None:
    react = two.claire.page.locator('[data-toolbar] [data-opens="reactions"]')
    await react.click()
    await two.claire.page.locator('[data-menu="reactions"] [data-reaction]:visible').first.click()
    await two.guest.page.locator(".tile__reaction:visible").first.wait_for()
    assert await two.guest.page.evaluate(MOVING) == 0


async def test_call_by_telephone_interrupts_the_microphone_and_gives_it_back(two: Two) -> None:
    row = two.claire.page.locator("[data-list=people] [data-participant]", has_text=GUEST_NAME)
    muted = row.locator("[data-mark=muted]")
    said = two.guest.page.locator("[data-toasts]")
    await two.guest.page.evaluate(INTERRUPTION, "mute")
    await eventually(lambda: muted.evaluate("mark => !mark.hidden"), within_s=10)
    await said.get_by_text("appel téléphonique").wait_for()
    await two.guest.page.evaluate(INTERRUPTION, "unmute")
    await eventually(lambda: muted.evaluate("mark => mark.hidden"), within_s=10)
    await said.get_by_text("de retour").wait_for()


async def test_sound_that_the_system_has_stopped_plays_again_when_the_page_is_looked_at(two: Two) -> None:
    page = two.guest.page
    banner = page.locator('[data-banner="sound"]')
    await page.evaluate("document.querySelectorAll('[data-sounds] audio').forEach((audio) => audio.pause())")
    await banner.wait_for(state="visible")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await banner.wait_for(state="hidden")
    assert await page.evaluate("[...document.querySelectorAll('[data-sounds] audio')].every((audio) => !audio.paused)")


async def test_page_that_was_put_away_is_still_in_the_meeting_and_knows_what_was_said(two: Two) -> None:
    session = await two.guest.context.new_cdp_session(two.guest.page)
    await session.send("Page.setWebLifecycleState", {"state": "frozen"})
    await two.claire.page.click('[data-toolbar] [data-action="toggle-chat"]')
    await two.claire.page.fill('[data-form="chat"] textarea', "Vous êtes encore là ?")
    await two.claire.page.keyboard.press("Enter")
    await two.claire.page.wait_for_timeout(AWAY_S * 1000)
    assert await two.claire.page.locator("[data-list=people] > *").count() == 2
    await session.send("Page.setWebLifecycleState", {"state": "active"})
    await eventually(partial(hears_chat, two.guest, "Vous êtes encore là ?"), within_s=10)
    await eventually(partial(_flows, two.guest, CLAIRES), within_s=20)
    await eventually(partial(_flows, two.claire, GUEST_NAME), within_s=20)


async def test_no_browser_complained(two: Two) -> None:
    assert two.claire.console_errors + two.guest.console_errors == []
