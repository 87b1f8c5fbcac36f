"""The head of the chain is signed: a missing end, or a chain made anew, is found out."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import AuditEntry, AuditLink, UnchainedEntry, User
from accounts.trail import chain
from governance import tasks
from governance.audit import seals
from governance.models import AuditSeal
from tests.accounts.trail.tampering import tamper
from transcripts.sealing import keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(claire: User) -> list[int]:
    """Ten entries; the head was signed after the fifth, and after the tenth. Their numbers."""
    for number in range(10):
        audit.record("test.done", actor=claire, target=claire, number=number)
        if number in {4, 9}:
            tasks.seal_trail()
    return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))


def faults(head: Path | None = None) -> list[tuple[str, int | None, int | None]]:
    """Said by the command: codes, entries, positions."""
    told = StringIO()
    options = ["--head", str(head)] if head else []
    try:
        call_command("verify_audit", "--json", *options, stdout=told)
    except CommandError:
        assert "false" in told.getvalue()
    else:
        assert "false" not in told.getvalue()
    findings = [json.loads(line) for line in told.getvalue().splitlines()]
    return [(one["code"], one["entry"], one["position"]) for one in findings if one["holds"] is False]


def cut_off(numbers: list[int]) -> None:
    for table, column in (("accounts_auditentry", "id"), ("accounts_auditlink", "entry_id")):
        tamper(f"DELETE FROM {table} WHERE {column} = ANY(%s)", args=(numbers,))


def make_anew() -> None:
    """The chain, from entries that were changed first."""
    tamper("UPDATE accounts_auditentry SET verb = 'test.undone' WHERE id = (SELECT min(id) FROM accounts_auditentry)")
    tamper("DELETE FROM accounts_auditlink")
    UnchainedEntry.objects.bulk_create(UnchainedEntry(entry_id=one.pk) for one in AuditEntry.objects.all())
    chain.extend()


def test_what_nobody_touched_holds(sealed: list[int]) -> None:
    assert list(AuditSeal.objects.order_by("position").values_list("position", flat=True)) == [5, 10]
    assert faults() == []


def test_same_head_is_signed_once(sealed: list[int]) -> None:
    tasks.seal_trail()
    assert AuditSeal.objects.count() == 2


def test_missing_end_is_named(sealed: list[int]) -> None:
    cut_off(sealed[7:])
    assert faults() == [("end-removed", None, 10)]


def test_chain_made_anew_is_named(sealed: list[int]) -> None:
    make_anew()
    assert faults() == [("chain-replaced", sealed[4], 5), ("chain-replaced", sealed[9], 10)]


def test_head_that_somebody_else_signed_is_named(sealed: list[int]) -> None:
    make_anew()
    tamper("DELETE FROM governance_auditseal WHERE position = 5")
    digest = bytes(AuditLink.objects.get(position=10).digest).hex()
    said = json.loads(AuditSeal.objects.get().statement) | {"digest": digest}
    tamper("UPDATE governance_auditseal SET statement = %s", args=(json.dumps(said),))
    assert faults() == [("head-forged", None, 10)]


def test_signature_of_minutes_is_none_of_the_trail(sealed: list[int]) -> None:
    seal = AuditSeal.objects.get(position=10)
    tamper("UPDATE governance_auditseal SET signature = %s", args=(keys.sign(seal.statement.encode()),))
    assert faults() == [("head-forged", None, 5), ("head-forged", None, 10)]


def test_end_that_was_cut_off_with_its_seals_is_named_by_a_head_kept_elsewhere(
    sealed: list[int], tmp_path: Path
) -> None:
    kept, told = tmp_path / "head.json", StringIO()
    call_command("seal_audit", stdout=told)
    kept.write_text(told.getvalue())
    assert faults(kept) == []
    cut_off(sealed[4:])
    tamper("DELETE FROM governance_auditseal")
    assert faults() == []  # nothing in this database tells
    assert faults(kept) == [("end-removed", None, 10)]


def test_command_says_in_words_which_row(sealed: list[int]) -> None:
    tamper(f"UPDATE accounts_auditentry SET verb = 'test.undone' WHERE id = {sealed[2]}")
    told = StringIO()
    with pytest.raises(CommandError, match="1 "):
        call_command("verify_audit", stdout=told)
    assert f"✗ Entrée modifiée : la n° {sealed[2]}" in told.getvalue().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"statement": "{}", "signature": ""}', "\x00", '{"statement": 1}']
)
def test_what_is_no_head_is_refused(sealed: list[int], tmp_path: Path, content: str) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(content)
    with pytest.raises(CommandError):
        call_command("verify_audit", "--head", str(kept), stdout=StringIO())


def test_empty_trail_has_no_head(db: None) -> None:
    assert seals.seal() is None
    with pytest.raises(CommandError):
        call_command("seal_audit", stdout=StringIO())


@pytest.mark.parametrize("statement", ["UPDATE {} SET position = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_database_refuses_to_change_a_seal(sealed: list[int], statement: str) -> None:
    with pytest.raises(DatabaseError, match="is written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("governance_auditseal"))
