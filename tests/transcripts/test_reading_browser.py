"""Minutes are read, heard and given a structure in a real browser."""

from __future__ import annotations

import pytest
from channels.db import database_sync_to_async as in_db
from django.urls import reverse
from playwright.async_api import expect
from pytest_django.live_server_helper import LiveServer

from meetings import storage_uploads
from meetings.models import TrackLevels
from tests.fakes.tracks import sound
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import minutes
from tests.transcripts.reader.conftest import COUNT, long
from tests.transcripts.test_correcting_browser import browser, page_url, sessions
from transcripts.models import Item, Segment, Transcription
from transcripts.reader.parts import LINES
from transcripts.structure.reading import items_of

__all__ = ["long", "minutes", "page_url", "sessions"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MARKED = "CSS.highlights.get('spoken-word').size"


async def test_voices_are_heard_in_turn_and_each_word_is_marked(
    sessions: dict[str, str], page_url: str, held: Held
) -> None:
    await in_db(TrackLevels.objects.create)(track=held.claire, step_ms=100, steps=bytes([200] * 30))
    async with browser(sessions["claire"], page_url) as claire:
        page = claire.page
        lines = page.locator("[data-line]")
        await page.select_option("[data-speed]", "1.5")
        await lines.nth(0).locator("a.line__play").click()
        await expect(lines.nth(0)).to_have_attribute("data-playing", "playing")
        await page.wait_for_function(f"() => {MARKED} === 1")
        await expect(lines.nth(1)).to_have_attribute("data-playing", "playing")  # Bilal's track
        await page.wait_for_function(f"() => {MARKED} === 1")
        assert await page.evaluate("document.querySelector('[data-audio]').playbackRate") == 1.5
        assert await page.locator("audio:visible").count() == 1
        assert [found["id"] for found in await claire.axe()] == []
        await page.locator("[data-seek]").press("Home")
        await expect(page.locator("[data-seek]")).to_have_attribute("aria-valuetext", "00:00")


async def test_doubtful_words_are_dotted_and_their_legend_comes_with_them(
    sessions: dict[str, str], page_url: str, minutes: Transcription
) -> None:
    async with browser(sessions["claire"], page_url) as claire:
        await expect(claire.page.locator("[data-doubtful-legend]")).to_be_hidden()
    words = [{"start": 2.0, "end": 3.0, "text": "doute", "probability": 0.1}]
    first = await in_db(minutes.segments.earliest)("index")
    await in_db(Segment.objects.filter(pk=first.pk).update)(text="Sans doute.", words=words)
    async with browser(sessions["claire"], page_url) as claire:
        await claire.page.wait_for_function("() => CSS.highlights.get('doubtful-word')?.size === 1")
        marked = "[...CSS.highlights.get('doubtful-word')].map(String)"
        assert await claire.page.evaluate(marked) == ["doute"]
        await expect(claire.page.locator("[data-doubtful-legend]")).to_be_visible()
        assert [found["id"] for found in await claire.axe()] == []


async def test_long_minutes_come_whole_and_a_link_finds_its_line_at_once(
    sessions: dict[str, str], live_server: LiveServer, long: Transcription, held: Held
) -> None:
    storage_uploads.put(held.claire.key, sound(3.0), content_type="audio/wav")
    url = live_server.url + reverse("minutes", args=[long.recording_id])
    async with browser(sessions["claire"], url, width=390) as claire:
        page = claire.page
        lines = page.locator("[data-line]")
        await expect(lines).to_have_count(COUNT)
        await expect(page.locator("[data-more]")).to_have_count(0)
        texts = await page.locator("[data-line] [data-text]").all_text_contents()
        assert texts == [f"Phrase {place}." for place in range(COUNT)]
        await page.goto("about:blank")
        await page.goto(f"{url}#t=800.00")  # of a part that is not the first one
        await page.wait_for_url("**/?t=800#t=800.00")
        await expect(page.locator("[data-marked]")).to_contain_text("Phrase 400.")
        await expect(lines).to_have_count(COUNT)  # those before were put there
        await expect(page.locator("[data-marked]")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        assert LINES < COUNT


async def test_decision_is_noted_from_lines_that_are_selected_with_the_keyboard_alone(
    sessions: dict[str, str], page_url: str, minutes: Transcription
) -> None:
    async with browser(sessions["claire"], page_url) as claire:
        page = claire.page
        await page.click("[data-command=toggle]")
        await page.evaluate("""() => {
          const texts = document.querySelectorAll("[data-line] [data-text]");
          window.getSelection().setBaseAndExtent(texts[0].firstChild, 0, texts[1].firstChild, 4);
        }""")
        await page.keyboard.press("n")
        await expect(page.locator("[data-cited]")).to_have_text("00:02 – 00:04 (2)")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Le budget passe.")
        assert [found["id"] for found in await claire.axe()] == []
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-item=decision]")).to_contain_text("Le budget passe.")
        assert [found["id"] for found in await claire.axe()] == []
    [item] = await in_db(items_of)(minutes)
    assert (item.kind, len(item.lines)) == (Item.Kind.DECISION, 2)
