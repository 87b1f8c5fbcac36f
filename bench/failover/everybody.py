"""When everybody in a meeting sees and hears everybody: by the statistics of their own browsers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from bench.browsers.media import Media, is_flowing
from bench.browsers.participant import Participant
from bench.meeting import GUEST_NAME, Meeting
from bench.report import Void
from bench.voices.script import BILAL, CLAIRE, GUEST

NAMES = {CLAIRE: "Claire Fontaine", BILAL: "Bilal Mercier", GUEST: GUEST_NAME}
NOBODY: Mapping[str, int] = dict.fromkeys(NAMES, 0)
LOOK_EVERY_S = 0.2


async def connections(meeting: Meeting) -> dict[str, int]:
    """How many each browser has made so far."""
    return {who: await _made(person) for who, person in meeting.people.items()}


async def everybody_back(meeting: Meeting, before: Mapping[str, int], *, since: float, within_s: float) -> float:
    """Seconds from `since` until all receive sound and pictures of all, by connections newer than those of `before`.

    Raises Void when that is not so in time.
    """
    times = await asyncio.gather(*(_back(meeting, who, before[who], since, within_s) for who in meeting.people))
    return max(times)


async def _back(meeting: Meeting, who: str, before: int, since: float, within_s: float) -> float:
    person = meeting.people[who]
    others = {NAMES[other] for other in meeting.people if other != who}
    earlier: Media | None = None
    while (now := time.monotonic()) - since < within_s:
        if await _made(person) > before:
            received = await person.media()
            if earlier is not None and _flows(earlier, received, others):
                return now - since
            earlier = received
        await asyncio.sleep(LOOK_EVERY_S)
    raise Void(f"{who} does not receive everybody after {within_s} s")


async def _made(person: Participant) -> int:
    made: int = await person.page.evaluate("window.__connectionsMade")
    return made


def _flows(before: Media, after: Media, others: set[str]) -> bool:
    return all(is_flowing(before.get(name, {}), after.get(name, {}), "microphone", "camera") for name in others)
