"""A child that is up, and deaf."""

from __future__ import annotations

import asyncio
import dataclasses
import io

import pytest

from tests.visio_site.small_site import polite
from visio_site import supervisor
from visio_site.guardian import Guardian
from visio_site.layout import Layout
from visio_site.probes import becomes_true
from visio_site.progress import Terminal
from visio_site.supervisor import Supervisor


async def test_watched_child_that_no_longer_answers_is_killed_and_comes_back(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "WATCH_EVERY_S", 0.05)
    layout.create()
    hearing = asyncio.Event()
    hearing.set()

    async def answers() -> bool:
        return hearing.is_set()

    child = dataclasses.replace(polite(layout, "janus"), probe=answers, watched=True)
    with Guardian() as guardian:
        watching = Supervisor(layout, [child], Terminal(io.StringIO()), guardian)
        async with asyncio.timeout(10):
            await watching.start()
            first = layout.pid_file("janus").read_text()
            hearing.clear()
            assert await becomes_true(lambda: has_pid(layout, other_than=first), timeout_s=8)
            await watching.stop()


async def has_pid(layout: Layout, *, other_than: str) -> bool:
    path = layout.pid_file("janus")
    return path.exists() and path.read_text() not in {"", other_than}
