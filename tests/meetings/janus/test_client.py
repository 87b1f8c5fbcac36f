"""The socket to Janus, when what comes out of it makes no sense, or says that a browser is gone."""

from __future__ import annotations

import asyncio
import json

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


@pytest.mark.parametrize(("reason", "times"), [("ICE failed", 1), ("DTLS alert", 0)])
async def test_browser_that_was_cut_off_loses_its_session_once_and_one_that_hung_up_keeps_it(
    reason: str, times: int
) -> None:
    async with FakeJanus().serve() as janus:
        client = await JanusClient.connect(janus.url, "secret")
        heard: list[str] = []
        session = await client.open_session(lambda: heard.append("lost"))
        handle = await session.attach(lambda frame: heard.append(frame["janus"]))
        hangup = {"janus": "hangup", "session_id": session.id, "sender": handle.id, "reason": reason}
        for _ in range(2):
            await janus.say(json.dumps(hangup))
        async with asyncio.timeout(5):
            while heard.count("hangup") < 2:  # noqa: ASYNC110  (what is waited for has no event of its own)
                await asyncio.sleep(0.01)
        assert heard.count("lost") == times
        await client.close()
