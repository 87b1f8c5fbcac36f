"""A web process ends, and the calls that it held go on in the next one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_db
from django.core.cache import cache
from django.utils import timezone

from meetings import actions, events
from meetings.models import Participation, Room
from meetings.persons import Person
from meetings.signalling import handlers, media, parking, subscription
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus, Frame
from tests.meetings.signalling.conftest import ANSWER, Browser, Door, until
from tests.meetings.signalling.test_view import PICTURE, adjusted, insisted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


async def enter(door: Door, room: Room, who: str) -> tuple[Browser, str]:
    """Somebody who publishes, and what lets them go on elsewhere."""
    user = room.organiser if who == "claire" else await in_db(make_agent)(who)
    browser = await door.open(room, user)
    joined = await browser.join()
    await browser.publish()
    return browser, joined["resume"]


async def meet(door: Door, room: Room, janus: FakeJanus) -> tuple[Browser, str]:
    """Claire, who receives Bilal, and he her."""
    claire, token = await enter(door, room, "claire")
    bilal, _ = await enter(door, room, "bilal")
    for browser in (claire, bilal):
        await browser.say("answer", offer=(await browser.hear("offer"))["offer"], sdp=ANSWER)
    await until(lambda: len(janus.asked("start")) == 2)
    return claire, token


async def restart(door: Door) -> int:
    """Of the web process; how many calls it kept."""
    kept = await parking.park_all()
    for browser in door.browsers:
        assert await browser.close_code() == parking.CLOSE_RESTARTING
        await browser.socket.disconnect(timeout=5)
    door.browsers.clear()
    await handlers.stop_watching()
    return kept


async def come_back(door: Door, room: Room, user: Any, token: str) -> tuple[Browser, Frame]:
    browser = await door.open(room, user)
    await browser.say("join", name=None, shared_microphone=False, resume=token)
    return browser, await browser.hear("joined")


async def test_call_goes_on_in_the_next_process(door: Door, room: Room, janus: FakeJanus) -> None:
    """Nothing is negotiated, nobody has left or come."""
    _, token = await enter(door, room, "claire")
    before = set(janus.sessions), dict(janus.feeds), await Participation.objects.aget()
    assert await restart(door) == 1
    published = len(janus.asked("publish"))
    browser, joined = await come_back(door, room, room.organiser, token)
    assert joined["resumed"]
    assert joined["resume"] != token
    after = set(janus.sessions), dict(janus.feeds), await Participation.objects.aget()
    assert after[:2] == before[:2]
    assert (after[2].connection, after[2].left_at) == (before[2].connection, None)
    assert len(janus.asked("publish")) == published
    await browser.publish()  # its next offer changes what is sent
    assert len(janus.asked("publish")) == published


async def test_who_goes_on_hears_of_those_who_came_meanwhile(door: Door, room: Room, janus: FakeJanus) -> None:
    _, token = await enter(door, room, "claire")
    await restart(door)
    janus.streams["0123456789abcdef0123456789abcdef.1"] = [{"mid": "0", "type": "audio", "description": "microphone"}]
    browser, joined = await come_back(door, room, room.organiser, token)
    assert joined["resumed"]
    assert (await browser.hear("offer"))["offer"] == 1


async def test_others_hear_nothing_of_a_restart(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = await enter(door, room, "claire")
    await restart(door)
    told: list[Frame] = []
    monkeypatch.setattr(events, "_send", lambda room_id, message: told.append(message))
    await come_back(door, room, room.organiser, token)
    assert not told


async def test_token_is_good_once_and_for_its_person_only(door: Door, room: Room, janus: FakeJanus) -> None:
    _, token = await meet(door, room, janus)
    claires = next(sender for sender in janus.feeds)
    assert await restart(door) == 2
    bilal = await in_db(lambda: Participation.objects.exclude(user=room.organiser).get().user)()
    _, joined = await come_back(door, room, bilal, token)
    assert not joined["resumed"]
    _, joined = await come_back(door, room, room.organiser, token)
    assert not joined["resumed"]
    assert claires in janus.feeds  # it is left to Janus, which drops it


async def test_who_was_removed_meanwhile_stays_out(door: Door, room: Room, janus: FakeJanus) -> None:
    _, token = await enter(door, room, "bilal")
    bilal = await in_db(lambda: Participation.objects.get().user)()
    await restart(door)
    await Participation.objects.aupdate(removed_at=timezone.now())
    browser = await door.open(room, bilal)
    await browser.say("join", name=None, shared_microphone=False, resume=token)
    assert (await browser.hear("error"))["code"] == "removed"


async def test_who_came_in_by_another_tab_meanwhile_is_there_and_not_here(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    _, token = await enter(door, room, "claire")
    await restart(door)
    await in_db(actions.join_meeting)(room, person=Person(room.organiser), shared_microphone=False)
    _, joined = await come_back(door, room, room.organiser, token)
    assert not joined["resumed"]
    assert (await Participation.objects.aget()).connection == 3


async def test_who_receives_others_goes_on_receiving_them(door: Door, room: Room, janus: FakeJanus) -> None:
    _, token = await meet(door, room, janus)
    assert await restart(door) == 2
    browser, joined = await come_back(door, room, room.organiser, token)
    assert joined["resumed"]
    asked = len(janus.asked("update")), len(janus.asked("join"))
    await browser.say("ping")
    await browser.hear("pong")
    assert (len(janus.asked("update")), len(janus.asked("join"))) == asked


async def test_a_layer_that_was_asked_for_just_before_is_asked_for_once_more(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    janus.version = "1.4.1"
    monkeypatch.setattr(subscription, "INSIST_AFTER_S", 60.0)
    claire = await door.open(room, room.organiser)
    token = (await claire.join())["resume"]
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    await bilal.join()
    await bilal.say("publish", sdp=PICTURE, sources={"0": "microphone", "1": "camera"})
    await claire.say("answer", offer=(await claire.hear("offer"))["offer"], sdp=ANSWER)
    await claire.say("view", tiles=[{"participant": bilal.me, "source": "camera", "width": 900}])
    await until(lambda: adjusted(janus))
    assert await restart(door) == 2
    assert insisted(janus) == []
    monkeypatch.setattr(subscription, "INSIST_AFTER_S", 0.1)
    _, joined = await come_back(door, room, room.organiser, token)
    assert joined["resumed"]
    await until(lambda: insisted(janus))
    assert [stream["substream"] for stream in insisted(janus)[0]] == [2]


@pytest.mark.parametrize("loss", ["session", "feed", "somebody", "format", "cache"])
async def test_what_is_no_longer_as_it_was_is_built_anew(door: Door, room: Room, janus: FakeJanus, loss: str) -> None:
    _, token = await meet(door, room, janus)
    assert await restart(door) == 2
    [claires, bilals] = list(janus.feeds)
    match loss:
        case "session":
            janus.sessions.clear()
        case "feed":
            janus.streams.pop(janus.feeds[claires])
        case "somebody":
            janus.streams.pop(janus.feeds[bilals])
        case "format":
            cache.set(parking._key(token), '{"format": 0}')
        case "cache":
            cache.clear()
    _, joined = await come_back(door, room, room.organiser, token)
    assert not joined["resumed"]
    assert (await Participation.objects.aget(user=room.organiser)).connection == 2


async def test_recording_that_stopped_meanwhile_writes_nobody_any_more(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    claire, token = await enter(door, room, "claire")
    await claire.say("start-recording")
    recording = (await claire.hear("recording-started"))["recording"]["id"]
    await claire.say("consent", recording=recording, choice="accepted")
    await until(lambda: janus.recorded)
    await restart(door)
    assert janus.recorded
    await in_db(actions.stop_recording)((await Participation.objects.aget()).pk)
    _, joined = await come_back(door, room, room.organiser, token)
    assert joined["resumed"]
    await until(lambda: not janus.recorded)


async def test_call_in_the_middle_of_a_negotiation_is_not_kept(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "SETTLE_S", 0.1)
    claire, token = await enter(door, room, "claire")
    await enter(door, room, "bilal")
    await claire.hear("offer")  # which has no answer
    assert await restart(door) == 0
    _, joined = await come_back(door, room, room.organiser, token)
    assert not joined["resumed"]


async def test_calls_end_as_ever_when_they_can_not_be_kept(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enter(door, room, "claire")

    def gone(*args: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "set_many", gone, raising=False)
    with pytest.raises(ConnectionError):
        await parking.park_all()
    async with asyncio.timeout(5):
        assert await door.browsers[0].close_code() == parking.CLOSE_RESTARTING
    await door.browsers.pop().socket.disconnect(timeout=5)
    await until(lambda: not janus.sessions)


@pytest.mark.parametrize("token", [3, True, "x" * 65, "\x00"])
async def test_token_of_another_shape_ends_the_connection(
    door: Door, room: Room, janus: FakeJanus, token: object
) -> None:
    browser = await door.open(room, room.organiser)
    await browser.say("join", name=None, shared_microphone=False, resume=token)
    assert await browser.close_code() == 4400


async def test_token_that_nobody_gave_is_passed_over(door: Door, room: Room, janus: FakeJanus) -> None:
    _, joined = await come_back(door, room, room.organiser, "never given")
    assert not joined["resumed"]
