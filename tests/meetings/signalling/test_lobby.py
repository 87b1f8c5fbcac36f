"""Who has to be let in, through real sockets."""

from __future__ import annotations

import pytest
from channels.db import database_sync_to_async as in_db

from accounts.models import AuditEntry
from meetings import lobby
from meetings.models import Knock, Participation, Room
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus
from tests.meetings.signalling.conftest import Browser, Door

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    room = make_room(make_agent("claire"))
    room.lobby = "outsiders"
    room.save()
    return room


async def knock(door: Door, room: Room, name: str = "Madame Durand", key: str = "g" * 20) -> Browser:
    guest = await door.open(room, None, guest_key=key)
    await guest.say("join", name=name, shared_microphone=False)
    await guest.hear("waiting")
    return guest


async def people_waiting(organiser: Browser, count: int) -> list[dict[str, str]]:
    people: list[dict[str, str]] = (await organiser.hear("waiting-list"))["people"]
    while len(people) != count:
        people = (await organiser.hear("waiting-list"))["people"]
    return people


async def test_guest_waits_until_an_organiser_lets_them_in(door: Door, room: Room, janus: FakeJanus) -> None:
    guest = await knock(door, room)
    claire = await door.open(room, room.organiser)
    joined = await claire.join()
    [person] = joined["snapshot"]["waiting"]
    assert (person["name"], person["assurance"]) == ("Madame Durand", "declared")
    assert len(joined["snapshot"]["participants"]) == 1
    await claire.say("admit", person=person["id"])
    await guest.hear("admitted")
    await guest.join("Madame Durand")
    assert await people_waiting(claire, 0) == []
    assert await AuditEntry.objects.filter(verb="meeting.admitted").aexists()


async def test_who_waits_hears_and_does_nothing(door: Door, room: Room, janus: FakeJanus) -> None:
    guest = await knock(door, room)
    claire = await door.open(room, room.organiser)
    await claire.join()
    for verb, fields in [("chat", {"text": "Bonjour"}), ("snapshot", {}), ("admit-all", {}), ("end", {})]:
        await guest.say(verb, **fields)
        assert (await guest.hear("error"))["code"] == "not-joined"
    await claire.say("chat", text="Entre nous.")
    await claire.hear("chat")
    assert await guest.socket.receive_nothing(timeout=0.3)
    assert await Participation.objects.acount() == 1
    assert janus.asked("join") != []
    assert len(janus.feeds) == 1


async def test_refused_person_stays_out_until_the_meeting_ends(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    guest = await knock(door, room)
    [person] = await people_waiting(claire, 1)
    await claire.say("refuse", person=person["id"])
    assert await guest.close_code() == 4403
    again = await door.open(room, None, guest_key="g" * 20)
    await again.say("join", name="Quelqu’un d’autre", shared_microphone=False)
    assert (await again.hear("error"))["code"] == "entry-refused"
    await claire.say("end")
    await claire.close_code()
    assert not await Knock.objects.filter(state="refused").aexists()
    await knock(door, room)


async def test_everybody_is_let_in_at_once_and_told_something_before(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    guests = [await knock(door, room, f"Invité {number}", str(number) * 20) for number in range(3)]
    await claire.say("tell-waiting", text="Nous commençons à 10 h.")
    for guest in guests:
        assert (await guest.hear("waiting"))["text"] == "Nous commençons à 10 h."
    await claire.say("admit-all")
    for number, guest in enumerate(guests):
        await guest.hear("admitted")
        await guest.join(f"Invité {number}")


async def test_who_gives_up_is_not_shown_any_more(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    guest = await knock(door, room)
    await people_waiting(claire, 1)
    await guest.socket.disconnect()
    await people_waiting(claire, 0)
    assert not await Knock.objects.aexists()


async def test_who_was_in_comes_back_without_waiting(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    guest = await knock(door, room)
    await claire.say("admit-all")
    await guest.hear("admitted")
    await guest.join("Madame Durand")
    await guest.socket.disconnect()
    back = await door.open(room, None, guest_key="g" * 20)
    await back.join("Madame Durand")


async def test_colleagues_come_in_and_agents_of_elsewhere_wait(door: Door, room: Room) -> None:
    bilal = await door.open(room, await in_db(make_agent)("bilal"))
    await bilal.join()
    chen = await door.open(room, await in_db(make_agent)("chen"))
    await chen.say("join", name=None, shared_microphone=False)
    await chen.hear("waiting")
    await bilal.say("admit-all")
    assert (await bilal.hear("error"))["code"] == "not-allowed"


async def test_nobody_waits_at_a_locked_room(door: Door, room: Room) -> None:
    claire = await door.open(room, room.organiser)
    await claire.join()
    await claire.say("lock", on=True)
    assert (await claire.hear("room-changed"))["room"] == {"locked": True, "may_unmute": True}
    guest = await door.open(room, None, guest_key="g" * 20)
    await guest.say("join", name="Madame Durand", shared_microphone=False)
    assert (await guest.hear("error"))["code"] == "room-locked"


async def test_no_more_wait_than_organisers_can_read(door: Door, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lobby, "MOST_WAITING", 1)
    await knock(door, room)
    other = await door.open(room, None, guest_key="h" * 20)
    await other.say("join", name="Encore quelqu’un", shared_microphone=False)
    assert (await other.hear("error"))["code"] == "meeting-full"
    await knock(door, room)  # by the same person, again


async def test_who_is_not_seen_any_more_is_forgotten(door: Door, room: Room) -> None:
    await knock(door, room)
    assert await in_db(lobby.forget_unseen)() == 0
    await Knock.objects.aupdate(seen_at="2026-01-01T00:00:00Z")
    assert await in_db(lobby.forget_unseen)() == 1
