from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from meetings import actions
from meetings.models import Meeting, Room
from meetings.persons import Person
from tests.cast import make_agent, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire(client: Client) -> User:
    user = make_agent("claire")
    client.force_login(user)
    return user


def boot_of(page: str) -> dict[str, object]:
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', page)
    assert found
    boot: dict[str, object] = json.loads(found[1])
    return boot


def test_agent_creates_a_lasting_room_and_gets_its_link(client: Client, claire: User) -> None:
    page = client.post(reverse("create_meeting"), {"title": "Point projet"}, follow=True).content.decode()
    room = Room.objects.get()
    assert (room.title, room.organiser, room.is_lasting) == ("Point projet", claire, True)
    assert f"/r/{room.code}/" in page
    assert AuditEntry.objects.get(verb="room.created").actor == claire


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "a\x00b"])
def test_bad_title_is_explained_and_nothing_is_created(client: Client, claire: User, title: str) -> None:
    answer = client.post(reverse("create_meeting"), {"title": title})
    assert answer.status_code == 200
    assert "fr-error-text" in answer.content.decode()
    assert not Room.objects.exists()


def test_title_is_text_wherever_it_is_shown(client: Client, claire: User) -> None:
    room = actions.create_room("</script><script>alert(1)</script>", actor=claire, is_lasting=True)
    for address in (f"{reverse('meetings')}?onglet=salles", reverse("room", args=[room.code])):
        assert "<script>alert(1)" not in client.get(address).content.decode()


def test_agent_sees_own_meetings_and_those_they_took_part_in_only(client: Client) -> None:
    mine, other = make_room(make_agent("claire"), "De Claire"), make_room(make_agent("chen"), "De Chen")
    bilal = make_agent("bilal")
    joined = actions.join_meeting(mine, person=Person(bilal), shared_microphone=False)
    actions.leave_meeting(joined.pk, joined.connection, for_good=True)
    client.force_login(bilal)
    page = client.get(reverse("meetings"), {"onglet": "passees"}).content.decode()
    assert mine.title in page
    assert other.title not in page
    assert list(Meeting.objects.visible_to(bilal)) == [joined.meeting]
    assert not Meeting.objects.visible_to(make_agent("dora")).exists()


def test_pages_of_agents_ask_strangers_to_sign_in(client: Client) -> None:
    for name in ("meetings", "create_meeting"):
        assert client.get(reverse(name))["Location"].startswith(reverse("login"))


def test_room_is_open_to_guests_who_get_a_key_of_their_own(client: Client) -> None:
    room = make_room(make_agent("claire"))
    boot = boot_of(client.get(reverse("room", args=[room.code])).content.decode())
    assert (boot["name"], boot["assurance"], boot["agent"]) == (None, "declared", False)
    key = client.session["guest_key"]
    client.get(reverse("room", args=[room.code]))
    assert client.session["guest_key"] == key
    assert key not in json.dumps(boot)


def test_agent_enters_under_the_verified_name(client: Client, claire: User) -> None:
    room = make_room(claire)
    boot = boot_of(client.get(reverse("room", args=[room.code])).content.decode())
    assert (boot["name"], boot["assurance"]) == ("Claire Fontaine", "verified")


@pytest.mark.parametrize("code", ["aaaa-bbbb-cccc", "x", "..%2f..", "%00", "a" * 500])
def test_unknown_room_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/r/{code}/").status_code == 404


def test_pages_forbid_everything_inline_and_from_elsewhere(client: Client) -> None:
    policy = client.get(reverse("home"))["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy.split("; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
