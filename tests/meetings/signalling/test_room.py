"""A room through its sockets: a real consumer, a real database, a Janus without media."""

from __future__ import annotations

import uuid

import pytest
from channels.db import database_sync_to_async as in_db

from accounts.models import AuditEntry, User
from meetings import media_room
from meetings.models import Consent, Meeting, Participation, Recording, Room
from meetings.rooms import actions as room_actions
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus
from tests.meetings.signalling.conftest import ANSWER, OFFER, Door, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


async def agent_of(name: str) -> User:
    return await in_db(make_agent)(name)


async def test_first_to_come_opens_the_meeting_and_last_to_leave_ends_it(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    claire = await door.open(room, room.organiser)
    joined = await claire.join()
    assert [person["name"] for person in joined["snapshot"]["participants"]] == [room.organiser.get_full_name()]
    assert joined["permissions"] == ["caption", "moderate", "publish", "record", "share-screen"]
    meeting = await Meeting.objects.aget(room=room, ended_at=None)
    await until(lambda: janus.rooms == {meeting.pk.hex})
    await claire.say("leave")
    assert await claire.close_code() == 1000
    await claire.socket.disconnect()
    await meeting.arefresh_from_db()
    assert meeting.ended_at is not None
    assert janus.rooms == set()
    assert janus.sessions == set()


async def test_agent_is_told_of_the_guest_who_declares_a_name(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    guest = await door.open(room, None, guest_key="g" * 20)
    joined = await guest.join("  Madame   Durand ")
    news = await claire.hear("participant-joined")
    while news["participant"]["id"] != guest.me:
        news = await claire.hear("participant-joined")
    assert news["participant"]["name"] == "Madame Durand"
    assert news["participant"]["assurance"] == "declared"
    assert "record" not in joined["permissions"]


async def test_guest_without_a_name_may_try_again(door: Door, room: Room) -> None:
    guest = await door.open(room, None, guest_key="g" * 20)
    await guest.say("join", name="   ", shared_microphone=False)
    assert (await guest.hear("error"))["code"] == "name-required"
    await guest.join("Invitée")


async def test_nothing_is_done_before_join(door: Door, room: Room) -> None:
    browser = await door.open(room, room.organiser)
    for verb, fields in [
        ("publish", {"sdp": OFFER, "sources": {"0": "microphone"}}),
        ("start-recording", {}),
        ("snapshot", {}),
    ]:
        await browser.say(verb, **fields)
        error = await browser.hear("error")
        assert (error["code"], error["verb"]) == ("not-joined", verb)


async def test_published_offer_comes_back_as_the_answer_of_janus(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.publish()
    assert janus.asked("publish")[0]["descriptions"] == [{"mid": "0", "description": "microphone"}]


async def test_offer_with_more_than_its_sources_never_reaches_janus(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.say(
        "publish", sdp=OFFER + OFFER.split("t=0 0\r\n")[1].replace("mid:0", "mid:1"), sources={"0": "microphone"}
    )
    assert (await claire.hear("error"))["code"] == "offer-refused"
    assert janus.asked("publish") == []


async def test_each_receives_the_other_and_the_answer_goes_to_janus(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.publish()
    bilal = await door.open(room, await agent_of("bilal"))
    await bilal.join()
    offer = await bilal.hear("offer")
    assert offer["tracks"] == {"0": {"participant": claire.me, "source": "microphone"}}
    assert "a=setup:active" in offer["sdp"]
    await bilal.say("answer", offer=offer["offer"], sdp=ANSWER)
    await until(lambda: janus.asked("start"))
    await bilal.publish()
    assert (await claire.hear("offer"))["tracks"]["0"]["participant"] in {claire.me, bilal.me}


async def test_who_speaks_is_told_by_participant(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await until(lambda: janus.feeds)
    await janus.say_talking(next(iter(janus.feeds.values())))
    assert await claire.hear("talking") == {"type": "talking", "id": claire.me, "on": True}


async def test_only_those_who_accept_are_written(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.publish()
    guest = await door.open(room, None, guest_key="g" * 20)
    await guest.join("Invitée")
    await guest.publish()
    await claire.say("start-recording")
    recording = (await guest.hear("recording-started"))["recording"]["id"]
    assert janus.recorded == {}
    await guest.say("consent", recording=recording, choice="declined")
    await claire.say("consent", recording=recording, choice="accepted")
    await until(lambda: janus.recorded)
    assert [feed.split(".")[0] for feed in janus.recorded] == [uuid.UUID(claire.me).hex]
    assert [body["secret"] for body in janus.asked("configure")] == [janus.asked("create")[0]["secret"]]
    await claire.say("stop-recording")
    await guest.hear("recording-stopped")
    await until(lambda: not janus.recorded)
    choices = {str(c.participation_id): c.choice async for c in Consent.objects.all()}
    assert choices == {claire.me: "accepted", guest.me: "declined"}
    assert (await Recording.objects.aget()).status == "stopping"


async def test_room_that_may_leave_no_trace_any_more_ends_its_recording(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.publish()
    await claire.say("start-recording")
    recording = (await claire.hear("recording-started"))["recording"]["id"]
    await claire.say("consent", recording=recording, choice="accepted")
    await until(lambda: janus.recorded)
    choices = {**dict.fromkeys(room_actions.CHOICES), "meeting_type": "personnel"}
    await in_db(room_actions.configure)(room, choices, actor=room.organiser)
    assert (await claire.hear("recording-stopped"))["recording"] == recording
    await until(lambda: not janus.recorded)
    assert (await Recording.objects.aget()).status == "stopping"


async def test_file_of_a_shared_microphone_says_so(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join(shared_microphone=True)
    await claire.publish()
    await claire.say("start-recording")
    recording = (await claire.hear("recording-started"))["recording"]["id"]
    await claire.say("consent", recording=recording, choice="accepted")
    await until(lambda: janus.recorded)
    assert next(iter(janus.recorded.values())).endswith(".1.shared")


async def test_late_comer_is_asked_and_written_only_after_accepting(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.say("start-recording")
    recording = (await claire.hear("recording-started"))["recording"]["id"]
    bilal = await door.open(room, await agent_of("bilal"))
    await bilal.join()
    assert bilal.snapshot["recording"]["answer"] is None
    await bilal.publish()
    assert janus.recorded == {}
    await bilal.say("consent", recording=recording, choice="accepted")
    await until(lambda: janus.recorded)


async def test_who_withdraws_is_no_longer_written_and_who_returns_still_is(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.publish()
    await claire.say("start-recording")
    recording = (await claire.hear("recording-started"))["recording"]["id"]
    bilal = await door.open(room, bilal_user := await agent_of("bilal"))
    await bilal.join()
    await bilal.publish()
    for browser in (claire, bilal):
        await browser.say("consent", recording=recording, choice="accepted")
    await until(lambda: len(janus.recorded) == 2)
    await claire.say("consent", recording=recording, choice="declined")
    await until(lambda: len(janus.recorded) == 1)
    again = await door.open(room, bilal_user)
    await again.join()
    assert await bilal.close_code() == 4409
    await bilal.socket.disconnect()  # what a real server tells the consumer after its own close
    assert again.me == bilal.me
    assert again.snapshot["recording"]["answer"] == "accepted"
    await again.publish()
    await until(lambda: {feed.split(".")[1] for feed in janus.recorded} == {"2"})
    assert await Participation.objects.filter(left_at=None).acount() == 2


@pytest.mark.parametrize("verb", ["start-recording", "stop-recording"])
async def test_only_the_organiser_records_and_others_stay_connected(door: Door, room: Room, verb: str) -> None:
    guest = await door.open(room, None, guest_key="g" * 20)
    await guest.join("Invitée")
    bilal = await door.open(room, await agent_of("bilal"))
    await bilal.join()
    for browser in (guest, bilal):
        await browser.say(verb)
        assert (await browser.hear("error"))["code"] == "not-allowed"
        await browser.say("ping")
        await browser.hear("pong")
    assert not await Recording.objects.aexists()


async def test_recording_twice_is_refused(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.say("start-recording")
    await claire.say("start-recording")
    assert (await claire.hear("error"))["code"] == "already-recording"
    assert await AuditEntry.objects.filter(verb="meeting.recording-started").acount() == 1


async def test_consent_to_the_recording_of_another_meeting_is_refused(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.say("start-recording")
    recording = (await claire.hear("recording-started"))["recording"]["id"]
    other = await in_db(make_room)(await agent_of("chen"))
    chen = await door.open(other, other.organiser)
    await chen.join()
    for wrong in (recording, "not-an-id", str(uuid.uuid4())):
        await chen.say("consent", recording=wrong, choice="accepted")
        assert (await chen.hear("error"))["code"] == "not-recording"
    assert not await Consent.objects.aexists()


async def test_events_are_numbered_without_a_hole_after_the_snapshot(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    number = claire.snapshot["number"]
    await claire.say("media", microphone=True, camera=True, screen=False)
    changed = await claire.hear("participant-changed")
    await claire.say("start-recording")
    started = await claire.hear("recording-started")
    assert [changed["number"], started["number"]] == [number + 1, number + 2]
    await claire.say("snapshot")
    assert (await claire.hear("snapshot"))["snapshot"]["number"] == number + 2


async def test_silent_janus_is_reported_and_the_browser_told_to_come_back(
    door: Door, room: Room, janus: FakeJanus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.janus.client.REQUEST_TIMEOUT_S", 0.05)
    janus.silent = True
    claire = await door.open(room, room.organiser)
    await claire.join()
    assert (await claire.hear("error"))["code"] == "media-unavailable"
    assert await claire.close_code() == 4503


async def test_lost_janus_sends_everybody_back_into_the_same_meeting(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.publish()
    await janus.die()
    assert await claire.close_code() == 4503
    await claire.socket.disconnect()
    again = await door.open(room, room.organiser)
    await again.join()
    await again.publish()
    assert again.me == claire.me
    assert await Meeting.objects.acount() == 1


async def test_room_of_an_abandoned_meeting_is_removed_from_janus(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await until(lambda: janus.rooms)
    await claire.socket.disconnect()
    assert len(janus.rooms) == 1
    meeting = await Meeting.objects.aget()
    await media_room.close(meeting.pk, meeting.node)
    await until(lambda: not janus.rooms)


@pytest.mark.parametrize("code", ["aaaa-bbbb-cccc", "a\x00b", "x" * 500])
async def test_room_that_does_not_exist_has_its_own_close_code(door: Door, code: str) -> None:
    browser = await door.open(code, None)
    assert await browser.close_code() == 4404


@pytest.mark.parametrize("frame", ["not json", '{"type": "fly"}', '{"type": "destroy", "room": "r"}', "x" * 70_000])
async def test_frame_outside_the_protocol_ends_the_connection(door: Door, room: Room, frame: str) -> None:
    browser = await door.open(room, room.organiser)
    await browser.socket.send_to(text_data=frame)
    assert await browser.close_code() == 4400


async def test_binary_frame_ends_the_connection(door: Door, room: Room) -> None:
    browser = await door.open(room, room.organiser)
    await browser.socket.send_to(bytes_data=b"x")
    assert await browser.close_code() == 4400


async def test_silent_browser_is_closed(door: Door, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetings.signalling.consumer.SILENCE_MAX_S", 0.05)
    monkeypatch.setattr("meetings.signalling.consumer.LOOK_EVERY_S", 0.02)
    browser = await door.open(room, room.organiser)
    assert await browser.close_code() == 4408


async def test_secrets_of_janus_never_reach_a_browser(door: Door, room: Room, janus: FakeJanus) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.publish()
    created = janus.asked("create")[0]
    await claire.say("snapshot")
    told = str(await claire.hear("snapshot")) + str(claire.snapshot)
    assert all(secret not in told for secret in (created["secret"], created["admin_key"], created["room"]))
