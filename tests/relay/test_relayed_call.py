"""Two guests behind firewalls that let nothing but the relay through: they try their connection, then meet."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Playwright, async_playwright

from bench.browsers.media import is_flowing
from bench.browsers.participant import Participant
from tests.journeys.product import eventually
from tests.relay.server import SECRET, Relay
from visio_site.layout import ROOT
from visio_site.probes import answers_http

pytestmark = pytest.mark.journey
CLAIRE = "claire.fontaine@dinum.example"
RELAY_ONLY = """
const Plain = RTCPeerConnection;
window.RTCPeerConnection = class extends Plain {
  constructor(configuration) { super({ ...configuration, iceTransportPolicy: "relay" }); }
};
"""
# What this browser itself sends from, on each connection that stands
READ_OWN_CANDIDATES = """async () => {
  const own = [];
  for (const connection of window.__connections) {
    const report = await connection.getStats();
    for (const transport of [...report.values()].filter(({ type }) => type === "transport")) {
      const pair = report.get(transport.selectedCandidatePairId);
      if (pair) own.push(report.get(pair.localCandidateId).candidateType);
    }
  }
  return own;
}"""


@pytest.fixture
def site(relay: Relay) -> Iterator[str]:
    """Another web process of the product that is up, which knows of the relay."""
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("needs the whole product: make test")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    turn = f"turn:{relay.host}:{relay.port}"
    env = {
        **os.environ,
        **{"DJANGO_SETTINGS_MODULE": "visio_site.settings.dev", "PUBLIC_URL": f"http://localhost:{port}"},
        **{"TURN_URLS": f"{turn}?transport=udp,{turn}?transport=tcp", "TURN_SECRET": SECRET},
    }
    command = [
        sys.executable,
        "-m",
        "daphne",
        "-v",
        "0",
        "-b",
        "127.0.0.1",
        "-p",
        str(port),
        "visio_site.asgi:application",
    ]
    with subprocess.Popen(command, env=env, cwd=ROOT) as process:
        try:
            yield f"http://localhost:{port}"
        finally:
            process.kill()


@asynccontextmanager
async def guest(playwright: Playwright, address: str) -> AsyncIterator[Participant]:
    person = await Participant.launch(playwright)
    await person.context.add_init_script(RELAY_ONLY)
    await person.open_room(address)
    try:
        yield person
    finally:
        await person.close()


async def receives(person: Participant, name: str) -> dict[str, Any] | None:
    found = (await person.media()).get(name, {})
    return found if {"microphone", "camera"} <= set(found) else None


async def test_guests_who_only_reach_the_relay_see_and_hear_each_other(site: str) -> None:
    await eventually(partial(answers_http, f"{site}/healthz"), within_s=60)
    async with async_playwright() as playwright:
        claire = await Participant.launch(playwright)
        await claire.sign_in(os.environ["PUBLIC_URL"], CLAIRE)
        code = (await claire.create_meeting("Derrière un pare-feu")).rstrip("/").rpartition("/")[2]
        await claire.close()
        address = f"{site}/r/{code}/"
        async with guest(playwright, address) as paule, guest(playwright, address) as marc:
            assert await tried(paule) == {"websocket": "ok", "udp": "ok", "relay": "ok"}
            for person, name in ((paule, "Paule"), (marc, "Marc")):
                await person.join(name)
            for person, other in ((paule, "Marc"), (marc, "Paule")):
                before = await eventually(partial(receives, person, other), within_s=30)
                await person.page.wait_for_timeout(1500)
                after = await receives(person, other)
                assert after
                assert is_flowing(before, after, "microphone", "camera")
                assert set(await person.page.evaluate(READ_OWN_CANDIDATES)) == {"relay"}
            assert paule.console_errors == marc.console_errors == []


async def tried(person: Participant) -> dict[str, str]:
    """The report of the connection test: what was tried, and its code."""
    await person.page.click('[data-action="test-connection"]')
    await person.page.wait_for_selector("[data-result]:not([hidden])")
    report = await person.page.text_content("[data-report]") or ""
    assert "Paule" not in report
    first, _, *lines = report.splitlines()
    assert first.endswith(" good")
    words = [line.split() for line in lines]
    return {name: rest[-2] for name, *rest in words}
