"""Whether a node answers: with a Janus without media, and a ledger that is a list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from meetings.errors import MediaUnavailable
from meetings.janus import nodes, pulse
from meetings.janus.nodes import Nodes
from tests.fakes.janus import FakeJanus
from tests.meetings.signalling.conftest import until


@dataclass
class Written:
    lines: list[str] = field(default_factory=list)

    async def answers(self, node: str) -> None:
        if self.lines[-1:] != [f"{node} up"]:
            self.lines.append(f"{node} up")

    async def is_down(self, node: str) -> None:
        self.lines.append(f"{node} down")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASK_EVERY_S", "PATIENCE_S"):
        monkeypatch.setattr(nodes, name, 0.1)
    monkeypatch.setattr(pulse, "STUCK_S", 0.3)


@asynccontextmanager
async def watched(janus: FakeJanus) -> AsyncIterator[tuple[Nodes, Written]]:
    written = Written()
    pool = Nodes({"j1": janus.url}, "secret", written)
    await pool.client("j1")
    await until(lambda: written.lines == ["j1 up"])
    yield pool, written
    await pool.stop()


async def test_silent_node_is_down_and_its_sessions_end_after_that_is_known() -> None:
    async with FakeJanus().serve() as janus, watched(janus) as (pool, written):
        client = await pool.client("j1")
        await client.open_session(lambda: written.lines.append("session lost"))
        janus.silent = True
        with pytest.raises(MediaUnavailable):  # not after the 10 s of a request
            async with asyncio.timeout(2):
                await client.open_session(lambda: None)
        await until(lambda: written.lines == ["j1 up", "j1 down", "session lost"])
        janus.silent = False
        await until(lambda: written.lines[-1] == "j1 up")
        assert (await pool.client("j1")).is_open


async def test_node_whose_videoroom_hangs_is_down_until_it_is_started_again() -> None:
    """Its core says pong all the while."""
    async with FakeJanus().serve() as janus, watched(janus) as (pool, written):
        await (await pool.client("j1")).open_session(lambda: written.lines.append("session lost"))
        janus.is_stuck = True
        await until(lambda: written.lines == ["j1 up", "j1 down", "session lost"])
        await asyncio.sleep(1)
        assert written.lines[-1] == "session lost"
        janus.is_stuck = False
        await janus.die()
        await until(lambda: written.lines[-1] == "j1 up")


async def test_videoroom_that_is_slow_for_a_moment_is_no_death() -> None:
    async with FakeJanus().serve() as janus, watched(janus) as (_, written):
        janus.is_stuck = True
        await asyncio.sleep(0.2)
        janus.is_stuck = False
        await janus.answer_what_waits()
        await asyncio.sleep(0.5)
        assert written.lines == ["j1 up"]


async def test_one_slow_answer_is_no_death() -> None:
    async with FakeJanus().serve() as janus, watched(janus) as (_, written):
        janus.silent = True
        await asyncio.sleep(0.15)
        janus.silent = False
        await asyncio.sleep(0.5)
        assert written.lines in (["j1 up"], ["j1 up", "j1 down", "j1 up"])  # a busy machine may be late


async def test_node_that_hangs_up_and_takes_a_new_call_is_not_down_but_sessions_end() -> None:
    async with FakeJanus().serve() as janus, watched(janus) as (pool, written):
        await (await pool.client("j1")).open_session(lambda: written.lines.append("session lost"))
        await janus.die()
        await until(lambda: written.lines == ["j1 up", "session lost"])


async def test_node_that_is_gone_is_down_at_once() -> None:
    async with FakeJanus().serve() as janus:
        written = Written()
        pool = Nodes({"j1": janus.url, "j2": "ws://127.0.0.1:1"}, "secret", written)
        await (await pool.client("j1")).open_session(lambda: written.lines.append("session lost"))
    await until(lambda: {"j1 down", "j2 down", "session lost"} <= set(written.lines))
    with pytest.raises(MediaUnavailable):
        await pool.client("j1")
    await pool.stop()


async def test_process_that_was_itself_too_slow_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "LATE_S", -1.0)  # each silence lasts longer than allowed
    async with FakeJanus().serve() as janus, watched(janus) as (_, written):
        janus.silent = True
        await asyncio.sleep(0.6)
        assert written.lines == ["j1 up"]
