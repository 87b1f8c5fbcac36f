"""A recording is brought in a real browser: its parts go to the store, a cut and a reload lose nothing of it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
from channels.db import database_sync_to_async as in_db
from django.test import Client
from playwright.async_api import Page, Route, async_playwright, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bench.browsers.participant import Participant
from meetings import storage
from tests.fakes.tracks import sound
from tests.transcripts.imports.test_pages import PAGE
from transcripts.imports import parts
from transcripts.imports.checking import check_waiting
from transcripts.models import Import, Transcription

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SECONDS = 800.0  # 25.6 MB of WAV: two parts


@pytest.fixture
def session(claire: User) -> str:
    client = Client()
    client.force_login(claire)
    return client.cookies["sessionid"].value


@asynccontextmanager
async def browser(session: str, url: str, width: int = 1280, locale: str = "en-GB") -> AsyncIterator[Participant]:
    async with async_playwright() as playwright:
        person = await Participant.launch(playwright, width=width, locale=locale)
        await person.context.add_cookies([{"name": "sessionid", "value": session, "url": urljoin(url, "/")}])
        await person.page.goto(urljoin(url, PAGE))
        yield person
        await person.close()


async def look(page: Page, name: str) -> None:
    """For who wants to see the pages: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def describe(page: Page) -> None:
    await page.fill("[name=title]", "Réunion d’octobre")
    await page.fill("[name=names]", "Zoé Kérouac\nAli Ba")
    await page.check("[name=statement]", force=True)
    await page.click("[data-action=describe-import]")
    await page.wait_for_selector("[data-import]")


def brought() -> Import:
    return Import.objects.get()


async def test_recording_is_uploaded_over_a_cut_and_a_reload_and_becomes_a_job(
    live_server: LiveServer, session: str, tmp_path: Path
) -> None:
    file = tmp_path / "dictaphone.wav"
    file.write_bytes(sound(SECONDS))
    async with browser(session, live_server.url) as claire:
        page = claire.page
        assert [found["id"] for found in await claire.axe()] == []
        await look(page, "import-form")
        await describe(page)
        assert [found["id"] for found in await claire.axe()] == []
        await look(page, "import-file")
        await page.click("[data-send]")
        await expect(page.locator("[data-error]")).to_have_text("Choose a file first.")

        async def cut(route: Route) -> None:
            await route.abort()

        await page.route("**/*partNumber=2*", cut)
        await page.set_input_files("[data-file]", file)
        await page.click("[data-send]")
        await expect(page.locator("[data-status]")).to_contain_text("No connection", timeout=60_000)
        await look(page, "import-cut")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.reload()
        await page.unroute("**/*partNumber=2*", cut)
        assert await in_db(lambda: parts.there(brought()))() == [1]
        await expect(page.locator("[data-before]")).to_contain_text("dictaphone.wav")
        await look(page, "import-resumed")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
        await page.set_input_files("[data-file]", file)
        await page.click("[data-send]")
        await page.wait_for_selector("[data-import-checked]", timeout=60_000)
        assert [address.split("partNumber=")[1][0] for address in sent] == ["2"]
        assert [found["id"] for found in await claire.axe()] == []
        await look(page, "import-checked")
        upload = await in_db(brought)()
        assert await in_db(storage.sha256_of)(upload.key)
        await in_db(check_waiting)(tmp_path / "scratch")
        await page.wait_for_selector("[data-progress][data-state=queued]", timeout=30_000)
        await look(page, "import-queued")
        assert [found["id"] for found in await claire.axe()] == []
        await page.click("main h1 ~ p a")
        await look(page, "import-ready")
        await page.click("summary")
        await page.click("[data-action=erase-import]")
        await expect(page.locator("main")).not_to_contain_text("octobre")
    assert await in_db(Transcription.objects.count)() == 1


@pytest.mark.parametrize(("width", "locale"), [(390, "fr-FR"), (1280, "fr-FR")])
async def test_pages_fit_and_are_read_by_everybody(
    live_server: LiveServer, session: str, width: int, locale: str
) -> None:
    async with browser(session, live_server.url, width, locale) as claire:
        page = claire.page
        await page.click("[data-action=describe-import]")  # says what is missing
        await page.wait_for_load_state()
        assert [found["id"] for found in await claire.axe()] == []
        await look(page, f"import-errors-{width}")
        await describe(page)
        await look(page, f"import-file-{width}")
        await in_db(Import.objects.update)(state="refused", failure="no-audio")
        await page.reload()
        assert [found["id"] for found in await claire.axe()] == []
        await look(page, f"import-refused-{width}")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.goto(urljoin(live_server.url, PAGE))
        await look(page, f"imports-{width}")
        assert claire.console_errors == []
