"""Pictures go to whom shows them: what Janus is asked for, when a browser says what it shows."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_db

from meetings.errors import ProtocolError
from meetings.models import Room
from meetings.signalling import subscription
from meetings.signalling.messages import View as ViewMessage
from meetings.signalling.protocol import parse
from meetings.signalling.viewing import KEPT_S, View
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus
from tests.meetings.signalling.conftest import ANSWER, OFFER, Browser, Door, Frame, until

CLAIRE, CHEN = ("c1" * 16, "camera"), ("c2" * 16, "camera")
SCREEN = ("c1" * 16, "screen")
ID = "00000000-0000-0000-0000-000000000001"
TILE = {"participant": ID, "source": "camera", "width": 320}
PICTURE = (
    OFFER + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sendonly\r\na=rtpmap:96 VP8/90000\r\n"
)


def test_all_is_shown_until_the_browser_says_otherwise() -> None:
    view = View()
    assert view.shows(CLAIRE)
    assert view.keeps(CLAIRE, now=0.0)
    assert view.layer(CLAIRE) == 2


def test_a_picture_out_of_view_is_kept_for_a_while() -> None:
    view = View()
    view.show({CLAIRE: 640}, known={CLAIRE, CHEN}, now=100.0)
    assert not view.shows(CHEN)
    assert view.keeps(CHEN, now=100.0 + KEPT_S - 1)
    assert not view.keeps(CHEN, now=100.0 + KEPT_S)
    assert view.keeps(CLAIRE, now=1000.0)


def test_a_picture_that_was_never_in_view_is_not_asked_for() -> None:
    view = View()
    view.show({CLAIRE: 640}, known={CLAIRE}, now=100.0)
    assert not view.keeps(CHEN, now=100.0)


def test_each_time_out_of_view_counts_anew() -> None:
    view = View()
    view.show({}, known={CLAIRE}, now=0.0)
    view.show({CLAIRE: 640}, known=set(), now=20.0)
    view.show({}, known=set(), now=40.0)
    view.show({CHEN: 640}, known=set(), now=60.0)
    assert view.keeps(CLAIRE, now=69.0)
    assert not view.keeps(CLAIRE, now=70.0)


@pytest.mark.parametrize(("width", "layer"), [(0, 0), (200, 0), (201, 1), (400, 1), (401, 2)])
def test_the_wider_the_tile_the_larger_the_layer(width: int, layer: int) -> None:
    view = View()
    view.show({CLAIRE: width}, known=set(), now=0.0)
    assert view.layer(CLAIRE) == layer
    assert view.layer(SCREEN) == 2


def test_what_is_shown_is_read() -> None:
    assert parse(json.dumps({"type": "view", "tiles": [TILE]})) == ViewMessage([TILE])
    assert parse('{"type": "view", "tiles": []}') == ViewMessage([])


@pytest.mark.parametrize(
    "tiles",
    [
        {},
        None,
        [None],
        [[]],
        [{}],
        [TILE] * 61,
        [{**TILE, "participant": "claire"}],
        [{**TILE, "participant": 1}],
        [{**TILE, "source": "microphone"}],
        [{**TILE, "source": ["camera"]}],
        [{**TILE, "width": -1}],
        [{**TILE, "width": True}],
        [{**TILE, "width": 1.5}],
        [{**TILE, "width": 10**9}],
        [{**TILE, "more": 1}],
    ],
)
def test_other_tiles_are_not_of_this_protocol(tiles: Any) -> None:
    with pytest.raises(ProtocolError):
        parse(json.dumps({"type": "view", "tiles": tiles}))


# Through the socket


@pytest.fixture
def room(db: None) -> Room:
    return make_room(make_agent("claire"))


async def _two(door: Door, room: Room) -> tuple[Browser, Browser, Frame]:
    """Claire and Bilal, who sends sound and a picture; the offer that Claire gets has been answered."""
    claire = await door.open(room, room.organiser)
    await claire.join()
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    await bilal.join()
    await bilal.say("publish", sdp=PICTURE, sources={"0": "microphone", "1": "camera"})
    await bilal.hear("published")
    offer = await claire.hear("offer")
    await claire.say("answer", offer=offer["offer"], sdp=ANSWER)
    return claire, bilal, offer


def configured(janus: FakeJanus) -> list[Any]:
    return [body["streams"] for body in janus.asked("configure") if "streams" in body]


def adjusted(janus: FakeJanus) -> list[Any]:
    return [streams for streams in configured(janus) if "send" in streams[0]]


def insisted(janus: FakeJanus) -> list[Any]:
    return [streams for streams in configured(janus) if "send" not in streams[0]]


def _mid(offer: Frame, source: str) -> str:
    mids: list[str] = [mid for mid, track in offer["tracks"].items() if track["source"] == source]
    return mids[0]


@pytest.mark.django_db(transaction=True)
async def test_nothing_is_paused_for_a_browser_that_never_says_what_it_shows(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    await _two(door, room)
    await until(lambda: janus.asked("start"))
    assert adjusted(janus) == []


@pytest.mark.django_db(transaction=True)
async def test_a_picture_out_of_view_is_paused_and_goes_on_when_it_is_back(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    claire, bilal, offer = await _two(door, room)
    camera = _mid(offer, "camera")
    await claire.say("view", tiles=[])
    await until(lambda: adjusted(janus))
    assert adjusted(janus) == [[{"mid": camera, "send": False}]]
    await claire.say("view", tiles=[{"participant": bilal.me, "source": "camera", "width": 200}])
    await until(lambda: len(adjusted(janus)) == 2)
    assert adjusted(janus)[1] == [{"mid": camera, "send": True}]


@pytest.mark.django_db(transaction=True)
async def test_a_picture_that_stays_out_of_view_is_given_up_and_the_sound_is_not(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.signalling.viewing.KEPT_S", 0.1)
    monkeypatch.setattr(subscription, "KEPT_S", 0.1)
    claire, _, _ = await _two(door, room)
    await claire.say("view", tiles=[])
    await until(lambda: any("unsubscribe" in body for body in janus.asked("update")))
    dropped = [stream["mid"] for body in janus.asked("update") for stream in body.get("unsubscribe", [])]
    assert dropped == ["1"]


@pytest.mark.django_db(transaction=True)
async def test_a_picture_that_is_not_in_view_is_not_subscribed_to_and_comes_when_it_is(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.say("view", tiles=[])
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    await bilal.join()
    await bilal.say("publish", sdp=PICTURE, sources={"0": "microphone", "1": "camera"})
    offer = await claire.hear("offer")
    await claire.say("answer", offer=offer["offer"], sdp=ANSWER)
    asked = [body for body in janus.asked("join") if body["ptype"] == "subscriber"]
    assert [stream["mid"] for body in asked for stream in body["streams"]] == ["0"]
    await claire.say("view", tiles=[{"participant": bilal.me, "source": "camera", "width": 200}])
    await claire.hear("offer")
    assert [stream["mid"] for body in janus.asked("update") for stream in body.get("subscribe", [])] == ["1"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", ["1.1.2", "1.4.1"])
async def test_layers_are_chosen_where_janus_has_them(door: Door, room: Room, janus: FakeJanus, version: str) -> None:
    janus.version = version
    expected = [] if version == "1.1.2" else [0, 1]
    claire, bilal, offer = await _two(door, room)
    tile = {"participant": bilal.me, "source": "camera", "width": 200}
    await claire.say("view", tiles=[tile])
    await until(lambda: len(adjusted(janus)) == len(expected[:1]))
    await claire.say("view", tiles=[{**tile, "width": 300}])
    await until(lambda: len(adjusted(janus)) == len(expected))
    await claire.say("view", tiles=[])
    camera = _mid(offer, "camera")
    await until(lambda: adjusted(janus) and not adjusted(janus)[-1][0]["send"])
    layers = [stream.get("substream") for streams in adjusted(janus)[:-1] for stream in streams]
    assert layers == expected
    assert all(stream["mid"] == camera for streams in adjusted(janus) for stream in streams)


@pytest.mark.django_db(transaction=True)
async def test_where_janus_has_no_layers_none_is_asked_for_once_more(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    janus.version = "1.1.2"
    monkeypatch.setattr(subscription, "INSIST_AFTER_S", 0.1)
    claire, bilal, _ = await _two(door, room)
    for width in (200, 900):
        await claire.say("view", tiles=[{"participant": bilal.me, "source": "camera", "width": width}])
    await claire.say("view", tiles=[])
    await until(lambda: adjusted(janus))
    await asyncio.sleep(3 * subscription.INSIST_AFTER_S)
    assert insisted(janus) == []


@pytest.mark.django_db(transaction=True)
async def test_a_layer_is_asked_for_once_more_when_janus_may_have_forgotten_to_ask_the_camera(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    janus.version = "1.4.1"
    monkeypatch.setattr(subscription, "INSIST_AFTER_S", 0.1)
    claire, bilal, offer = await _two(door, room)
    tile = {"participant": bilal.me, "source": "camera", "width": 200}
    for count, (width, layer) in enumerate([(200, 0), (900, 2)], 1):
        await claire.say("view", tiles=[{**tile, "width": width}])
        await until(lambda: len(insisted(janus)) == count)  # noqa: B023  (awaited here)
        assert insisted(janus)[-1] == [{"mid": _mid(offer, "camera"), "substream": layer}]
    await claire.say("view", tiles=[])
    await until(lambda: not adjusted(janus)[-1][0]["send"])
    await asyncio.sleep(3 * subscription.INSIST_AFTER_S)
    assert len(insisted(janus)) == 2, "not of a picture that is paused"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("version", "simulcast"), [("1.1.2", False), ("1.4.1", True)])
async def test_a_browser_is_told_whether_to_send_layers(
    door: Door, room: Room, janus: FakeJanus, version: str, simulcast: bool
) -> None:
    janus.version = version
    claire = await door.open(room, room.organiser)
    assert (await claire.join())["simulcast"] is simulcast


@pytest.mark.django_db(transaction=True)
async def test_everybody_is_told_how_a_connection_is(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    await bilal.join()
    await bilal.say("quality", level=1)
    assert await claire.hear("quality") == {"type": "quality", "id": bilal.me, "level": 1}


@pytest.mark.parametrize("level", ["-1", "4", "true", "1.5", "null"])
def test_a_level_is_one_of_four(level: str) -> None:
    with pytest.raises(ProtocolError):
        parse(f'{{"type": "quality", "level": {level}}}')


@pytest.mark.django_db(transaction=True)
async def test_each_person_is_described_by_what_they_may_become(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    guest = await door.open(room, None, guest_key="g" * 20)
    await bilal.join()
    found = (await guest.join("Invitée"))["snapshot"]["participants"]
    described = {person["id"]: (person["colleague"], person["owner"]) for person in found}
    assert described == {claire.me: (True, True), bilal.me: (True, False), guest.me: (False, False)}


@pytest.mark.django_db(transaction=True)
async def test_a_room_that_is_handed_over_has_one_owner(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    await bilal.join()
    await claire.say("hand-over", participant=bilal.me)
    owners: dict[str, bool] = {}
    while owners != {claire.me: False, bilal.me: True}:
        person = (await bilal.hear("participant-changed"))["participant"]
        owners[person["id"]] = person["owner"]


@pytest.mark.django_db(transaction=True)
async def test_nothing_is_shown_before_joining(door: Door, room: Room) -> None:
    browser = await door.open(room, room.organiser)
    await browser.say("view", tiles=[])
    assert (await browser.hear("error"))["code"] == "not-joined"
