"""An agent who brings recordings, and the store that takes them."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from accounts.models import User
from meetings.models import Policy
from tests.fakes.broker import FakeBroker
from transcripts import nudges
from transcripts.imports import actions, parts
from transcripts.imports.actions import Description
from transcripts.models import Import

_opener = build_opener(ProxyHandler({}))


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> FakeBroker:
    broker = FakeBroker()
    monkeypatch.setattr(nudges, "current_app", broker)
    return broker


@pytest.fixture(autouse=True)
def allowed(settings: Any) -> None:
    settings.STAFF_CONSULTATION_REQUIRED = False


def rule(user: User, **values: Any) -> Policy:
    assert user.institution
    return Policy.objects.create(institution=user.institution, **values)


def describe(user: User, **changes: Any) -> Import:
    said = {
        "title": "Réunion d’octobre",
        "held_on": date(2026, 10, 5),
        "language": "fr",
        "speakers": None,
        "names": ("Zoé Kérouac",),
        "cues": (),
        "statement_language": "fr",
    }
    return actions.describe(Description(**{**said, **changes}), actor=user)


def send(address: str, content: bytes) -> int:
    """As a browser does."""
    with _opener.open(Request(address, data=content, method="PUT")) as answer:
        return int(answer.status)


def upload(user: User, content: bytes, name: str = "dictaphone.wav", **changes: Any) -> Import:
    """Whole, and waiting for its check."""
    brought = describe(user, **changes)
    actions.choose_file(brought, name, len(content))
    for number in range(1, parts.count(brought) + 1):
        start = (number - 1) * parts.PART_BYTES
        send(parts.address_of(brought, number), content[start : start + parts.size_of(brought, number)])
    actions.finish(brought, actor=user)
    brought.refresh_from_db()
    return brought
