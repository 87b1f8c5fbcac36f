"""Claire shares minutes with Dora, who finds them by search; taken back, the search finds nothing at once."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from channels.db import database_sync_to_async as in_db
from django.test import Client
from django.urls import reverse
from playwright.async_api import async_playwright, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEntry, User
from bench.browsers.participant import Participant
from tests.cast import make_agent
from tests.transcripts.corrections.conftest import minutes
from transcripts.models import Transcription

__all__ = ["minutes"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES_TO")  # a folder, to look at the pages


@pytest.fixture
def sessions(dora: User, claire: User) -> dict[str, str]:
    found = {}
    for name in ("claire", "dora"):
        client = Client()
        client.force_login(make_agent(name))
        found[name] = client.cookies["sessionid"].value
    return found


@asynccontextmanager
async def browser(session: str, url: str, locale: str = "en-GB") -> AsyncIterator[Participant]:
    async with async_playwright() as playwright:
        person = await Participant.launch(playwright, locale=locale)
        if session:
            origin = "/".join(url.split("/")[:3])
            await person.context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
        await person.page.goto(url)
        yield person
        await person.close()


async def look(person: Participant, name: str) -> None:
    """Without violation, and no wider than the window, at both widths."""
    assert [found["id"] for found in await person.axe()] == []
    for width in (1280, 390):
        await person.page.set_viewport_size({"width": width, "height": 900})
        assert await person.page.evaluate("document.documentElement.scrollWidth") <= width
        if PICTURES:
            await person.page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    await person.page.set_viewport_size({"width": 1280, "height": 900})


async def test_shared_minutes_are_found_until_they_are_not_shared(
    live_server: LiveServer, minutes: Transcription, sessions: dict[str, str]
) -> None:
    page_url = live_server.url + reverse("minutes", args=[minutes.recording_id])
    search_url = live_server.url + reverse("search") + "?q=budgets"
    async with browser(sessions["claire"], page_url) as claire, browser(sessions["dora"], search_url) as dora:
        await expect(dora.page.get_by_text("Nothing found")).to_be_visible()
        await claire.page.click("summary:has-text('Share')")
        await look(claire, "share")
        await claire.page.fill("#share-address", "dora@example.gouv.fr")
        await claire.page.click("[data-action=share-person]")
        await expect(claire.page.locator("[data-readers]")).to_contain_text("Dora Petit")
        await look(claire, "shared")
        await dora.page.reload()
        await look(dora, "search")
        await dora.page.click(".hit__link")
        await expect(dora.page.locator("[data-line]").first).to_contain_text("Le budget est voté.")
        assert await dora.page.locator("[data-action=unshare], [data-action=approve]").count() == 0
        await claire.page.click("[data-action=unshare]")
        await expect(claire.page.locator("[data-share]")).to_have_count(0)
        answer = await dora.page.reload()
        assert answer is not None
        assert answer.status == 404
        await dora.page.goto(search_url)
        await expect(dora.page.get_by_text("Nothing found")).to_be_visible()
    verbs = await in_db(lambda: set(AuditEntry.objects.values_list("verb", flat=True)))()
    assert {"minutes.shared", "minutes.read", "minutes.unshared"} <= verbs


async def test_guest_reads_by_a_link_and_files_are_taken_away(
    live_server: LiveServer, minutes: Transcription, sessions: dict[str, str]
) -> None:
    page_url = live_server.url + reverse("minutes", args=[minutes.recording_id])
    async with browser(sessions["claire"], page_url, "fr-FR") as claire:
        await claire.page.click("summary:has-text('Partager')")
        await claire.page.click("[data-action=share-link]")
        link = await claire.page.locator(".readers__link").input_value()
        await claire.page.click("text=Autres formats")
        await claire.page.click("text=Choisir ce que montre le fichier")
        await look(claire, "files")
        await claire.page.locator("label[for=file-names]").click()
        async with claire.page.expect_download() as downloading:
            await claire.page.click("button:has-text('Texte (TXT)')")
        text = (await (await downloading.value).path()).read_text(encoding="utf-8")
        assert "Le budget est voté." in text
        assert "Claire Fontaine (Identité vérifiée)\u00a0:" not in text
    shown = live_server.url + "/" + link.split("/", 3)[3]
    async with browser("", shown, "fr-FR") as guest:
        await expect(guest.page.locator(".line").first).to_contain_text("Le budget est voté.")
        assert await guest.page.locator("audio, [data-action], a[href*='comptes-rendus']").count() == 0
        await look(guest, "by-link")
