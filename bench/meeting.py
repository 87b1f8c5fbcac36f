"""The demonstration meeting: Claire organises, Bilal is invited, a guest stays off the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import async_playwright

from bench.browsers.participant import Participant
from bench.browsers.pictures import draw_person
from bench.voices.script import BILAL, CLAIRE, GUEST, VOICES, Line
from bench.voices.track import render, write

EMAILS = {CLAIRE: "claire.fontaine@dinum.example", BILAL: "bilal.mercier@dinum.example"}
GUEST_NAME = "Madame Durand"


@dataclass(frozen=True, slots=True)
class Meeting:
    people: dict[str, Participant]
    link: str
    seconds: float  # how long the voices speak before they begin again

    @property
    def claire(self) -> Participant:
        return self.people[CLAIRE]


@asynccontextmanager
async def gather(base_url: str, script: Sequence[Line], title: str) -> AsyncIterator[Meeting]:
    """Three browsers with voices, in the room."""
    with TemporaryDirectory(prefix="visio-voices-") as folder:
        voices = render(script, VOICES)
        tracks = write(voices, Path(folder))
        async with async_playwright() as playwright:
            people = {
                who: await Participant.launch(
                    playwright, wav=tracks[who], video=draw_person(Path(folder) / f"{who}.mjpeg", number)
                )
                for number, who in enumerate((CLAIRE, BILAL, GUEST))
            }
            for who, email in EMAILS.items():
                await people[who].sign_in(base_url, email)
            link = await people[CLAIRE].create_meeting(title)
            yield Meeting(people, link, voices.seconds)
            await asyncio.gather(*(person.close() for person in people.values()))


async def join_all(meeting: Meeting) -> None:
    for who, person in meeting.people.items():
        await person.open_room(meeting.link)
        await person.join(GUEST_NAME if who == GUEST else None, raw_sound=True)
    for person in meeting.people.values():
        await person.wait_for_people(len(meeting.people))


async def record(meeting: Meeting, seconds: float) -> str:
    """Record for so long; return the address of the minutes."""
    await meeting.claire.start_recording()
    for who, person in meeting.people.items():
        await person.answer_consent(accept=who != GUEST)
    await asyncio.sleep(seconds)
    await meeting.claire.stop_recording()
    address = await meeting.claire.minutes_link()
    if address is None:
        raise LookupError("no link to the minutes")
    return address
