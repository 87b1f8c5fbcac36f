"""Minutes are corrected, approved and verified in real browsers; no meeting is held for it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
from channels.db import database_sync_to_async as in_db
from django.test import Client
from django.urls import reverse
from playwright.async_api import Page, async_playwright, expect
from pytest_django.live_server_helper import LiveServer

from bench.browsers.participant import Participant
from meetings import storage_uploads
from tests.cast import make_agent
from tests.fakes.tracks import sound
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import SAID, minutes, shared, texts_of
from transcripts.models import ApprovedVersion, Transcription

__all__ = ["minutes", "shared"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page_url(live_server: LiveServer, minutes: Transcription, held: Held) -> str:
    for track, seconds in ((held.claire, 3.0), (held.bilal, 2.0)):
        storage_uploads.put(track.key, sound(seconds), content_type="audio/wav")
    return live_server.url + reverse("minutes", args=[minutes.recording_id])


@pytest.fixture
def sessions(page_url: str) -> dict[str, str]:
    found = {}
    for name in ("claire", "bilal"):
        client = Client()
        client.force_login(make_agent(name))
        found[name] = client.cookies["sessionid"].value
    return found


@asynccontextmanager
async def browser(session: str, url: str, width: int = 1280) -> AsyncIterator[Participant]:
    async with async_playwright() as playwright:
        person = await Participant.launch(playwright, width=width, locale="en-GB")
        await person.context.add_cookies([{"name": "sessionid", "value": session, "url": urljoin(url, "/")}])
        await person.page.goto(url)
        yield person
        assert person.console_errors == []
        await person.close()


async def begin(page: Page) -> None:
    await page.click("[data-command=toggle]")
    await expect(page.locator("[data-line][tabindex='0']")).to_be_focused()


async def saved(page: Page) -> None:
    await page.wait_for_selector("[data-edit-bar][data-state=saved]")


async def now(minutes: Transcription) -> list[str]:
    return await in_db(texts_of)(minutes)


async def test_lines_are_corrected_with_the_keyboard_alone_while_they_are_heard(
    sessions: dict[str, str], page_url: str, minutes: Transcription
) -> None:
    async with browser(sessions["claire"], page_url) as claire:
        page = claire.page
        assert [found["id"] for found in await claire.axe()] == []
        await begin(page)
        await page.keyboard.press("Space")
        await page.wait_for_selector("[data-playing=playing]")
        await page.keyboard.press("Enter")
        await page.keyboard.press("End")
        await page.keyboard.type(" À l'unanimité.")
        await page.keyboard.press("Control+Enter")  # saved, and into the next line
        await saved(page)
        await expect(page.locator("textarea.line__field")).to_have_value(SAID[1])
        assert (await now(minutes))[0] == f"{SAID[0]} À l'unanimité."
        await page.keyboard.press("Home")
        for _place in range(len("Nous passons")):
            await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Enter")  # split there
        await expect(page.locator("[data-line]")).to_have_count(5)
        assert (await now(minutes))[1:3] == ["Nous passons", "au point deux."]
        await expect(page.locator("textarea.line__field")).to_have_value("au point deux.")
        assert [found["id"] for found in await claire.axe()] == []
        await page.keyboard.press("Home")
        await page.keyboard.press("Backspace")  # merged again
        await expect(page.locator("[data-line]")).to_have_count(4)
        await page.keyboard.press("Control+z")
        await expect(page.locator("[data-line]")).to_have_count(5)
        await page.keyboard.press("Control+y")
        await expect(page.locator("[data-line]")).to_have_count(4)
        assert (await now(minutes))[1] == SAID[1]
        await page.keyboard.press("?")
        await expect(page.locator("[data-dialog=help]")).to_be_visible()
        assert [found["id"] for found in await claire.axe()] == []


async def test_voice_is_named_and_words_are_replaced_everywhere(
    sessions: dict[str, str], page_url: str, shared: Transcription
) -> None:
    async with browser(sessions["claire"], page_url, width=390) as claire:
        page = claire.page
        await begin(page)
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("l")
        await page.fill("[name=name]", "Mme Durand")
        await page.keyboard.press("Enter")
        await saved(page)
        marks = page.locator(".mark--attributed")
        await expect(marks).to_have_count(2)
        assert await marks.first.get_attribute("title") == "Attributed by Claire Fontaine"
        await page.keyboard.press("r")
        await page.fill("[name=find]", "suis")
        await page.fill("[name=replace]", "demeure")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-found] ins")).to_have_text("Je demeure d'accord.")
        assert [found["id"] for found in await claire.axe()] == []
        await page.click("[data-apply]")
        await expect(page.locator("[data-line]").nth(2)).to_contain_text("Je demeure d'accord.")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("h")
        await expect(page.locator("[data-dialog=history]")).to_contain_text(SAID[2])
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390


async def test_two_editors_at_once_lose_nothing(
    sessions: dict[str, str], page_url: str, minutes: Transcription
) -> None:
    async with browser(sessions["claire"], page_url) as claire, browser(sessions["bilal"], page_url) as bilal:
        for person in (claire, bilal):
            await begin(person.page)
            await person.page.keyboard.press("Enter")
        await claire.page.fill("textarea.line__field", "Écrit par Claire.")
        await claire.page.keyboard.press("Escape")
        await saved(claire.page)
        await bilal.page.fill("textarea.line__field", "Écrit par Bilal.")
        await bilal.page.keyboard.press("Escape")
        await expect(bilal.page.locator("[data-conflict]")).to_contain_text("Écrit par Claire.")
        await expect(bilal.page.locator("textarea.line__field")).to_have_value("Écrit par Bilal.")
        assert (await now(minutes))[0] == "Écrit par Claire."
        bilal.console_errors.clear()  # the browser's own line on the answer 409
        assert [found["id"] for found in await bilal.axe()] == []
        await bilal.page.click("[data-keep=mine]")
        await saved(bilal.page)
        assert (await now(minutes))[0] == "Écrit par Bilal."
        await bilal.page.keyboard.press("Escape")
        await bilal.page.keyboard.press("h")
        await expect(bilal.page.locator("[data-dialog=history]")).to_contain_text("Écrit par Claire.")


async def test_minutes_are_reviewed_approved_verified_and_what_was_tampered_with_is_named(
    sessions: dict[str, str], page_url: str, live_server: LiveServer, minutes: Transcription, tmp_path: Path
) -> None:
    async with browser(sessions["claire"], page_url) as claire:
        page = claire.page
        await page.locator("[name=reviewer]").check(force=True)
        await page.click("[data-action=ask-review]")
        await page.wait_for_selector("[data-stage=in-review]")
        await page.click("[data-action=approve]")
        await page.wait_for_selector("[data-verdict=intact]")
        assert [found["id"] for found in await claire.axe()] == []
        async with page.expect_download() as downloading:
            await page.click("[data-action=download-seal]")
        sealed = tmp_path / "minutes.json"
        await (await downloading.value).save_as(sealed)
        await page.goto(live_server.url + reverse("verify_minutes"))
        assert [found["id"] for found in await claire.axe()] == []
        await page.set_input_files("[name=file]", sealed)
        await page.click("[data-action=verify]")
        await page.wait_for_selector("[data-verdict=intact]")
        file = json.loads(sealed.read_text(encoding="utf-8"))
        file["lines"][2] = file["lines"][2].replace("accord", "désaccord")
        sealed.write_text(json.dumps(file), encoding="utf-8")
        await page.set_input_files("[name=file]", sealed)
        await page.click("[data-action=verify]")
        await page.wait_for_selector("[data-verdict=broken]")
        await expect(page.locator("[data-finding=text-changed]")).to_contain_text("Changed text: line 3, at 00:06.")
        await page.goto(page_url)
        assert await page.locator("[data-command=toggle]").count() == 0
    assert await in_db(ApprovedVersion.objects.count)() == 1
