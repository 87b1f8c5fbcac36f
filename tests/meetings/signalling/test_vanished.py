"""Browsers that send nothing any more: the server asks them, and who does not answer is gone."""

from __future__ import annotations

import json
import uuid

import pytest

from meetings.models import Participation, Room
from meetings.signalling import consumer, noting
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus
from tests.meetings.signalling.conftest import Browser, Door

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "ANSWER_WITHIN_S", 0.2)


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


async def claire(door: Door, room: Room) -> Browser:
    browser = await door.open(room, room.organiser)
    await browser.join()
    await browser.publish()
    return browser


async def say_receiving(janus: FakeJanus, on: bool, mid: str = "0", **more: int) -> None:
    [(session, handle)] = janus.feeds
    news = {"janus": "media", "session_id": session, "sender": handle, "type": "audio"}
    await janus.say(json.dumps({**news, "mid": mid, "receiving": on, "seconds": 2, **more}))


async def test_who_sends_nothing_and_does_not_answer_is_gone(door: Door, room: Room, janus: FakeJanus) -> None:
    browser = await claire(door, room)
    await say_receiving(janus, False)
    await browser.hear("ping")
    assert await browser.close_code() == noting.CLOSE_SILENT
    await browser.socket.disconnect(timeout=5)
    door.browsers.remove(browser)
    assert (await Participation.objects.aget()).left_at


async def test_who_sends_nothing_and_answers_stays(door: Door, room: Room, janus: FakeJanus) -> None:
    browser = await claire(door, room)
    await say_receiving(janus, False)
    await browser.hear("ping")
    await browser.say("ping")
    await browser.hear("pong")
    assert await browser.socket.receive_nothing(timeout=0.5)


@pytest.mark.parametrize("other", [{"mid": "1"}, {"substream": 1}], ids=["m-line", "layer"])
async def test_who_still_sends_something_is_not_asked(
    door: Door, room: Room, janus: FakeJanus, other: dict[str, int]
) -> None:
    browser = await claire(door, room)
    await say_receiving(janus, True, **{"mid": "0", **other})  # type: ignore[arg-type]
    await say_receiving(janus, True)
    await say_receiving(janus, False)
    assert await browser.socket.receive_nothing(timeout=0.5)


async def test_news_of_a_call_that_nobody_has_are_passed_over(door: Door, room: Room, janus: FakeJanus) -> None:
    browser = await claire(door, room)
    await janus.say(json.dumps({"janus": "media", "session_id": 999, "sender": uuid.uuid4().int, "receiving": False}))
    assert await browser.socket.receive_nothing(timeout=0.3)
