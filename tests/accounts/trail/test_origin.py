"""Each entry says what it was done within, and how strongly we know by whom."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.contrib.sessions.backends.cache import SessionStore
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.trail.origin import SocketOrigin, assurance_of, coming_from, request_id
from tests.accounts.local_cast import give, make_local, with_second_factor
from visio_site.celery import app
from visio_site.redaction import NameRequest

pytestmark = pytest.mark.django_db
FORGED = UUID(int=7)


def trail() -> list[tuple[str, UUID | None]]:
    return [(entry.assurance, entry.request_id) for entry in AuditEntry.objects.order_by("pk")]


def change_institution(client: Client, user: User, label: str) -> None:
    assert user.institution
    place = reverse("admin:accounts_institution_change", args=[user.institution.pk])
    headers = {"x-request-id": str(FORGED)}
    assert client.post(place, {"label": label, "is_open": "on"}, headers=headers).status_code == 302


def test_page_has_an_identifier_of_ours(client: Client, claire: User) -> None:
    give(claire, "institution-admin", claire.institution)
    with_second_factor(client, claire)
    for label in ("Un", "Deux"):
        change_institution(client, claire, label)
    (level, first), (_, second) = trail()
    assert level == "eidas1-mfa"
    assert len({first, second, FORGED, None}) == 4


def test_local_account_is_known_by_its_second_factor(client: Client, claire: User) -> None:
    lou = make_local(institution=claire.institution)
    give(lou, "platform-admin")
    with_second_factor(client, lou)
    change_institution(client, lou, "Un")
    assert trail()[0][0] == "local-mfa"


@pytest.mark.parametrize(("actor", "known"), [(audit.SYSTEM, "system"), (audit.GUEST, "guest")])
def test_others_are_known_as_what_they_are(claire: User, actor: str, known: str) -> None:
    audit.record("test.done", actor=actor, target=claire)
    assert trail() == [(known, None)]


def test_out_of_a_session_the_account_vouches(claire: User) -> None:
    for user in (claire, make_local()):
        audit.record("test.done", actor=user, target=user)
    assert [known for known, _ in trail()] == ["proconnect", "local"]


def test_task_is_known_by_its_message(claire: User) -> None:
    @app.task(name="tests.trace")  # type: ignore[untyped-decorator]
    def trace() -> None:
        audit.record("test.done", actor=audit.SYSTEM, target=claire)

    done = trace.apply()
    assert trail() == [("system", UUID(done.id))]


async def test_socket_is_one_request_of_the_session_that_opened_it(claire: User) -> None:
    seen: list[tuple[UUID | None, str]] = []
    session = SessionStore()
    session["proconnect"] = {"acr": "eidas2"}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(2):
            read = database_sync_to_async(lambda: (request_id(), assurance_of(claire)), thread_sensitive=False)
            seen.append(await read())

    for _ in range(2):
        await SocketOrigin(application)({"session": session}, None, None)
    (first, level), again, (other, _), _more = seen
    assert (first, level) == again
    assert level == "eidas2"
    assert len({first, other, None}) == 3


def test_logs_name_the_request() -> None:
    record = logging.LogRecord("visio", logging.INFO, "", 0, "said", (), None)
    line = logging.Formatter("%(name)s%(request)s %(message)s")
    with coming_from(request_id=FORGED):
        assert NameRequest().filter(record)
    assert line.format(record) == f"visio [{FORGED}] said"
    assert NameRequest().filter(record)
    assert line.format(record) == "visio said"
