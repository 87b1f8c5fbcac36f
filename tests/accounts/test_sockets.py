"""A socket goes on for as long as the session that opened it, and not a minute more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_db
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import sessions, sockets
from accounts.models import Institution, User
from tests.accounts.local_cast import LOCAL, PROCONNECT, make_local
from tests.cast import make_agent, make_meeting, make_recording, make_room
from visio_site.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "ASK_EVERY_S", 0.05)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=LOCAL if user.source == User.Source.LOCAL else PROCONNECT)
    client.get(reverse("usersessions_list"))
    return client


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def sign_out(client: Client, _user: User) -> None:
    client.post(reverse("logout"))


def end_from_elsewhere(_client: Client, user: User) -> None:
    browser(user).post(reverse("usersessions_list"))


def disable(_client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_institution(_client: Client, user: User) -> None:
    other = Institution.objects.create(siret="22222222200002", label="Une autre")
    User.objects.filter(pk=user.pk).update(institution=other)


def change_password(_client: Client, user: User) -> None:
    user.set_password("une autre phrase de passe")
    user.save()


def let_expire(client: Client, _user: User) -> None:
    cache.clear()
    Session.objects.filter(pk=key_of(client)).update(expire_date=timezone.now() - timedelta(seconds=1))


def sign_in_as_another(client: Client, _user: User) -> None:
    client.force_login(make_agent("bilal"), backend=PROCONNECT)


ENDS = [sign_out, end_from_elsewhere, disable, change_institution, change_password, let_expire, sign_in_as_another]
End = Callable[[Client, User], None]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("who", ["agent", "local"])
def test_session_is_over(who: str, end: End) -> None:
    user = make_agent("claire") if who == "agent" else make_local()
    client = browser(user)
    key = key_of(client)
    assert sessions.is_open(key, user)
    end(client, user)
    assert not sessions.is_open(key, user)


def test_to_ask_changes_nothing() -> None:
    claire = make_agent("claire")
    client = browser(claire)
    before = Session.objects.get(pk=key_of(client))
    assert sessions.is_open(key_of(client), claire)
    assert not sessions.is_open("0" * 32, claire)
    after = Session.objects.get()
    assert (after.session_data, after.expire_date) == (before.session_data, before.expire_date)


# The sockets themselves, through the door that Daphne opens


def places(claire: User) -> dict[str, str]:
    room = make_room(claire)
    recording = make_recording(make_meeting(room))
    return {"room": f"/ws/rooms/{room.code}/", "minutes": f"/ws/minutes/{recording.pk}/"}


async def open_socket(place: str, client: Client | None = None) -> Any:
    headers = [(b"origin", b"http://testserver"), (b"host", b"testserver")]
    if client:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={key_of(client)}".encode()))
    socket: Any = WebsocketCommunicator(application, place, headers)
    socket.scope["client"] = ["192.0.2.1", 40000]
    connected, _ = await socket.connect(timeout=5)
    assert connected
    return socket


async def code_of_the_end(socket: Any) -> int:
    while (output := await socket.receive_output(timeout=5))["type"] != "websocket.close":
        pass
    await socket.disconnect()
    return int(output["code"])


async def goes_on(socket: Any) -> bool:
    """For a few turns of the watch."""
    await asyncio.sleep(0.3)
    while not socket.output_queue.empty():
        if (await socket.receive_output())["type"] == "websocket.close":
            return False
    return True


@pytest.mark.parametrize("end", [end_from_elsewhere, disable, change_institution])
@pytest.mark.parametrize("which", ["room", "minutes"])
async def test_socket_ends_with_its_session(which: str, end: End) -> None:
    claire = await in_db(make_agent)("claire")
    place = (await in_db(places)(claire))[which]
    client = await in_db(browser)(claire)
    socket = await open_socket(place, client)
    assert await goes_on(socket)
    await in_db(end)(client, claire)
    assert await code_of_the_end(socket) == sockets.CLOSE_SIGNED_OUT


async def test_guest_is_not_signed_out_of_a_room() -> None:
    place = (await in_db(lambda: places(make_agent("claire")))())["room"]
    socket = await open_socket(place)
    assert await goes_on(socket)
    await socket.disconnect()


async def test_database_that_restarts_cuts_nobody_off(monkeypatch: pytest.MonkeyPatch) -> None:
    claire = await in_db(make_agent)("claire")
    place = (await in_db(places)(claire))["room"]
    socket = await open_socket(place, await in_db(browser)(claire))

    def gone(session_key: str, user: User) -> bool:
        raise DatabaseError

    monkeypatch.setattr(sessions, "is_open", gone)
    assert await goes_on(socket)
    monkeypatch.setattr(sessions, "is_open", lambda _key, _user: False)
    assert await code_of_the_end(socket) == sockets.CLOSE_SIGNED_OUT
