"""`make bench-images`: the pictures of the README and of the guides, from a real meeting, into docs/images/."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from bench.browsers.participant import Participant
from bench.meeting import gather, join_all, record
from bench.voices.script import GUEST, MEETING

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDTHS_PX = (1280, 390)
READY_WITHIN_MS = 300_000


async def picture(person: Participant, name: str) -> None:
    for width in WIDTHS_PX:
        await person.screenshot(FOLDER / f"{name}-{width}.png", width)


async def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    base_url = os.environ["PUBLIC_URL"]
    async with gather(base_url, MEETING, "Point hebdomadaire du projet") as meeting:
        claire, guest = meeting.claire, meeting.people[GUEST]
        await guest.open_room(meeting.link)
        await guest.page.fill('[data-input="name"]', "Madame Durand")
        await picture(guest, "before-joining")
        await join_all(meeting)
        await claire.page.wait_for_timeout(12_000)
        await picture(claire, "room")
        minutes = await record(meeting, meeting.seconds + 2)
        await claire.page.goto(minutes)
        await claire.page.wait_for_selector("[data-lines]", timeout=READY_WITHIN_MS)
        await picture(claire, "minutes")
        for person in meeting.people.values():
            if person is not claire:
                await person.leave()
        await claire.page.goto(f"{base_url}/reunions/")
        await picture(claire, "my-meetings")
    print(*sorted(path.name for path in FOLDER.glob("*.png")), sep="\n")


if __name__ == "__main__":
    asyncio.run(main())
