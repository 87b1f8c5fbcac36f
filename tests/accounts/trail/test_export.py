"""The trail leaves as it is filtered, page after page; each export is an entry of its own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.trail import chain, export
from accounts.trail.origin import coming_from
from tests.accounts.local_cast import give, with_second_factor

pytestmark = pytest.mark.django_db


def address(file_format: str = "jsonl") -> str:
    return reverse("admin:accounts_auditentry_export", args=[file_format])


@pytest.fixture
def dora_signed_in(client: Client, dora: User) -> User:
    give(dora, "dpo", dora.institution)
    with_second_factor(client, dora)
    return dora


def content(answer: Any) -> str:
    """Read as a server reads it: answers that wait for nobody are asynchronous."""
    assert isinstance(answer.streaming_content, AsyncIterable)

    async def read() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    return async_to_sync(read)().decode("utf-8-sig")


def follow(*options: str) -> list[dict[str, Any]]:
    told = StringIO()
    call_command("export_audit", *options, stdout=told)
    return [json.loads(line) for line in told.getvalue().splitlines()]


def write(user: User, count: int) -> list[int]:
    for number in range(count):
        with coming_from():
            audit.record("room.locked", actor=user, target=user, reason="test", number=number)
    chain.extend()
    return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_filtered_list_is_read_out_page_after_page(
    transactional_db: None,
    client: Client,
    dora_signed_in: User,
    claire: User,
    chen: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export, "PAGE", 2)
    numbers = write(claire, 5)
    audit.record("room.unlocked", actor=claire, target=claire)
    audit.record("room.locked", actor=chen, target=chen)
    answer = client.get(address(), {"q": "room.locked"})
    rows = [json.loads(line) for line in content(answer).splitlines()]
    assert [row["id"] for row in rows] == numbers
    first = rows[0]
    assert tuple(first) == export.FIELDS
    assert first["institution"] == "13002526500013"
    assert (first["actor"], first["verb"], first["reason"]) == (str(claire.pk), "room.locked", "test")
    assert (first["position"], len(first["digest"]), first["details"]) == (1, 64, {"number": 0})
    entry = AuditEntry.objects.get(verb="audit.exported")
    assert (entry.actor, entry.details) == (dora_signed_in, {"format": "jsonl", "by": "q"})


@pytest.mark.django_db(transaction=True)
def test_table_holds_no_formula(transactional_db: None, client: Client, dora_signed_in: User, claire: User) -> None:
    for reason in ("=1+1", " @x", "-2"):
        audit.record("room.locked", actor=claire, target=claire, reason=reason)
    rows = list(csv.DictReader(io.StringIO(content(client.get(address("csv"))))))
    locked = [row for row in rows if row["verb"] == "room.locked"]
    assert [row["reason"] for row in locked] == ["'=1+1", "' @x", "'-2"]
    assert {row["what"] for row in locked} == {"Salle verrouillée"}


def test_export_is_for_who_reads_the_trail(client: Client, claire: User) -> None:
    for role, status in (("institution-admin", 403), ("dpo", 200)):
        give(claire, role, claire.institution)
        with_second_factor(client, claire)
        assert client.get(address()).status_code == status


def test_unknown_form_is_not_found(client: Client, dora_signed_in: User) -> None:
    assert client.get(address("exe")).status_code == 404
    assert client.get(address(), {"password": "x"}).status_code in {302, 400}


def test_command_tells_each_entry_once(claire: User, tmp_path: Path) -> None:
    state = tmp_path / "position"
    numbers = write(claire, 3)
    assert [row["id"] for row in follow("--state", str(state))] == numbers
    assert follow("--state", str(state)) == []
    later = write(claire, 2)[3:]
    assert [row["id"] for row in follow("--state", str(state))] == later
    assert [row["position"] for row in follow("--after", "3")] == [4, 5]


def test_command_begins_at_a_moment(claire: User) -> None:
    write(claire, 3)
    moment = AuditEntry.objects.order_by("pk")[1].at
    assert [row["position"] for row in follow("--since", moment.isoformat())] == [2, 3]
    assert follow("--since", "2100-01-01") == []
    assert len(follow("--since", "2000-01-01")) == 3


@pytest.mark.parametrize("typed", ["x", "2026-13-01", "2026-11-30T99:00"])
def test_moment_that_makes_no_sense_is_refused(claire: User, typed: str) -> None:
    with pytest.raises(CommandError):
        follow("--since", typed)


def test_damaged_state_is_refused(claire: User, tmp_path: Path) -> None:
    state = tmp_path / "position"
    state.write_text("x")
    with pytest.raises(CommandError):
        follow("--state", str(state))
