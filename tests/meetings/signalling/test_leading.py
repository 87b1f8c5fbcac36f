"""Moderation and conversation through real sockets, against browsers that do not obey."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as in_db

from accounts.models import AuditEntry
from meetings.models import ChatMessage, Meeting, Participation, Room, RoomOrganiser
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus
from tests.meetings.signalling.conftest import OFFER, Browser, Door, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


async def enter(door: Door, room: Room, name: str) -> Browser:
    browser = await door.open(room, await in_db(make_agent)(name))
    await browser.join()
    return browser


async def changed(browser: Browser, participant: str, **expected: Any) -> None:
    """Wait until the participant is so."""
    while True:
        person = (await browser.hear("participant-changed"))["participant"]
        if person["id"] == participant and expected.items() <= person.items():
            return


def moderated(janus: FakeJanus) -> list[tuple[str, str, bool]]:
    return [(body["id"].split(".")[0], body["mid"], body["mute"]) for body in janus.asked("moderate")]


async def test_silenced_microphone_is_muted_in_janus_until_its_owner_turns_it_on(
    door: Door, room: Room, janus: FakeJanus
) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await bilal.publish()
    await bilal.say("media", microphone=True, camera=False, screen=False)
    await changed(claire, bilal.me, microphone=True)
    await claire.say("silence", participant=bilal.me, source="microphone")
    assert (await bilal.hear("silenced"))["source"] == "microphone"
    await changed(claire, bilal.me, microphone=False, held=["microphone"])
    me = bilal.me.replace("-", "")
    assert moderated(janus) == [(me, "0", True)]
    await bilal.say("media", microphone=True, camera=False, screen=False)
    await changed(claire, bilal.me, microphone=True, held=[])
    await until(lambda: moderated(janus) == [(me, "0", True), (me, "0", False)])


async def test_new_line_of_a_silenced_person_is_muted_too(door: Door, room: Room, janus: FakeJanus) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await bilal.publish()
    await claire.say("silence", participant=bilal.me, source="microphone")
    await bilal.hear("silenced")
    await bilal.say("publish", sdp=OFFER.replace("mid:0", "mid:7"), sources={"7": "microphone"})
    await bilal.hear("published")
    await until(lambda: moderated(janus)[-1][1:] == ("7", True))


async def test_nobody_unmutes_while_only_organisers_may(door: Door, room: Room, janus: FakeJanus) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await claire.say("may-unmute", on=False)
    await bilal.hear("silenced")
    await bilal.say("media", microphone=True, camera=False, screen=False)
    assert (await bilal.hear("error"))["code"] == "microphone-held"
    late = await door.open(room, None, guest_key="g" * 20)
    await late.join("En retard")
    assert late.snapshot["room"] == {"locked": False, "may_unmute": False}
    await late.say("media", microphone=True, camera=False, screen=False)
    assert (await late.hear("error"))["code"] == "microphone-held"
    await late.publish()
    await until(lambda: (late.me.replace("-", ""), "0", True) in moderated(janus))
    await claire.say("media", microphone=True, camera=False, screen=False)
    await changed(bilal, claire.me, microphone=True)
    await claire.say("may-unmute", on=True)
    while (await bilal.hear("room-changed"))["room"]["may_unmute"] is False:
        pass
    await bilal.say("media", microphone=True, camera=False, screen=False)
    await changed(claire, bilal.me, microphone=True)


async def test_silenced_person_does_not_escape_by_coming_back(door: Door, room: Room, janus: FakeJanus) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await bilal.publish()
    await claire.say("silence", participant=bilal.me, source="microphone")
    await bilal.hear("silenced")
    await bilal.socket.disconnect()
    bilal = await enter(door, room, "bilal")
    await bilal.publish()
    await until(lambda: len(moderated(janus)) == 2)


async def test_removed_person_is_out_of_janus_and_stays_out(door: Door, room: Room, janus: FakeJanus) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await until(lambda: len(janus.feeds) == 2)
    await claire.say("remove", participant=bilal.me)
    assert (await claire.hear("participant-left"))["id"] == bilal.me
    assert await bilal.close_code() == 4403
    await bilal.socket.disconnect()
    await until(lambda: len(janus.sessions) == 1)
    again = await door.open(room, await in_db(make_agent)("bilal"))
    await again.say("join", name=None, shared_microphone=False)
    assert (await again.hear("error"))["code"] == "removed"
    assert await AuditEntry.objects.filter(verb="meeting.removed").aexists()


async def test_end_for_all_ends_for_all(door: Door, room: Room) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await bilal.say("chat", text="Bonjour")
    await claire.hear("chat")
    await claire.say("end")
    assert [await claire.close_code(), await bilal.close_code()] == [4410, 4410]
    meeting = await Meeting.objects.aget()
    assert meeting.ended_at is not None
    assert not await ChatMessage.objects.aexists()
    assert not await Participation.objects.filter(left_at=None).aexists()


async def test_organiser_made_in_the_meeting_may_lead_at_once(door: Door, room: Room) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await bilal.say("silence-all")
    assert (await bilal.hear("error"))["code"] == "not-allowed"
    await claire.say("make-organiser", participant=bilal.me)
    assert "moderate" in (await bilal.hear("permissions"))["permissions"]
    await bilal.say("lock", on=True)
    await claire.hear("room-changed")
    assert await RoomOrganiser.objects.filter(room=room).acount() == 1


async def test_room_is_handed_over_by_its_organiser_only(door: Door, room: Room) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await claire.say("hand-over", participant=bilal.me)
    await bilal.hear("permissions")
    await room.arefresh_from_db()
    assert room.organiser_id == (await in_db(make_agent)("bilal")).pk
    await claire.say("hand-over", participant=bilal.me)
    assert (await claire.hear("error"))["code"] == "not-allowed"
    await claire.say("lock", on=True)
    await claire.hear("room-changed")


async def test_only_colleagues_organise_a_room(door: Door, room: Room) -> None:
    claire, chen = await enter(door, room, "claire"), await enter(door, room, "chen")
    for verb in ("make-organiser", "hand-over"):
        await claire.say(verb, participant=chen.me)
        assert (await claire.hear("error"))["code"] == "not-of-the-institution"


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("admit", {"person": str(uuid4())}),
        ("admit-all", {}),
        ("refuse", {"person": str(uuid4())}),
        ("tell-waiting", {"text": "?"}),
        ("lock", {"on": True}),
        ("silence", {"source": "microphone"}),
        ("silence-all", {}),
        ("may-unmute", {"on": False}),
        ("lower-hand", {}),
        ("remove", {}),
        ("make-organiser", {}),
        ("hand-over", {}),
        ("end", {}),
    ],
)
async def test_who_does_not_lead_does_none_of_it(
    door: Door, room: Room, janus: FakeJanus, verb: str, fields: dict[str, Any]
) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    if verb in {"silence", "lower-hand", "remove", "make-organiser", "hand-over"}:
        fields = {**fields, "participant": claire.me}
    await bilal.say(verb, **fields)
    error = await bilal.hear("error")
    assert (error["code"], error["verb"]) == ("not-allowed", verb)
    assert janus.asked("moderate") == []


async def test_people_of_other_meetings_and_oneself_are_not_here(door: Door, room: Room) -> None:
    claire = await enter(door, room, "claire")
    elsewhere = await in_db(make_room)(await in_db(make_agent)("chen"), "Ailleurs")
    chen = await enter(door, elsewhere, "chen")
    for participant in (chen.me, claire.me, str(uuid4())):
        for verb in ("remove", "lower-hand", "make-organiser"):
            await claire.say(verb, participant=participant)
            assert (await claire.hear("error"))["code"] == "not-here"


async def test_who_led_and_does_not_any_more_is_refused_by_the_rows(door: Door, room: Room) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await claire.say("make-organiser", participant=bilal.me)
    await bilal.hear("permissions")
    await RoomOrganiser.objects.all().adelete()
    await bilal.say("remove", participant=claire.me)
    assert (await bilal.hear("error"))["code"] == "not-allowed"


async def test_what_is_written_is_read_by_all_and_by_who_comes_late(door: Door, room: Room) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await bilal.say("chat", text="  <b>Bonjour</b> https://example.org  ")
    heard = (await claire.hear("chat"))["message"]
    assert (heard["participant"], heard["text"]) == (bilal.me, "<b>Bonjour</b> https://example.org")
    await bilal.say("chat", text="   ")
    late = await door.open(room, None, guest_key="g" * 20)
    await late.join("En retard")
    assert [message["text"] for message in late.snapshot["chat"]] == [heard["text"]]


async def test_hands_keep_their_order_and_are_lowered_by_organisers(door: Door, room: Room) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await bilal.say("hand", up=True)
    first = (await claire.hear("participant-changed"))["participant"]["hand"]
    await bilal.say("hand", up=True)
    await bilal.say("react", reaction="clap")
    assert await claire.hear("reaction") == {"type": "reaction", "id": bilal.me, "reaction": "clap"}
    await claire.say("snapshot")
    people = (await claire.hear("snapshot"))["snapshot"]["participants"]
    assert {person["hand"] for person in people} == {None, first}
    await claire.say("lower-hand", participant=bilal.me)
    await changed(bilal, bilal.me, hand=None)


async def test_who_was_cut_off_comes_back_with_their_hand_up(door: Door, room: Room) -> None:
    claire, bilal = await enter(door, room, "claire"), await enter(door, room, "bilal")
    await bilal.say("hand", up=True)
    await changed(claire, bilal.me)
    await bilal.socket.disconnect()
    bilal = await enter(door, room, "bilal")
    [me] = [person for person in bilal.snapshot["participants"] if person["id"] == bilal.me]
    assert me["hand"]


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("chat", {"text": "x" * 2001}),
        ("chat", {"text": 3}),
        ("chat", {"text": "\x00"}),
        ("react", {"reaction": "dagger"}),
        ("hand", {"up": 1}),
        ("silence", {"participant": "x", "source": "microphone"}),
        ("silence", {"participant": str(uuid4()), "source": "sound"}),
        ("remove", {"participant": str(uuid4()), "force": True}),
    ],
)
async def test_what_is_not_of_the_protocol_ends_the_connection(
    door: Door, room: Room, verb: str, fields: dict[str, Any]
) -> None:
    claire = await enter(door, room, "claire")
    await claire.say(verb, **fields)
    assert await claire.close_code() == 4400
