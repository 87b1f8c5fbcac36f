"""What the room page does for somebody whose devices or network do not work, before they join."""

from __future__ import annotations

import os
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, async_playwright

from bench.browsers.participant import Participant

pytestmark = pytest.mark.journey
CLAIRE = "claire.fontaine@dinum.example"
NOTE = '[data-note="microphone"]'


@pytest_asyncio.fixture
async def playwright() -> AsyncIterator[Playwright]:
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    async with async_playwright() as started:
        yield started


@pytest_asyncio.fixture
async def link(playwright: Playwright) -> str:
    claire = await Participant.launch(playwright)
    await claire.sign_in(os.environ["PUBLIC_URL"], CLAIRE)
    link = await claire.create_meeting("Point du lundi")
    await claire.close()
    return link


async def test_refused_devices_come_with_the_way_to_allow_them(playwright: Playwright, link: str) -> None:
    guest = await Participant.launch(playwright, devices="denied", locale="en-GB", width=390)
    await guest.open_room(link)
    help_ = guest.page.locator("[data-help]")
    assert await help_.locator("h2").text_content() == "To allow the camera and the microphone in Chrome"
    assert await help_.locator("li").count() >= 4
    assert await guest.axe() == []
    assert await guest.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await guest.page.evaluate("navigator.mediaDevices.getUserMedia = async () => new MediaStream()")  # allowed since
    await help_.locator('[data-action="ask-again"]').press("Enter")
    await help_.wait_for(state="hidden")
    assert guest.console_errors == []
    await guest.close()


async def test_silent_microphone_is_noticed_and_one_that_is_heard_is_not(
    playwright: Playwright, link: str, tmp_path: Path
) -> None:
    silent = await Participant.launch(playwright, wav=write_silence(tmp_path / "silence.wav"), locale="en-GB")
    beeping = await Participant.launch(playwright, locale="en-GB")  # Chromium's own fake microphone beeps
    for person in (silent, beeping):
        await person.open_room(link)
    await silent.page.locator(NOTE, has_text="No sound comes").wait_for()
    assert await beeping.page.text_content(NOTE) == "Speak to try your microphone"
    await silent.page.click('[data-stage="prejoin"] [data-action="toggle-microphone"]')
    assert await silent.page.text_content(NOTE) == "Your microphone is muted"
    for person in (silent, beeping):
        assert person.console_errors == []
        await person.close()


async def test_sound_is_played_and_the_connection_tried(playwright: Playwright, link: str) -> None:
    guest = await Participant.launch(playwright, locale="en-GB")
    await guest.open_room(link)
    prejoin = guest.page.locator('section[data-stage="prejoin"]')
    await prejoin.locator('[data-action="play-sound"]').press("Enter")
    await guest.page.get_by_text("Nothing heard?").wait_for()
    await prejoin.locator('[data-action="test-connection"]').press("Enter")
    await prejoin.locator('dd[data-code="ok"]').first.wait_for()
    await prejoin.locator("summary", has_text="Report").click()
    await prejoin.locator("summary", has_text="keeps").click()
    assert await guest.axe() == []
    await prejoin.get_by_role("button", name="Copy the report").click()
    copied = await guest.page.evaluate("navigator.clipboard.readText()")
    assert copied == await guest.page.text_content("[data-report]")
    assert "websocket ok" in copied
    assert not {"lundi", link.rstrip("/").rpartition("/")[2]} & set(copied.replace("/", " ").split())
    assert guest.console_errors == []
    await guest.close()


def write_silence(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(bytes(2 * 48_000 * 5))
    return path
