"""A recording is watched, listened to and had made into a video, in real browsers; no meeting is held for it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
from channels.db import database_sync_to_async as in_db
from django.test import Client
from django.urls import reverse
from playwright.async_api import BrowserContext, Page, async_playwright, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEntry, User
from bench.browsers.participant import Participant
from meetings.models import Composition, Track
from meetings.pictures import composing, levels
from tests.cast import make_minutes
from tests.meetings.pictures.conftest import Seeded

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("VISIO_SHOTS")  # a folder, to look at the pages
APART_S = 0.04

PLACES = """() => window.heard.filter((audio) => !audio.paused && !audio.seeking)
  .map((audio) => [new URL(audio.src).pathname, audio.currentTime])"""
KEEP_HEARD = """
  window.heard = [];
  const Heard = window.Audio;
  window.Audio = function () { const audio = new Heard(); window.heard.push(audio); return audio; };
"""


@pytest.fixture
def page_url(live_server: LiveServer, seeded: Seeded) -> str:
    levels.measure_waiting()
    Track.objects.filter(participation=seeded.people["anne"]).update(start=1.25)
    claire, bilal = (
        Track.objects.get(kind="microphone", participation=seeded.people[name]) for name in ("claire", "bilal")
    )
    make_minutes(seeded.recording, [(claire, 0.5, "Le budget est voté."), (bilal, 4.5, "Nous passons au point deux.")])
    return live_server.url + reverse("recording", args=[seeded.recording.pk])


async def sign_in(context: BrowserContext, user: User, url: str) -> None:
    client = Client()
    await in_db(client.force_login)(user)
    session = client.cookies["sessionid"].value
    await context.add_cookies([{"name": "sessionid", "value": session, "url": urljoin(url, "/")}])


@asynccontextmanager
async def browser(seeded: Seeded, url: str, *, who: str = "claire", width: int = 1280) -> AsyncIterator[Participant]:
    async with async_playwright() as playwright:
        person = await Participant.launch(playwright, width=width, locale="en-GB")
        await sign_in(person.context, getattr(seeded, who), url)
        await person.page.add_init_script(KEEP_HEARD)
        await person.page.goto(url)
        yield person
        assert person.console_errors == []
        await person.close()


async def shown(person: Participant, name: str) -> None:
    """Without a violation, and within its width."""
    assert [found["id"] for found in await person.axe()] == []
    width = person.page.viewport_size
    assert width
    assert await person.page.evaluate("document.documentElement.scrollWidth") <= width["width"]
    if SHOTS:
        await person.page.screenshot(path=Path(SHOTS, f"{name}.png"), full_page=True)


async def place(page: Page) -> float:
    return float(await page.input_value("[data-place]"))


async def test_voices_are_heard_together_with_the_keyboard_alone(seeded: Seeded, page_url: str) -> None:
    async with browser(seeded, page_url + "#t=4.60", who="bilal") as bilal:
        page = bilal.page
        await expect(page.locator("[data-now]")).to_have_text("0:04")
        await shown(bilal, "voices")
        await page.focus("[data-deck]")
        await page.keyboard.press("c")
        await expect(page.locator("[data-captions-box]")).to_have_text("Bilal Mercier — Nous passons au point deux.")
        await page.keyboard.press(" ")
        await page.wait_for_function("() => window.heard.length === 3 && window.heard.every((audio) => !audio.paused)")
        await page.wait_for_timeout(1500)
        starts = await in_db(lambda: {str(track.pk): track.start for track in Track.objects.all()})()
        places = [starts[path.split("/")[-2]] + seconds for path, seconds in await page.evaluate(PLACES)]
        assert len(places) == 3
        assert max(places) - min(places) <= APART_S
        await page.keyboard.press("k")
        await expect(page.locator("[data-deck]")).to_have_attribute("data-state", "paused")
        assert await place(page) >= 5
        await page.keyboard.press("p")  # the turn before
        assert await place(page) == 4
        await page.keyboard.press("j")
        assert await place(page) == 0
        await page.keyboard.press("n")
        assert await place(page) == 4
        await page.keyboard.press(">")
        await expect(page.locator("[data-rate]")).to_have_value("1.25")
        mute = page.get_by_role("button", name="Mute Anne")
        await mute.click()
        assert sorted(await page.evaluate("window.heard.map((audio) => audio.muted)")) == [False, False, True]
        link = await page.get_attribute("[data-link]", "data-copy")
        assert link
        assert link.startswith(page_url + "#t=4.")
        minutes = await page.get_attribute("[data-minutes]", "href")
        assert minutes
        assert minutes.endswith("#t=4.00")
    assert await in_db(AuditEntry.objects.filter(verb="recording.audio-opened").count)() == 3


async def test_video_is_asked_for_made_watched_and_taken_away(seeded: Seeded, page_url: str, tmp_path: Path) -> None:
    async with browser(seeded, page_url, width=390) as claire:
        page = claire.page
        await shown(claire, "telephone")
        await page.click("[data-action=compose]")
        await page.wait_for_selector("[data-video-state=queued] progress")
        await shown(claire, "waiting")
        await page.click("[data-action=cancel-video]")
        await expect(page.locator("[data-video-id]")).to_have_count(0)
        await page.click("[data-action=compose]")
        await page.wait_for_selector("[data-video-state=queued]")
        video = await in_db(Composition.objects.get)()
        await in_db(composing.compose)(video.pk)
        await page.wait_for_selector("[data-video-state=done]")  # the page finds out by itself
        async with page.expect_download() as downloading:
            await page.get_by_role("link", name="Download").click()
        download = await downloading.value
        await download.save_as(tmp_path / "video.mp4")
        assert download.suggested_filename.endswith(".mp4")
        assert (tmp_path / "video.mp4").read_bytes()[4:8] == b"ftyp"
        await page.click(f'a[href="?video={video.pk}"]')
        await shown(claire, "video-telephone")
    async with browser(seeded, f"{page_url}?video={video.pk}#t=4.60", who="bilal") as bilal:
        page = bilal.page
        await page.focus("[data-deck]")
        await page.keyboard.press("c")
        await expect(page.locator("[data-captions-box]")).to_contain_text("Nous passons au point deux.")
        await page.click("[data-do=play]")
        await page.wait_for_function("() => document.querySelector('video').currentTime > 5")
        await page.click("[data-do=play]")
        await shown(bilal, "video")
    verbs = await in_db(lambda: list(AuditEntry.objects.values_list("verb", flat=True)))()
    assert {"composition.opened", "composition.downloaded"} <= set(verbs)


async def test_page_plays_the_voices_without_any_script(seeded: Seeded, page_url: str) -> None:
    async with async_playwright() as playwright:
        person = await Participant.launch(playwright, locale="fr-FR")
        context = await person.browser.new_context(java_script_enabled=False, locale="fr-FR")
        await sign_in(context, seeded.bilal, page_url)
        page = await context.new_page()
        await page.goto(page_url)
        assert await page.locator("audio").count() == 3
        assert await page.locator("[data-do=play]").is_hidden()
        await person.close()
