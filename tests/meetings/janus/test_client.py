"""The socket to Janus, when what comes out of it makes no sense."""

from __future__ import annotations

import asyncio

import pytest

from meetings.janus.client import JanusClient
from tests.fakes.janus import FakeJanus


@pytest.mark.parametrize("text", ["{", "[]", '{"session_id": 1}'])
async def test_answer_that_makes_no_sense_closes_the_socket_so_that_janus_drops_its_sessions(text: str) -> None:
    async with FakeJanus().serve() as janus:
        client = await JanusClient.connect(janus.url, "secret")
        lost = asyncio.Event()
        await client.open_session(lost.set)
        await janus.say(text)
        async with asyncio.timeout(5):
            await lost.wait()
            while janus.sockets:  # noqa: ASYNC110  (what is waited for has no event of its own)
                await asyncio.sleep(0.01)
        assert not client.is_open
        await client.close()
