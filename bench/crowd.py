"""Rooms and guests for benchmarks without browsers: rows, sessions, sockets."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Sequence
from importlib import import_module

from django.conf import settings
from django.core.management import call_command

from accounts.models import Institution, User
from bench.sockets import Talker
from meetings import actions
from meetings.models import Room

OPEN_FILES = 8192


def prepare() -> None:
    """The schema, and leave to open a socket for each guest."""
    call_command("migrate", verbosity=0)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES if most < 0 else min(OPEN_FILES, most), most))


def make_rooms(count: int) -> list[str]:
    """Their links; guests come in without waiting."""
    institution, _ = Institution.objects.get_or_create(siret="13002526500013", defaults={"label": "DINUM"})
    names = {"given_name": "Agent", "usual_name": "Mesure", "email": "mesure@example.gouv.fr"}
    agent, _ = User.objects.get_or_create(sub="bench", defaults={**names, "institution": institution})
    rooms = [actions.create_room(f"Mesure {number}", actor=agent) for number in range(count)]
    return [link_of(room) for room in rooms]


def link_of(room: Room) -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}/r/{room.code}/"


def make_session() -> str:
    """The cookie of a guest, as the page of a room would give it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["guest_key"] = f"bench-{id(session)}-{session._get_new_session_key()}"[:40]  # noqa: SLF001
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


async def enter(link: str, cookie: str, name: str = "Invité") -> Talker:
    """Somebody who is in. Raises ConnectionError when the room does not take them."""
    talker = await Talker.arrive(link, cookie)
    answer = await talker.join(name)
    if answer["type"] != "joined":
        raise ConnectionError(str(answer.get("code", answer["type"])))
    return talker


async def keep_alive(talkers: Sequence[Talker]) -> None:
    """Until cancelled: a silent socket is closed after 30 s."""
    while True:
        await asyncio.sleep(8)
        for talker in talkers:
            if not talker.turn.locked():
                await talker.round_trip_s()
