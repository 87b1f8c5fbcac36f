"""`make demo`: three headless browsers hold a meeting of about a minute in the running Visio."""

from __future__ import annotations

import asyncio
import os
import sys

from bench.meeting import gather, join_all, record
from bench.voices.script import MEETING

READY_WITHIN_MS = 300_000


def say(french: str, english: str) -> None:
    print(f"{french}\n  {english}", file=sys.stderr, flush=True)


async def main() -> None:
    base_url = os.environ["PUBLIC_URL"]
    say("Trois navigateurs arrivent, avec leurs voix…", "Three browsers arrive, with their voices…")
    async with gather(base_url, MEETING, "Réunion de démonstration") as meeting:
        await join_all(meeting)
        say(
            f"Ils se réunissent : {meeting.link} (vous pouvez les rejoindre). Enregistrement d’une minute environ…",
            f"They meet: {meeting.link} (you may join them). Recording for about a minute…",
        )
        minutes = await record(meeting, meeting.seconds + 2)
        say(
            "L’invitée est restée hors enregistrement. Transcription…", "The guest stayed off the record. Transcribing…"
        )
        await meeting.claire.page.goto(minutes)
        await meeting.claire.page.wait_for_selector("[data-lines]", timeout=READY_WITHIN_MS)
        lines = await meeting.claire.page.locator("[data-lines] li").count()
    say(
        f"Le compte rendu a {lines} lignes. Ouvrez-le en tant que Claire Fontaine :",
        f"The minutes have {lines} lines. Open them as Claire Fontaine:",
    )
    print(minutes)


if __name__ == "__main__":
    asyncio.run(main())
