"""What the room page says before anybody joins: what is kept, and by which relays it may be reached."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from meetings import keeps, turn
from meetings.invitations.tokens import SESSION_KEY
from meetings.models import Policy, Room
from meetings.policy import Access, MeetingType, Rules, tighten
from tests.cast import make_agent, make_room
from tests.meetings.invitations.conftest import invite, make_series
from visio_site.checks import check_turn

URLS = ["turn:turn.example:3478?transport=udp", "turns:turn.example:443?transport=tcp"]
SECRET = "only-for-tests-" * 3
CONSULTED = Rules(staff_consulted=True)


@pytest.fixture
def room(db: None) -> Room:
    return make_room(make_agent("claire"))


@pytest.fixture
def relays(settings: Any) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.TURN_TTL = URLS, SECRET, 3600


def boot_of(client: Client, room: Room) -> dict[str, Any]:
    page = client.get(reverse("room", args=[room.code])).content.decode()
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', page)
    assert found
    boot: dict[str, Any] = json.loads(found[1])
    return boot


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def days_of(rules: Rules) -> dict[str, int]:
    return {one["what"]: one["days"] for one in keeps.kept_under(rules)}


# What is kept


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        (CONSULTED, {"sound": 90, "transcript": 365, "minutes": 3650}),
        (replace(CONSULTED, audio_retention_days=7), {"sound": 7, "transcript": 365, "minutes": 3650}),
        (Rules(), {"sound": 90, "minutes": 0}),
        (replace(CONSULTED, transcription=Access.NEVER), {"sound": 90, "minutes": 0}),
        (replace(CONSULTED, recording=Access.NEVER), {"sound": 0, "minutes": 0}),
        (tighten(CONSULTED, {}, MeetingType.PERSONNEL), {"sound": 0, "minutes": 0}),
        (tighten(CONSULTED, {}, MeetingType.SENSITIVE), {"sound": 0, "minutes": 0}),
    ],
    ids=["all", "a week", "staff not heard", "no minutes", "no recording", "personnel", "sensitive"],
)
def test_meeting_keeps_what_its_rules_let_it_keep(rules: Rules, kept: dict[str, int]) -> None:
    assert days_of(rules) == kept | {"pictures": 0, "chat": 0}
    assert keeps.keeps_anything(keeps.kept_under(rules)) == any(kept.values())


@pytest.mark.parametrize("access", [Access.ON_REQUEST, Access.ALLOWED])
def test_sound_says_how_long_and_who_may_start(access: Access) -> None:
    with translation.override("en"):
        sound = keeps.kept_under(replace(CONSULTED, recording=access))[0]["words"]
    assert "90 days" in sound
    assert ("agent of their institution" in sound) == (access == Access.ALLOWED)


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 day"), (90, "90 days"), (365, "1 year"), (3650, "10 years"), (400, "400 days")]
)
def test_durations_are_said_as_people_count_them(days: int, words: str) -> None:
    with translation.override("en"):
        assert keeps.duration(days) == words


def test_page_shows_what_the_institution_and_the_room_allow(room: Room) -> None:
    Policy.objects.create(institution=room.institution, audio_retention_days=12)
    page = Client().get(reverse("room", args=[room.code])).content.decode()
    assert 'data-kept="sound" data-days="12"' in page
    Room.objects.update(recording=False)
    page = Client().get(reverse("room", args=[room.code])).content.decode()
    assert 'data-kept="sound" data-days="0"' in page


# Relays


def test_credential_is_the_one_that_coturn_checks() -> None:
    """The vector is coturn's own arithmetic: HMAC-SHA1 of the user name, by openssl, in base64."""
    [server] = turn.ice_servers(URLS, "north", "someone", expiry=1_700_000_000)
    assert server == {"urls": URLS, "username": "1700000000:someone", "credential": "0XAzZ64XKr4Kq0ug4bYPnbEnC2s="}
    assert turn.ice_servers([], "north", "someone", expiry=1_700_000_000) == []


def test_who_may_come_in_gets_relays_for_a_while_under_a_pseudonym(room: Room, relays: None) -> None:
    [agent] = boot_of(signed_in(make_agent("bilal")), room)["ice_servers"]
    [guest] = boot_of(Client(), room)["ice_servers"]
    for server in (agent, guest):
        expiry, pseudonym = server["username"].split(":")
        assert 3590 <= int(expiry) - timezone.now().timestamp() <= 3600
        assert re.fullmatch("[0-9a-f]{16}", pseudonym)
        assert server["credential"] == turn.password(SECRET, server["username"])
    assert agent["username"] != guest["username"]


def test_one_person_counts_as_one_at_the_relay(room: Room, relays: None) -> None:
    client = Client()
    names = {boot_of(client, room)["ice_servers"][0]["username"].split(":")[1] for _ in range(2)}
    assert len(names) == 1


def no_guests(room: Room) -> Client:
    Room.objects.update(guests=False)
    return Client()


def no_other_institutions(room: Room) -> Client:
    Room.objects.update(other_institutions=False)
    return signed_in(make_agent("chen"))


def closed(room: Room) -> Client:
    Room.objects.update(closed_at=timezone.now())
    return signed_in(room.organiser)


@pytest.mark.parametrize("shut", [no_guests, no_other_institutions, closed])
def test_who_is_refused_at_the_door_gets_no_relay(room: Room, relays: None, shut: Callable[[Room], Client]) -> None:
    assert boot_of(shut(room), room)["ice_servers"] == []


def test_without_relays_there_are_none(room: Room) -> None:
    assert boot_of(Client(), room)["ice_servers"] == []


@pytest.mark.parametrize(
    ("urls", "secret", "ttl", "errors"),
    [
        ([], "", 3600, []),
        (URLS, SECRET, 3600, []),
        (URLS, "short", 3600, ["visio.E005"]),
        (["stun:turn.example"], SECRET, 3600, ["visio.E006"]),
        (URLS, SECRET, 0, ["visio.E007"]),
        (URLS, SECRET, 30 * 24 * 3600, ["visio.E007"]),
    ],
)
def test_relays_that_are_half_configured_are_refused(
    settings: Any, urls: list[str], secret: str, ttl: int, errors: list[str]
) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.TURN_TTL = urls, secret, ttl
    assert [error.id for error in check_turn()] == errors


# Names


def test_guest_who_was_invited_finds_their_name_and_who_invited_them(room: Room) -> None:
    series = make_series(room.organiser)
    client = Client()
    session = client.session
    session[SESSION_KEY] = str(invite(series, "paule@example.org", name="Paule Martin").pk)
    session.save()
    boot = boot_of(client, series.room)
    assert (boot["name"], boot["assurance"], boot["invited_by"]) == ("Paule Martin", "invited", "Claire Fontaine")
    stranger = boot_of(client, room)  # the link was to another room
    assert (stranger["name"], stranger["assurance"], stranger["invited_by"]) == (None, "declared", "")
