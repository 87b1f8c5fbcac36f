"""A browser dies, another loses its network or sleeps: who stays sees it soon, who comes back is where they were."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, async_playwright

from bench.browsers.media import is_flowing
from bench.browsers.participant import Participant
from bench.meeting import EMAILS
from bench.processes import tree_of
from bench.voices.script import CLAIRE
from tests.journeys import recoveries
from tests.journeys.island import PEER, Island, island
from tests.journeys.product import eventually
from tests.journeys.seat import hears_chat, seat_of

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

CLAIRES, FAR, SHORT_LIVED = "Claire Fontaine", "Monsieur Loin", "Madame Brève"
SAID = "Avant la coupure."
GONE_WITHIN_S = 10.0
OUTAGE_S = 30.0 if os.environ.get("RELIABILITY_TABLE") == "1" else 12.0  # the shorter one is over for the others too
BACK_WITHIN_S = 15.0  # generous: the machine is shared


@dataclass(slots=True)
class Three:
    claire: Participant
    far: Participant
    short_lived: Participant
    sleepers: set[int]  # the processes of the second one
    mortal: set[int]  # and of the last one
    island: Island


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def three(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Three]:
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    if os.geteuid() != 0 or PEER not in {name for _, name in socket.if_nameindex()}:
        pytest.skip("only root may lay another network, and in a private one only")
    base_url = os.environ["PUBLIC_URL"]
    async with island(tmp_path_factory.mktemp("island"), base_url) as far_away, async_playwright() as playwright:
        claire = await Participant.launch(playwright)
        awake = tree_of([os.getpid()])
        far = await _launch_by(far_away.chromium, playwright)
        before = tree_of([os.getpid()])
        short_lived = await Participant.launch(playwright)
        mortal = tree_of([os.getpid()]) - before
        await claire.sign_in(base_url, EMAILS[CLAIRE])
        link = await claire.create_meeting("Réunion à trois")
        for person, name in ((claire, None), (far, FAR), (short_lived, SHORT_LIVED)):
            await person.open_room(link)
            await person.join(name)
        await claire.wait_for_people(3)
        yield Three(claire, far, short_lived, before - awake, mortal, far_away)
        await asyncio.gather(claire.close(), far.close())


async def _launch_by(chromium: Path, playwright: Playwright) -> Participant:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHROMIUM", str(chromium))
        return await Participant.launch(playwright)


async def test_browser_that_is_killed_is_gone_for_the_others_within_10_s(three: Three) -> None:
    start = time.monotonic()
    for pid in three.mortal & tree_of([os.getpid()]):
        os.kill(pid, signal.SIGKILL)
    await three.claire.wait_for_people(2)
    gone_s = time.monotonic() - start
    recoveries.note("Browser, SIGKILL", "gone for the others after", f"{gone_s:.1f} s", "10 s")
    assert gone_s < GONE_WITHIN_S


async def test_browser_that_was_without_a_network_is_back_where_it_was(three: Three) -> None:
    far = three.far
    await far.page.click('[data-toolbar] [data-action="toggle-hand"]')
    await far.page.click('[data-toolbar] [data-action="toggle-chat"]')
    await far.page.fill('[data-form="chat"] textarea', SAID)
    await far.page.keyboard.press("Enter")
    await eventually(lambda: hears_chat(three.claire, SAID), within_s=20)
    await far.page.evaluate("window.__notReloaded = true")
    await _comes_back(three, f"Network of a browser, cut for {OUTAGE_S:.0f} s", three.island.cut, three.island.mend)


@pytest.mark.soak
async def test_network_that_is_cut_without_a_word_is_noticed_too(three: Three) -> None:
    island = three.island
    fault = f"Network behind that of a browser, cut for {OUTAGE_S:.0f} s"
    await _comes_back(three, fault, island.cut_farther_away, island.mend_farther_away)


@pytest.mark.soak
async def test_machine_that_slept_is_back_where_it_was(three: Three) -> None:
    def send(number: signal.Signals) -> None:
        for pid in three.sleepers & tree_of([os.getpid()]):
            os.kill(pid, number)

    await _comes_back(
        three,
        f"Machine of a browser, asleep for {OUTAGE_S:.0f} s",
        lambda: send(signal.SIGSTOP),
        lambda: send(signal.SIGCONT),
    )


async def _comes_back(three: Three, fault: str, begin: Callable[[], None], end: Callable[[], None]) -> None:
    """Without reloading the page."""
    claire, far = three.claire, three.far
    await eventually(lambda: _see_and_hear_each_other(three), within_s=60)
    before = await seat_of(claire)
    begin()
    start = time.monotonic()
    await claire.wait_for_people(1)
    gone_s = time.monotonic() - start
    await asyncio.sleep(max(0.0, start + OUTAGE_S - time.monotonic()))
    end()
    mended = time.monotonic()
    await eventually(lambda: _see_and_hear_each_other(three), within_s=60, every_s=0.1)
    back_s = time.monotonic() - mended
    recoveries.note(fault, "gone for the others after", f"{gone_s:.1f} s", "10 s")
    recoveries.note(fault, "sound and pictures again after", f"{back_s:.1f} s", "5 s")
    after = await seat_of(claire)
    assert set(after.people) == set(before.people)
    assert set(after.tiles) == set(before.tiles)
    assert after.hands == before.hands
    assert after.chat == before.chat
    assert await far.page.evaluate("window.__notReloaded")
    assert await hears_chat(far, SAID)
    assert back_s < BACK_WITHIN_S
    assert gone_s < GONE_WITHIN_S


async def _see_and_hear_each_other(three: Three) -> bool:
    return all(await asyncio.gather(_sees_and_hears(three.far, CLAIRES), _sees_and_hears(three.claire, FAR)))


async def _sees_and_hears(person: Participant, other: str) -> bool:
    """New sound and pictures of them, now."""
    before = await person.media()
    await asyncio.sleep(0.2)
    after = await person.media()
    return is_flowing(before.get(other, {}), after.get(other, {}), "microphone", "camera") and other in before
