"""One meeting, held for real, of which the tests of this folder look at different sides."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from bench.browsers.media import is_flowing
from bench.browsers.participant import Participant
from bench.meeting import EMAILS, GUEST_NAME
from bench.voices.script import BILAL, CLAIRE, GUEST, SHORT_MEETING, VOICES
from bench.voices.track import Rendered, render, write
from tests.journeys.product import Disk, eventually, lines_of

NAMES = {CLAIRE: "Claire Fontaine", BILAL: "Bilal Mercier", GUEST: GUEST_NAME}
FORMATS = ("txt", "vtt", "docx")


@dataclass
class Held:
    """What was seen of the meeting."""

    voices: Rendered
    flows: dict[tuple[str, str], bool] = field(default_factory=dict)  # (who receives, from whom): sound and picture
    screen_arrived: bool = False
    muted_was_shown: bool = False
    asked_late: bool = False
    disk: Disk = field(default_factory=Disk)
    recording_id: str = ""
    progress: list[str] = field(default_factory=list)
    minutes_html: str = ""
    search_hits: list[str] = field(default_factory=list)
    hit_is_marked: bool = False
    downloads: dict[str, bytes] = field(default_factory=dict)
    violations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    console_errors: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    played_until: float = 0.0


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def held(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Held]:
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    voices = render(SHORT_MEETING, VOICES)
    tracks = write(voices, tmp_path_factory.mktemp("voices"))
    meeting = Held(voices)
    async with async_playwright() as playwright:
        people = await _arrive(playwright, tracks, meeting)
        await _talk(people, meeting)
        await _record(people, meeting)
        await _read(people[CLAIRE], meeting)
        for person in people.values():
            meeting.console_errors += person.console_errors
            meeting.origins |= person.origins
            await person.close()
        yield meeting


async def _arrive(playwright: Playwright, tracks: dict[str, Path], meeting: Held) -> dict[str, Participant]:
    people = {who: await Participant.launch(playwright, wav=tracks[who]) for who in (CLAIRE, BILAL, GUEST)}
    for who, email in EMAILS.items():
        await people[who].sign_in(os.environ["PUBLIC_URL"], email)
    claire = people[CLAIRE]
    link = await claire.create_meeting("Point hebdomadaire du projet")
    await _check(claire, "my meetings", meeting)
    for who, person in people.items():
        await person.open_room(link)
        if who == GUEST:
            await _check(person, "before joining", meeting)
        await person.join(NAMES[GUEST] if who == GUEST else None, raw_sound=True)
    for person in people.values():
        await person.wait_for_people(3)
    return people


async def _check(person: Participant, page: str, meeting: Held) -> None:
    meeting.violations[page] = await person.axe()


async def _talk(people: dict[str, Participant], meeting: Held) -> None:
    """Everybody hears and sees everybody; one mutes, one shares a screen."""
    for who, person in people.items():
        others = {NAMES[other] for other in people if other != who}
        await eventually(partial(_receives, person, others), within_s=20)
        before = await person.media()
        await person.page.wait_for_timeout(1500)
        after = await person.media()
        for other in people:
            if other != who:
                received = before.get(NAMES[other], {}), after.get(NAMES[other], {})
                meeting.flows[who, other] = is_flowing(*received, "microphone", "camera")
    await people[BILAL].toggle("microphone")
    meeting.muted_was_shown = bool(await eventually(lambda: _shows_muted(people[CLAIRE], NAMES[BILAL]), within_s=10))
    await people[BILAL].toggle("microphone")
    await people[CLAIRE].toggle("screen")
    meeting.screen_arrived = bool(await eventually(lambda: _sees_screen(people[GUEST], NAMES[CLAIRE]), within_s=20))
    await _check(people[GUEST], "the room", meeting)
    await people[CLAIRE].toggle("screen")


async def _receives(person: Participant, others: set[str]) -> bool:
    media = await person.media()
    return all({"microphone", "camera"} <= set(media.get(name, {})) for name in others)


async def _shows_muted(person: Participant, name: str) -> bool:
    row = person.page.locator("[data-list=people] [data-participant]", has_text=name)
    return await row.locator("[data-mark=muted]:not([hidden])").count() > 0


async def _sees_screen(person: Participant, name: str) -> bool:
    screen = (await person.media()).get(name, {}).get("screen")
    return screen is not None and screen.frames > 0


async def _record(people: dict[str, Participant], meeting: Held) -> None:
    """The guest stays off the record. Bilal leaves and comes back: he is asked as a late-comer."""
    async with meeting.disk.watched():
        await people[BILAL].leave()
        await people[CLAIRE].start_recording()
        await people[CLAIRE].answer_consent(accept=True)
        await people[GUEST].answer_consent(accept=False)
        await people[BILAL].open_room(people[GUEST].page.url)
        await people[BILAL].join(raw_sound=True)
        await people[BILAL].answer_consent(accept=True)
        meeting.asked_late = True
        await people[CLAIRE].page.wait_for_timeout(1.6 * meeting.voices.seconds * 1000)
        await people[CLAIRE].stop_recording()
        link = await people[CLAIRE].minutes_link()
        assert link
        meeting.recording_id = link.rstrip("/").rsplit("/", 1)[-1]
        await people[CLAIRE].page.goto(link)


async def _read(claire: Participant, meeting: Held) -> None:
    """Progress without reloading, then the minutes, their sound, a search, the downloads."""

    progress, lines = claire.page.locator("[data-progress]"), claire.page.locator("[data-lines]")

    async def is_done() -> bool:
        done = await lines.count() > 0
        with suppress(PlaywrightTimeout):  # the page goes on to the minutes between two looks
            stage = "done" if done else await progress.get_attribute("data-state", timeout=500)
            if stage and stage not in meeting.progress:
                meeting.progress.append(stage)
        return done

    await eventually(is_done, within_s=180, every_s=0.1)
    await _check(claire, "minutes", meeting)
    meeting.minutes_html = await claire.page.content()
    await claire.page.locator("[data-lines] a").first.click()
    meeting.played_until = await eventually(
        lambda: claire.page.evaluate("document.querySelector('[data-audio]').currentTime"), within_s=20
    )
    for file_format in FORMATS:
        answer = await claire.context.request.get(f"{claire.page.url.split('#')[0]}telecharger/{file_format}/")
        meeting.downloads[file_format] = await answer.body()
    await claire.page.goto(f"{os.environ['PUBLIC_URL']}/recherche/?q={_without_its_accent(meeting.recording_id)}")
    await _check(claire, "search", meeting)
    hits = claire.page.locator("main a[href*='/comptes-rendus/'][href*='#']")
    meeting.search_hits = [await hit.get_attribute("href") or "" for hit in await hits.all()]
    await hits.first.click()
    marked = claire.page.locator("[data-lines] [data-marked]")
    meeting.hit_is_marked = bool(await eventually(marked.count, within_s=10))


def _without_its_accent(recording_id: str) -> str:
    """A word of the minutes that was written with one."""
    words = re.findall(r"\w{5,}", " ".join(str(line["text"]) for line in lines_of(recording_id)))
    bare = (unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode() for word in words)
    return next(found for found, word in zip(bare, words, strict=True) if found != word)
