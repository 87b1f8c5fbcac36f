"""The reader's time zone and language."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import make_meeting, make_room

pytestmark = pytest.mark.django_db
ADDRESS = "/preferences/"


def shown_time(client: Client) -> str:
    found = re.search(
        r'<time datetime="([^"]+T[^"]+)">', client.get(reverse("meetings"), {"onglet": "passees"}).content.decode()
    )
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [
        ("", "2026-11-19T10:00:00+01:00"),
        ("Indian/Reunion", "2026-11-19T13:00:00+04:00"),
        ("Pacific/Tahiti", "2026-11-18T23:00:00-10:00"),
        ("../../etc/passwd", "2026-11-19T10:00:00+01:00"),
        ("Indian/" + "x" * 500, "2026-11-19T10:00:00+01:00"),
    ],
)
def test_dates_are_those_of_the_readers_zone(client: Client, claire: User, cookie: str, shown: str) -> None:
    make_meeting(make_room(claire), started_at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC))
    client.force_login(claire)
    client.cookies["visio_time_zone"] = cookie
    assert shown_time(client) == shown


def test_zone_and_language_are_chosen_without_script(client: Client) -> None:
    answer = client.post(ADDRESS, {"language": "en", "time_zone": "America/Cayenne"}, follow=True)
    text = answer.content.decode()
    assert '<html lang="en"' in text or 'lang="en"' in text.split("<head")[0]
    assert re.search(r'value="America/Cayenne"\s+selected', text)
    assert client.cookies["visio_time_zone"].value == "America/Cayenne"


@pytest.mark.parametrize(
    "bad", [{"language": "xx"}, {"time_zone": "Nowhere/Here"}, {"time_zone": "\x00"}, {"time_zone": ""}]
)
def test_unknown_choices_are_refused_with_words(client: Client, bad: dict[str, str]) -> None:
    answer = client.post(ADDRESS, {"language": "en", "time_zone": "America/Cayenne"} | bad)
    assert answer.status_code == 200
    assert "fr-error-text" in answer.content.decode()
    assert "visio_time_zone" not in client.cookies


def test_overseas_comes_first_in_the_list(client: Client) -> None:
    zones = re.findall(r'<option value="(\w+/[^"]+)"', client.get(ADDRESS).content.decode())
    assert zones[0] == "Europe/Paris"
    assert zones.index("Indian/Reunion") < zones.index("Africa/Abidjan")
    assert len(zones) == len(set(zones))
