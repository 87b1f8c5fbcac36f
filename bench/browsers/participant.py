"""One person in a browser, and what they do, in the words of the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

from bench.browsers.chromium import Devices, launch_chromium
from bench.browsers.media import KEEP_CONNECTIONS, READ_RECEIVED, Media, read_media

AXE = Path(__file__).resolve().parents[2] / "tests/js/node_modules/axe-core/axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WAIT_MS = 60_000  # a page may need 25 s on two cores that other browsers and programs keep busy: seen
HEIGHTS_PX = {1280: 800, 390: 844}  # a laptop's window, a telephone
READ_MARKS = """() => Object.fromEntries(performance.getEntriesByType("mark")
  .filter((mark) => mark.name.startsWith("visio:"))
  .map((mark) => [mark.name.slice(6), mark.startTime]))"""


@dataclass(slots=True)
class Participant:
    browser: Browser
    context: BrowserContext
    page: Page
    console_errors: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)  # every origin that the page asked anything of

    @classmethod
    async def launch(
        cls,
        playwright: Playwright,
        *,
        wav: Path | None = None,
        video: Path | None = None,
        loop: bool = True,
        headless: bool = True,
        width: int = 1280,
        locale: str = "fr-FR",
        devices: Devices = "allowed",
        frames_per_s: int | None = None,
    ) -> Self:
        """A browser of their own. `wav` is 48 kHz, mono, 16 bits, heard again and again unless `loop` is off."""
        browser = await launch_chromium(
            playwright, wav=wav, video=video, loop=loop, devices=devices, headless=headless, frames_per_s=frames_per_s
        )
        return await cls._in(browser, width=width, locale=locale, devices=devices)

    async def beside(self, *, width: int = 1280) -> Self:
        """Somebody else in a window of the same browser: they share nothing but its camera and microphone."""
        return await self._in(self.browser, width=width, locale="fr-FR", devices="allowed")

    @classmethod
    async def _in(cls, browser: Browser, *, width: int, locale: str, devices: Devices) -> Self:
        context = await browser.new_context(
            locale=locale,
            viewport={"width": width, "height": HEIGHTS_PX.get(width, 800)},
            permissions=[
                "clipboard-read",
                "clipboard-write",
                *(("camera", "microphone") if devices == "allowed" else ()),
            ],
        )
        context.set_default_timeout(WAIT_MS)
        await context.add_init_script(KEEP_CONNECTIONS)
        participant = cls(browser, context, await context.new_page())
        participant._listen()
        return participant

    async def close(self) -> None:
        await self.browser.close()

    # Before the meeting

    async def sign_in(self, base_url: str, email: str) -> None:
        """Through the real identity provider, which asks who one is unless it knows already."""
        await self.page.goto(urljoin(base_url, "/connexion/"))
        await self.page.click('[data-action="sign-in"]')
        await self.page.click(f'button[data-email="{email}"]')
        await self.page.wait_for_selector('[data-action="sign-out"]', state="attached")

    async def create_meeting(self, title: str) -> str:
        """The link to send. The person is signed in."""
        await self.page.goto(urljoin(self.page.url, "/reunions/nouvelle/"))
        await self.page.fill('input[name="title"]', title)
        await self.page.click('[data-action="create-meeting"]')
        link = await self.page.get_attribute("[data-created] [data-copy]", "data-copy")
        if link is None:
            raise LookupError("the meeting that was created shows no link")
        return link

    async def open_room(self, link: str) -> None:
        """Until the devices have answered, one way or the other."""
        await self.page.goto(link)
        await self.page.wait_for_selector('section[data-stage="prejoin"] [data-action="toggle-camera"]:enabled')

    async def join(
        self, name: str | None = None, *, shared_microphone: bool = False, raw_sound: bool = False, camera: bool = True
    ) -> None:
        """`name` is for a guest. `raw_sound`: no treatment of echo and noise, which would change a recorded voice."""
        if name is not None:
            await self.page.fill('[data-input="name"]', name)
        prejoin = self.page.locator('section[data-stage="prejoin"]')
        await prejoin.locator('[data-input="shared-microphone"]').set_checked(shared_microphone, force=True)
        await prejoin.locator('[data-input="cleaning"]').set_checked(not raw_sound, force=True)
        if not camera:
            await prejoin.locator('[data-action="toggle-camera"]').click()
        await prejoin.locator('[data-action="join"]').click()
        await self.page.wait_for_selector('section[data-stage="call"]:not([hidden])')

    # In the meeting

    async def wait_for_people(self, count: int) -> None:
        await self.page.wait_for_function(
            "count => document.querySelectorAll('[data-list=people] > *').length === count", arg=count
        )

    async def toggle(self, source: str) -> None:
        """`source`: microphone, camera or screen."""
        await self.page.click(f'[data-toolbar] [data-action="toggle-{source}"]')

    async def start_recording(self, purpose: str | None = None) -> None:
        await self.page.click('[data-toolbar] [data-action="record"]')
        if purpose:
            await self.page.check(f'[name="purpose"][value="{purpose}"]', force=True)
        await self.page.click('[data-action="confirm-record"]')
        await self.page.wait_for_selector("[data-recording]", state="visible")

    async def stop_recording(self) -> None:
        await self.page.click('[data-toolbar] [data-action="record"]')
        await self.page.click('[data-action="confirm-record"]')
        await self.page.wait_for_selector("[data-recording]", state="hidden")

    async def answer_consent(self, accept: bool) -> None:
        """Waits for the question, and for the answer to be counted."""
        await self.page.click(f'[data-action="{"accept" if accept else "decline"}-recording"]')
        answer = "accepted" if accept else "declined"
        await self.page.wait_for_selector(f'[data-recording][data-answer="{answer}"]')

    async def leave(self) -> None:
        await self.page.click('[data-toolbar] [data-action="leave"]')
        await self.page.locator('section[data-stage="away"]').wait_for()

    async def minutes_link(self) -> str | None:
        """Offered to agents after a recording: in the meeting, or once it is left."""
        link = self.page.locator('.toast__link:visible, [data-link="minutes"]:visible').first
        href = await link.get_attribute("href")
        return urljoin(self.page.url, href) if href else None

    # What can be measured

    async def media(self) -> Media:
        """What this browser receives, by person and source. A name shared by two people is counted once."""
        return read_media(await self.page.evaluate(READ_RECEIVED))

    async def marks(self) -> dict[str, float]:
        """join-click, joined, first-frame, first-audio: milliseconds on the page's clock."""
        found: dict[str, float] = await self.page.evaluate(READ_MARKS)
        return found

    async def axe(self) -> list[dict[str, Any]]:
        """Violations of accessibility that a program can find. Run through the debugger: the CSP forbids a script."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = {"runOnly": {"type": "tag", "values": AXE_RULES}, "resultTypes": ["violations"]}
        found: list[dict[str, Any]] = await self.page.evaluate(
            "async options => (await axe.run(document, options)).violations", options
        )
        return found

    async def screenshot(self, path: Path, width: int = 1280, *, full_page: bool = False) -> None:
        before = self.page.viewport_size
        await self.page.set_viewport_size({"width": width, "height": HEIGHTS_PX.get(width, 800)})
        await self.page.wait_for_timeout(400)  # tiles are fitted to the new window
        await self.page.screenshot(path=path, full_page=full_page)
        if before:
            await self.page.set_viewport_size(before)

    def _listen(self) -> None:
        errors, origins = self.console_errors, self.origins

        def heard(message: ConsoleMessage) -> None:  # a refusal of the content policy is an error of the console too
            if message.type == "error":
                errors.append(f"{message.text} ({message.location.get('url', '')})")

        def asked(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in {"http", "https", "ws", "wss"}:
                origins.add(f"{parts.scheme}://{parts.netloc}")

        self.page.on("console", heard)
        self.page.on("pageerror", lambda error: errors.append(str(error)))
        self.page.on("request", asked)
