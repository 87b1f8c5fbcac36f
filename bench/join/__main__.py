"""Somebody is in the room; another joins, again and again, Visio's page and the bare one in turn.

Held equal: the browser and the tab that joins, freshly loaded and with its devices open; the browser that is there
already, in both rooms all the time; the Janus, and what its rooms are made of; capture, codecs, bit rates. On both
pages the first picture is what requestVideoFrameCallback tells, and the first sound what the receiver's statistics
tell, asked every 20 ms. Visio's page shows what Visio shows, its server asks who one is and tells the others: that is
what is measured.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace

from playwright.async_api import Playwright, async_playwright

from bench.browsers.participant import Participant
from bench.join.measure import Join, Joiner
from bench.join.sides import Bare, Side, bare_gateway, visio
from bench.join.verdict import CONTROL_DELAY_MS, Round, judge
from bench.processes import tree_of
from bench.report import FEWEST_RUNS, Report, report, say, scaled
from meetings.janus.nodes import choose
from visio_site.env import env, env_pairs

RUNS = 10
CLAIRE = "claire.fontaine@dinum.example"
BILAL = "bilal.mercier@dinum.example"


async def measure() -> Report:
    runs = scaled(RUNS, least=FEWEST_RUNS)
    async with async_playwright() as playwright:
        host = await Participant.launch(playwright)
        await host.sign_in(env("PUBLIC_URL"), BILAL)
        link = await host.create_meeting("Mesure des entrées")
        async with bare_gateway(_node_of(link)) as bare:
            await _be_there(host, link, bare)
            joiner = await _arrive(playwright)
            sides: dict[str, Side] = {"visio": visio(link), "bare": bare, "control": _late(bare)}
            say("warming up")
            await _round(joiner, sides)
            return judge([await _told_round(joiner, sides, number, runs) for number in range(1, runs + 1)])


def _node_of(link: str) -> str:
    """Where Visio will hold the meeting."""
    return choose(list(env_pairs("JANUS_NODES")), link.rstrip("/").rsplit("/", 1)[-1])


def _late(bare: Bare) -> Bare:
    return replace(bare, name="control", delay_ms=CONTROL_DELAY_MS)


async def _be_there(host: Participant, link: str, bare: Bare) -> None:
    await host.open_room(link)
    await host.join()
    other_tab = Participant(host.browser, host.context, await host.context.new_page())
    await bare.open(other_tab)
    await other_tab.page.click(bare.button)


async def _arrive(playwright: Playwright) -> Joiner:
    before = tree_of([os.getpid()])
    person = await Participant.launch(playwright)
    await person.sign_in(env("PUBLIC_URL"), CLAIRE)
    return Joiner(person, frozenset(tree_of([os.getpid()]) - before))


async def _told_round(joiner: Joiner, sides: Mapping[str, Side], number: int, runs: int) -> Round:
    one = await _round(joiner, sides)
    say(
        f"{number}/{runs}  first frame, first audio (ms): "
        f"visio {_times(one.visio)}, bare {_times(one.bare)}, control {_times(one.control)}"
    )
    return one


async def _round(joiner: Joiner, sides: Mapping[str, Side]) -> Round:
    return Round(**{name: await joiner.join(side) for name, side in sides.items()})


def _times(join: Join) -> str:
    return f"{join.first_frame_ms:.0f} {join.first_audio_ms:.0f}"


if __name__ == "__main__":
    sys.exit(report(measure))
