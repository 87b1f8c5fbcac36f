"""What may go wrong around a socket, and must not leave anybody recorded, heard or counted who should not be."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import websockets
from channels.db import database_sync_to_async as in_db
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisGone

from meetings import actions, consents, events
from meetings.errors import NotJoined
from meetings.models import Consent, Participation, Recording, Room
from meetings.persons import Person
from meetings.signalling import handlers
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus, Frame
from tests.meetings.signalling.conftest import Browser, Door, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


async def recorded(door: Door, room: Room, janus: FakeJanus) -> tuple[Browser, Browser]:
    """Claire and Bilal, both on the record."""
    claire = await door.open(room, room.organiser)
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    for browser in (claire, bilal):
        await browser.join()
        await browser.publish()
    await claire.say("start-recording")
    recording = (await claire.hear("recording-started"))["recording"]["id"]
    for browser in (claire, bilal):
        await browser.say("consent", recording=recording, choice="accepted")
    await until(lambda: len(janus.recorded) == 2)
    return claire, bilal


async def test_recording_stops_for_those_who_missed_the_event(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.signalling.consumer.LOOK_EVERY_S", 0.05)
    monkeypatch.setattr("meetings.signalling.consumer.CHORES", {handlers.check_record: 0.05})
    claire, _ = await recorded(door, room, janus)
    with monkeypatch.context() as patch:
        patch.setattr(events, "_send", lambda room_id, message: None)
        await claire.say("stop-recording")
        await until(lambda: not janus.recorded)


async def test_lost_redis_undoes_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object) -> None:
        raise RedisGone("gone")

    monkeypatch.setattr("channels.layers.InMemoryChannelLayer.group_send", gone)
    claire = await in_db(actions.join_meeting)(room, person=Person(room.organiser), shared_microphone=False)
    recording = await in_db(actions.start_recording)(claire.pk)
    assert (await Recording.objects.aget()).pk == recording.pk


async def test_news_in_the_same_breath_as_the_welcome_is_not_lost(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody publishes between Janus' answer to a join and our reading of it."""
    send = FakeJanus._send

    async def send_both(self: FakeJanus, socket: websockets.ServerConnection, frame: Frame) -> None:
        if frame.get("plugindata", {}).get("data", {}).get("videoroom") != "joined":
            return await send(self, socket, frame)
        feed = f"{uuid.uuid4().hex}.1"
        self.streams[feed] = [{"mid": "0", "type": "audio", "description": "microphone"}]
        publishers = [{"id": feed, "streams": self.streams[feed]}]
        news = {**frame, "plugindata": {"data": {"videoroom": "event", "publishers": publishers}}}
        del news["transaction"]
        for each in (frame, news):  # one write: both are read before anybody else runs
            socket.protocol.send_text(json.dumps(each).encode())
        socket.send_data()

    monkeypatch.setattr(FakeJanus, "_send", send_both)
    claire = await door.open(room, room.organiser)
    await claire.join()
    assert (await claire.hear("offer"))["tracks"]


async def test_entry_that_fails_leaves_no_session_in_janus(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = FakeJanus._answer

    def refuse(self: FakeJanus, sender: Any, body: Frame, jsep: Any) -> Any:
        if body["request"] == "join":
            return {"videoroom": "event", "error_code": 426, "error": "no such room"}, None
        return answer(self, sender, body, jsep)

    monkeypatch.setattr(FakeJanus, "_answer", refuse)
    claire = await door.open(room, room.organiser)
    await claire.join()
    assert await claire.close_code() == 4503
    await until(lambda: not janus.sessions)


async def test_lost_database_leaves_nobody_in_janus(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bilal = await recorded(door, room, janus)

    def lost(*args: object, **kwargs: object) -> None:
        raise OperationalError("lost")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "leave_meeting", lost)
        with pytest.raises(OperationalError):
            await bilal.socket.disconnect()
    await until(lambda: len(janus.sessions) == 1)
    assert len(janus.recorded) == 1
    door.browsers.remove(bilal)


async def test_event_that_can_not_be_followed_sends_the_browser_back(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    claire, bilal = await recorded(door, room, janus)

    def lost(*args: object) -> None:
        raise OperationalError("lost")

    with monkeypatch.context() as patch:
        patch.setattr(consents, "is_on_record", lost)
        await claire.say("stop-recording")
        assert await bilal.close_code() == 4500


@pytest.mark.django_db
def test_who_has_left_changes_nothing_any_more(room: Room) -> None:
    """A second tab left last; the first one had not heard that it was replaced."""
    first = actions.join_meeting(room, person=Person(room.organiser), shared_microphone=False)
    second = actions.join_meeting(room, person=Person(room.organiser), shared_microphone=False)
    recording = actions.start_recording(second.pk)
    assert actions.leave_meeting(second.pk, second.connection, for_good=True)
    for act in (
        lambda: actions.start_recording(first.pk),
        lambda: actions.stop_recording(first.pk),
        lambda: consents.answer_consent(first.pk, recording.pk, "accepted"),
        lambda: actions.set_media(first.pk, microphone=True, camera=True, screen=False),
    ):
        with pytest.raises(NotJoined):
            act()
    assert not Recording.objects.filter(status=Recording.Status.ACTIVE).exists()
    assert not Participation.objects.filter(microphone=True).exists()


@pytest.mark.django_db
def test_same_answer_twice_is_one_row_of_the_ledger(room: Room) -> None:
    claire = actions.join_meeting(room, person=Person(room.organiser), shared_microphone=False)
    recording = actions.start_recording(claire.pk)
    for choice in ("accepted", "accepted", "declined", "declined", "accepted"):
        consents.answer_consent(claire.pk, recording.pk, choice)
    assert list(Consent.objects.order_by("pk").values_list("choice", flat=True)) == ["accepted", "declined", "accepted"]


async def test_flood_of_messages_ends_the_connection(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    for _ in range(150):
        await claire.say("ping")
    assert await claire.close_code() == 4400
