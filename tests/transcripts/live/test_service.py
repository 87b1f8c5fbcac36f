"""From RTP on a port to words in the sockets of those who read; its Janus answers, and forwards nothing by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest

from meetings.captions import actions, lines
from meetings.captions.actions import Voice
from meetings.signalling.media import feed_of
from tests.transcripts.live.sounds import packets, silence
from tests.transcripts.live.test_ear import Typist
from tests.transcripts.live.world import MEETING, ROOM, World, served
from transcripts.live import feeds
from transcripts.live.service import Service


@pytest.fixture
def engine() -> Typist:
    return Typist()


@pytest.fixture
async def world(engine: Typist, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with served(engine, monkeypatch) as world:
        yield world


async def test_what_somebody_says_is_told_under_their_name(world: World) -> None:
    claire = await world.enter("Claire Fontaine")
    world.voices.append(claire)
    await world.listens_to(1)
    world.send(claire, packets(1.0))
    caption = await world.told("caption")
    assert (caption["name"], caption["participant"]) == ("Claire Fontaine", str(claire.participation_id))
    world.send(claire, silence(1.0, first=50))
    while not caption["over"]:
        caption = await world.told("caption")
    assert lines.kept(MEETING)[-1]["text"] == caption["final"]


async def test_one_connection_and_one_forwarder_serve_for_long(world: World) -> None:
    world.voices.append(await world.enter("Claire Fontaine"))
    await world.listens_to(1)
    before = len(world.janus.sockets)
    await world.looked_at(2)
    assert len(world.janus.sockets) == before
    assert len(world.janus.asked("rtp_forward")) == 1
    [forwarder] = world.janus.forwarders.values()
    assert (forwarder["mid"], world.janus.asked("rtp_forward")[0]["host"]) == ("0", "127.0.0.1")


async def test_who_has_no_microphone_is_not_looked_for_each_second(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "NEW_S", 0.0)
    monkeypatch.setattr(feeds, "LOOK_FOR_ALL_EVERY_S", 600.0)
    listener = Voice(uuid4(), 1, "Chen Lecteur", is_on=False)
    world.voices += [await world.enter("Claire Fontaine"), listener]
    await world.listens_to(1)
    looks = len(world.janus.asked("join"))
    await world.looked_at(2)
    assert len(world.janus.asked("join")) == looks
    speaker = await world.enter("Bilal Mercier")
    world.voices[1] = replace(speaker, is_on=True)
    await world.listens_to(2)


async def test_who_objects_is_forwarded_no_more(world: World, engine: Typist) -> None:
    claire, bilal = await world.enter("Claire Fontaine"), await world.enter("Bilal Mercier")
    world.voices += [claire, bilal]
    await world.listens_to(2)
    world.send(claire, packets(0.5))
    await world.told("caption")
    world.voices.remove(claire)
    await world.listens_to(1)
    assert [one["publisher"] for one in world.janus.forwarders.values()] == [feed_of(bilal.participation_id, 1)]
    assert engine.lines[0].is_abandoned


async def test_lines_of_who_has_just_objected_are_neither_told_nor_kept(world: World) -> None:
    claire, bilal = await world.enter("Claire Fontaine"), await world.enter("Bilal Mercier")
    world.voices += [claire, bilal]
    await world.listens_to(2)
    world.objects.add(claire.participation_id)  # after the look that said who is captioned
    for voice in (claire, bilal):
        world.send(voice, packets(1.0))
    caption = await world.told("caption")
    for voice in (claire, bilal):
        world.send(voice, silence(1.0, first=50))
    while not caption["over"]:
        caption = await world.told("caption")
    assert caption["name"] == "Bilal Mercier"
    assert [line["name"] for line in lines.kept(MEETING)] == ["Bilal Mercier"]


async def test_who_speaks_another_language_is_heard_in_it(world: World, engine: Typist) -> None:
    guest = await world.enter("Ann Baker")
    world.voices.append(replace(guest, language="en"))
    await world.listens_to(1)
    world.send(guest, packets(1.0))
    assert (await world.told("caption"))["language"] == "en"
    assert engine.languages == ["en"]


async def test_a_janus_that_was_restarted_is_asked_again(world: World) -> None:
    world.voices.append(await world.enter("Claire Fontaine"))
    await world.listens_to(1)
    await world.janus.die()
    world.janus.forwarders.clear()
    world.voices[:] = [await world.enter("Claire Fontaine")]
    await world.listens_to(1)


async def test_readers_hear_each_second_how_it_goes(world: World, engine: Typist) -> None:
    world.voices.append(await world.enter("Claire Fontaine"))
    assert (await world.told("captions-state"))["state"] == "ok"
    engine.late_s = 5.0
    while (await world.told("captions-state", within_s=3))["state"] != "late":
        pass
    world.voices.clear()
    world.left_out.append(ROOM)
    while (await world.told("captions-state", within_s=3))["state"] != "full":
        pass


async def test_an_engine_that_hangs_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from transcripts.live.service import Stuck

    engine = Typist()
    engine.stuck_s = 61.0
    monkeypatch.setattr(actions, "captioned_on", lambda node, most: ([], []))
    service = Service("j1", "ws://127.0.0.1:9", "secret", engine, most=1, language="fr")
    with pytest.raises(Stuck):
        await asyncio.wait_for(service.run(), 5)
