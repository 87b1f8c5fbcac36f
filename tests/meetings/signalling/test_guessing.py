"""Codes that are tried through the socket count as those that are tried by the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_db
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from meetings.codes import new_code
from meetings.models import Room
from meetings.rooms import guessing
from tests.cast import make_agent, make_room
from tests.meetings.signalling.conftest import Door

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "192.0.2.7"


@pytest.fixture
def room() -> Room:
    return make_room(make_agent("claire"))


@pytest.fixture(autouse=True)
def few_tries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    monkeypatch.setattr(guessing, "MOST_UNKNOWN", 3)
    yield
    cache.clear()


async def code_of(door: Door, room: Room | str, address: str = HERE, forwarded: str = "") -> int:
    """0 when the socket stays open."""
    guest = await door.open(room, None, guest_key="g" * 20, address=address, forwarded=forwarded)
    return 0 if await guest.socket.receive_nothing(timeout=0.3) else await guest.close_code()


async def test_who_tries_codes_by_the_socket_is_soon_told_the_same_of_all(door: Door, room: Room) -> None:
    assert await code_of(door, room) == 0
    assert [await code_of(door, new_code()) for _ in range(3)] == [4404, 4404, 4404]
    assert await code_of(door, room) == await code_of(door, new_code()) == 4404
    assert await code_of(door, room, "192.0.2.8") == 0


async def test_page_and_socket_count_together(door: Door, room: Room) -> None:
    for _ in range(3):
        await code_of(door, new_code())
    page = reverse("room", args=[room.code])
    answers = [await in_db(Client().get)(page, REMOTE_ADDR=address) for address in (HERE, "192.0.2.8")]
    assert [answer.status_code for answer in answers] == [429, 200]


async def test_who_is_signed_in_answers_for_themselves(door: Door, room: Room) -> None:
    for _ in range(3):
        await code_of(door, new_code())
    claire = await door.open(room, room.organiser, address=HERE)
    await claire.join()


async def test_client_behind_the_proxy_is_the_one_that_the_proxy_names(door: Door, room: Room, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(3):
        await code_of(door, new_code(), "127.0.0.1", f"198.51.100.1, {HERE}")
    assert await code_of(door, room, "127.0.0.1", f"198.51.100.2, {HERE}") == 4404
    assert await code_of(door, room, "127.0.0.1", "198.51.100.1") == 0
