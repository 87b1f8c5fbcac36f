"""A program of Claire's institution that listens on this machine: the only one of which that is allowed here."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from meetings.applications import posting
from meetings.models import Application, Meeting
from tests.cast import make_agent, make_meeting, make_room
from tests.fakes.webhook_server import HOST, Listener, listening

LOOPBACK = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))


@pytest.fixture
def listener(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    settings.WEBHOOK_HOSTS = ["essais.gouv.fr"]
    real = socket.getaddrinfo

    def found(host: str, *rest: Any, **more: Any) -> Any:
        return [LOOPBACK] if host == HOST else real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(posting, "is_of_others", lambda address: True)
    with listening(tmp_path) as listener:
        settings.WEBHOOK_CA_FILE = str(listener.ca)
        yield listener


@pytest.fixture
def organiser(db: None) -> User:
    return make_agent("claire")


@pytest.fixture
def meeting(organiser: User) -> Meeting:
    return make_meeting(make_room(organiser))


@pytest.fixture
def application(listener: Listener, organiser: User) -> Application:
    assert organiser.institution
    return Application.objects.create(
        institution=organiser.institution, name="Archives", url=listener.url, events=Application.Event.values
    )
