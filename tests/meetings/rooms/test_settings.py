"""The settings of a room, and the page that says what a meeting would allow."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from meetings.models import Policy, Room, RoomOrganiser
from meetings.rooms import guessing
from meetings.rooms.fields import INHERIT, SWITCHES
from meetings.rooms.words import REASONS
from tests.cast import make_agent, make_room

pytestmark = pytest.mark.django_db
SETTINGS = {"meeting_type": "ordinary", "lobby": INHERIT, **dict.fromkeys(SWITCHES, INHERIT)}


@pytest.fixture
def claire() -> User:
    return make_agent("claire")


@pytest.fixture
def room(client: Client, claire: User) -> Room:
    client.force_login(claire)
    return make_room(claire, "Salle du projet")


def save(client: Client, room: Room, **choices: Any) -> str:
    answer = client.post(reverse("room_settings", args=[room.code]), {**SETTINGS, **choices}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def do(client: Client, room: Room, verb: str, **fields: Any) -> int:
    return client.post(reverse("change_room", args=[room.code]), {"verb": verb, **fields}).status_code


def test_choices_are_kept_and_shown_again(client: Client, room: Room) -> None:
    page = save(client, room, meeting_type="sensitive", guests="no", lobby="outsiders", max_participants=12)
    room.refresh_from_db()
    assert (room.meeting_type, room.guests, room.lobby, room.max_participants) == ("sensitive", False, "outsiders", 12)
    assert re.search(r'<option value="sensitive"\s+selected', page)
    entry = AuditEntry.objects.get(verb="room.configured")
    assert set(entry.details["changed"].split()) == {"meeting_type", "guests", "lobby", "max_participants"}


@pytest.mark.parametrize(
    "choices",
    [
        {"guests": "yes"},
        {"recording": "no"},
        {"lobby": "nobody"},
        {"max_participants": 200},
        {"max_participants": "douze"},
        {"meeting_type": "secret"},
    ],
    ids=str,
)
def test_what_the_institution_forbids_can_not_be_chosen(client: Client, room: Room, choices: dict[str, Any]) -> None:
    Policy.objects.create(institution=room.institution, guests=False, recording="never", lobby="guests")
    assert "fr-error-text" in save(client, room, **choices) or "fr-message--error" in save(client, room, **choices)
    room.refresh_from_db()
    assert (room.guests, room.recording, room.lobby, room.max_participants) == (None, None, None, None)


def test_room_is_locked_unlocked_and_closed(client: Client, room: Room) -> None:
    assert do(client, room, "lock") == 302
    assert Room.objects.get().locked_at
    do(client, room, "unlock")
    assert Room.objects.get().locked_at is None
    do(client, room, "close")
    assert Room.objects.get().closed_at
    assert do(client, room, "lock") == 404
    verbs = AuditEntry.objects.filter(verb__startswith="room.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["room.created", "room.locked", "room.unlocked", "room.closed"]


def test_renewed_link_replaces_the_old_one(client: Client, room: Room) -> None:
    do(client, room, "renew")
    renewed = Room.objects.get().code
    assert renewed != room.code
    assert client.get(reverse("room", args=[room.code])).status_code == 404
    assert client.get(reverse("room", args=[renewed])).status_code == 200


def test_co_organiser_comes_from_the_institution_and_organises_until_removed(client: Client, room: Room) -> None:
    bilal, chen = make_agent("bilal"), make_agent("chen")
    page = client.get(reverse("room_settings", args=[room.code]), {"q": "merc"}).content.decode()
    assert "Bilal Mercier" in page
    assert (do(client, room, "add", user=chen.pk), do(client, room, "add", user="nobody")) == (404, 404)
    do(client, room, "add", user=bilal.pk)
    client.force_login(bilal)
    assert do(client, room, "lock") == 302
    do(client, room, "remove", user=bilal.pk)
    assert not RoomOrganiser.objects.exists()
    assert client.get(reverse("room_settings", args=[room.code])).status_code == 404


def test_page_of_what_is_allowed_says_why(client: Client, room: Room) -> None:
    address = reverse("what_is_allowed")
    assert str(REASONS["no-trace-of-this-type"]) not in client.get(address).content.decode()
    sensitive = client.get(address, {"meeting_type": "sensitive"}).content.decode()
    assert str(REASONS["no-trace-of-this-type"]) in sensitive
    assert str(REASONS["closed-by-type"]) in sensitive
    Room.objects.update(guests=False)
    assert str(REASONS["guests-not-allowed"]) in client.get(address, {"salle": room.code}).content.decode()
    assert client.get(address, {"meeting_type": "x", "salle": "\x00"}).status_code == 200


def test_page_of_what_a_room_allows_begins_at_its_type_and_shows_no_looser_one(client: Client, room: Room) -> None:
    Room.objects.update(meeting_type="personnel")
    address = reverse("what_is_allowed")
    shown = {kind: client.get(address, {"salle": room.code, **kind_of(kind)}).context for kind in KINDS}
    assert {kind: context["wanted"] for kind, context in shown.items()} == {
        "": "personnel",
        "ordinary": "personnel",
        "personnel": "personnel",
        "sensitive": "sensitive",
    }
    assert [value for value, _label in shown["sensitive"]["form"].fields["meeting_type"].choices] == KINDS[2:]
    assert client.get(address, kind_of("ordinary")).context["wanted"] == "ordinary"


KINDS = ["", "ordinary", "personnel", "sensitive"]


def kind_of(kind: str) -> dict[str, str]:
    return {"meeting_type": kind} if kind else {}


def test_who_guesses_codes_is_kept_from_guessing_on(
    client: Client, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    client.logout()
    monkeypatch.setattr(guessing, "MOST_UNKNOWN", 3)
    unknown, known = reverse("room", args=["zzzz-zzzz-zzzz"]), reverse("room", args=[room.code])
    assert client.get(known).status_code == 200
    assert [client.get(unknown).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert client.get(known).status_code == 429
    cache.clear()
