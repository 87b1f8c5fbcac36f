"""Long minutes are searched in a real browser: from the search of all minutes, within them, and from line to line."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from django.urls import reverse
from playwright.async_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import make_minutes
from tests.transcripts.conftest import Held
from tests.transcripts.reader.conftest import COUNT
from tests.transcripts.test_correcting_browser import browser, page_url, sessions
from transcripts.models import Transcription

__all__ = ["page_url", "sessions"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RARE = {3: "L’hélicoptère décolle.", 300: "Deux hélicoptères attendent.", 440: "Un helicoptere se pose."}
MARKED = "Array.from(CSS.highlights.get('found-word'), (range) => range.toString())"


@pytest.fixture
def minutes(held: Held) -> Transcription:
    """Claire at the very beginning and the very end, Bilal between; three lines in three parts say one word."""
    said = [
        (held.claire if place in (0, COUNT - 1) else held.bilal, 2.0 * place, RARE.get(place, f"Phrase {place}."))
        for place in range(COUNT)
    ]
    return make_minutes(held.recording, said)


async def expect_shown(page: Page, text: str) -> None:
    await expect(page.locator("[data-marked]")).to_contain_text(text)
    await expect(page.locator("[data-marked]")).to_be_in_viewport()


@pytest.mark.parametrize("width", [1280, 390])
async def test_words_are_found_in_all_parts_and_carried_from_the_search_of_all_minutes(
    sessions: dict[str, str], live_server: LiveServer, minutes: Transcription, width: int
) -> None:
    url = live_server.url + reverse("minutes", args=[minutes.recording_id])
    async with browser(sessions["claire"], url, width=width) as claire:
        page = claire.page
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.locator("[data-line] a.line__play").first.focus()
        await page.keyboard.press("/")
        await expect(page.locator("[name=mots]")).to_be_focused()
        await page.keyboard.type("hélicoptères")
        await page.keyboard.press("Enter")
        status = page.locator("[data-finder] [data-status]")
        await expect(status).to_contain_text("1 of 3")
        await expect_shown(page, RARE[3])
        await page.keyboard.press("Shift+Enter")
        await expect(status).to_contain_text("3 of 3")
        await expect_shown(page, RARE[440])
        await page.click("[data-step='-1']")
        await expect_shown(page, RARE[300])
        await expect(page.locator("[data-line]")).to_have_count(COUNT)
        assert await page.evaluate(MARKED) == ["hélicoptère", "hélicoptères", "helicoptere"]
        assert [found["id"] for found in await claire.axe()] == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert not [address for address in asked if "copt" in address]
        await page.locator("[name=mots]").press("Escape")
        await expect(page.locator("[data-marked] a.line__play")).to_be_focused()
        assert await page.evaluate(MARKED) == []

        await page.goto(urljoin(url, reverse("search") + "?q=helicoptere"))
        await page.locator("a.hit__link", has_text="14:40").click()
        await expect_shown(page, RARE[440])
        await expect(status).to_contain_text("3 of 3")
        assert (await page.evaluate(MARKED))[-1] == "helicoptere"
        await page.click("[data-step='1']")  # round, to a part that has not come perhaps
        await expect_shown(page, RARE[3])
        await expect(status).to_contain_text("1 of 3")


async def test_line_found_is_in_sight_on_a_slow_computer_too(
    sessions: dict[str, str], live_server: LiveServer, minutes: Transcription
) -> None:
    url = live_server.url + reverse("minutes", args=[minutes.recording_id])
    async with browser(sessions["claire"], url, width=1280) as claire:
        page = claire.page
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        for _ in range(2):
            await page.goto(url)
            await page.keyboard.press("/")
            await page.keyboard.type("hélicoptères")
            await page.keyboard.press("Enter")
            await expect(page.locator("[data-finder] [data-status]")).to_contain_text("1 of 3")
            await page.keyboard.press("Shift+Enter")
            await expect(page.locator("[data-finder] [data-status]")).to_contain_text("3 of 3")
            await page.click("[data-step='-1']")
            await expect_shown(page, RARE[300])


async def test_next_line_of_a_person_is_reached_by_key_and_by_button_wherever_it_is(
    sessions: dict[str, str], live_server: LiveServer, minutes: Transcription
) -> None:
    url = live_server.url + reverse("minutes", args=[minutes.recording_id])
    async with browser(sessions["claire"], url) as claire:
        page = claire.page
        await page.locator("[data-line] a.line__play").first.focus()
        await page.keyboard.press("Shift+ArrowDown")
        await expect_shown(page, f"Phrase {COUNT - 1}.")  # Bilal spoke the lines between
        await expect(page.locator("[data-marked] a.line__play")).to_be_focused()
        await page.keyboard.press("Shift+ArrowDown")
        await expect(page.locator(".line__turns-status")).to_have_text("This is their last line")
        await page.locator("[data-marked] [data-turn='-1']").click()
        await expect_shown(page, "Phrase 0.")
        await expect(page.locator("[data-marked] [data-turn='-1']")).to_be_focused()
        assert [found["id"] for found in await claire.axe()] == []
