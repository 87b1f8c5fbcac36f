"""The trail is written once, and whoever changes it all the same is found out, to the row."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from accounts import audit, tasks
from accounts.models import AuditEntry, AuditLink, UnchainedEntry, User
from accounts.trail import chain, verify
from accounts.trail.content import COLUMNS, content_of
from tests.accounts.trail.tampering import tamper

pytestmark = pytest.mark.django_db


def write(user: User, count: int = 5) -> list[int]:
    """Entries of the trail, in the chain: their numbers."""
    for number in range(count):
        audit.record("test.done", actor=user, target=user, number=number)
    chain.extend()
    return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))


def faults() -> list[tuple[str, int | None]]:
    return [(found.code, found.entry or found.position) for found in verify.check() if found.holds is False]


def test_what_nobody_touched_is_whole(claire: User) -> None:
    numbers = write(claire)
    assert list(AuditLink.objects.order_by("position").values_list("position", "entry_id")) == [*enumerate(numbers, 1)]
    assert [(found.code, found.holds, found.position) for found in verify.check()] == [("whole", True, len(numbers))]
    assert not UnchainedEntry.objects.exists()


@pytest.mark.parametrize("model", [AuditEntry, AuditLink])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {} CASCADE"])
def test_database_refuses_to_change_what_was_written(claire: User, model: type[Model], statement: str) -> None:
    write(claire)
    name = "verb" if model is AuditEntry else "digest"
    with pytest.raises(DatabaseError, match="is written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table, name, name))
    assert faults() == []


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'test.undone'",
        "actor_id = NULL",
        "at = at + interval '1 microsecond'",
        "details = details || '{\"more\": 1}'",
        "reason = 'x'",
        "institution_id = NULL",
        "target_id = 'x'",
        "request_id = gen_random_uuid()",
        "assurance = 'eidas3'",
    ],
)
def test_altered_entry_is_named(claire: User, change: str) -> None:
    numbers = write(claire)
    tamper(f"UPDATE accounts_auditentry SET {change} WHERE id = {numbers[2]}")
    assert faults() == [("entry-altered", numbers[2])]


def test_removed_entry_is_named(claire: User) -> None:
    numbers = write(claire)
    tamper(f"DELETE FROM accounts_auditentry WHERE id = {numbers[1]}")
    assert faults() == [("entry-removed", numbers[1])]


def test_entry_removed_before_it_was_chained_is_named(claire: User) -> None:
    audit.record("test.done", actor=claire, target=claire)
    (number,) = AuditEntry.objects.values_list("pk", flat=True)
    tamper(f"DELETE FROM accounts_auditentry WHERE id = {number}")
    write(claire)
    assert faults() == [("entry-removed", number)]


def test_entry_put_in_is_named(claire: User) -> None:
    numbers = write(claire)
    columns = "verb, actor_kind, assurance, target_type, target_id, reason, details"
    tamper(f"""
        INSERT INTO accounts_auditentry (id, at, {columns})
        SELECT {numbers[0] - 1}, at, {columns} FROM accounts_auditentry WHERE id = {numbers[0]}
    """)
    write(claire)
    assert faults() == [("entry-inserted", numbers[0] - 1)]


def test_entry_taken_out_of_the_chain_too_is_named(claire: User) -> None:
    numbers = write(claire)
    tamper(
        f"DELETE FROM accounts_auditentry WHERE id = {numbers[2]}",
        f"DELETE FROM accounts_auditlink WHERE entry_id = {numbers[2]}",
    )
    assert faults() == [("links-removed", 3)]


def test_closing_the_gap_is_named(claire: User) -> None:
    numbers = write(claire)
    tamper(
        f"DELETE FROM accounts_auditlink WHERE entry_id = {numbers[2]}",
        f"DELETE FROM accounts_auditentry WHERE id = {numbers[2]}",
        "UPDATE accounts_auditlink SET position = position - 1 WHERE position = 4",
        "UPDATE accounts_auditlink SET position = position - 1 WHERE position = 5",
    )
    assert faults() == [("link-changed", numbers[3])]


def test_entries_that_changed_places_are_named(claire: User) -> None:
    first, *_, last = write(claire)
    tamper(
        f"UPDATE accounts_auditlink SET entry_id = -1 WHERE entry_id = {first}",
        f"UPDATE accounts_auditlink SET entry_id = {first} WHERE entry_id = {last}",
        f"UPDATE accounts_auditlink SET entry_id = {last} WHERE entry_id = -1",
    )
    assert faults() == [("entry-altered", last), ("entry-altered", first)]


def test_altered_entry_whose_link_was_made_to_fit_is_named(claire: User) -> None:
    numbers = write(claire)
    tamper(f"UPDATE accounts_auditentry SET verb = 'test.undone' WHERE id = {numbers[2]}")
    content = content_of(AuditEntry.objects.values(*COLUMNS).get(pk=numbers[2]))
    tamper("UPDATE accounts_auditlink SET content = %s WHERE entry_id = %s", args=(content, numbers[2]))
    assert faults() == [("link-changed", numbers[2])]


def test_entry_that_claims_to_be_older_is_named(claire: User) -> None:
    """Put in by the front door, with the clock of the database held back."""
    write(claire)
    columns = "verb, actor_kind, assurance, target_type, target_id, reason, details"
    tamper(f"""
        INSERT INTO accounts_auditentry (at, {columns})
        SELECT at - interval '2 days', {columns} FROM accounts_auditentry LIMIT 1
    """)
    put_in = AuditEntry.objects.latest("pk").pk
    UnchainedEntry.objects.create(entry_id=put_in)
    chain.extend()
    assert faults() == [("entry-backdated", put_in)]


def test_database_dates_entries(claire: User) -> None:
    before = AuditEntry.objects.create(
        verb="test.done", actor=claire, actor_kind="agent", target_type="accounts.user", target_id=str(claire.pk)
    )
    assert AuditEntry.objects.get(pk=before.pk).at != before.at


def test_what_waits_is_no_fault(claire: User) -> None:
    write(claire)
    audit.record("test.done", actor=claire, target=claire)
    assert faults() == []
    tasks.chain_trail()
    assert UnchainedEntry.objects.count() == 0


def test_person_may_go_and_their_trail_stays_as_it_was(chen: User) -> None:
    chen.institution_id = None
    write(chen)
    key = chen.pk
    chen.delete()
    entry = AuditEntry.objects.select_related("actor").first()
    assert entry
    assert (entry.actor_id, entry.actor) == (key, None)
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_entry_that_was_committed_late_gets_its_link(transactional_db: None, claire: User) -> None:
    """Its number is lower than those of entries that are in the chain by then."""
    written, go = threading.Event(), threading.Event()

    def act_slowly() -> None:
        with transaction.atomic():
            audit.record("test.slow", actor=claire, target=claire)
            written.set()
            assert go.wait(10)
        connection.close()

    slow = threading.Thread(target=act_slowly)
    slow.start()
    assert written.wait(10)
    numbers = write(claire, 3)
    go.set()
    slow.join(10)
    late = AuditEntry.objects.get(verb="test.slow").pk
    assert late < min(numbers)
    assert chain.extend() == 1
    assert AuditLink.objects.get(entry_id=late).position == 4
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_two_processes_make_one_chain(transactional_db: None, claire: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "BATCH", 7)
    for number in range(100):
        audit.record("test.done", actor=claire, target=claire, number=number)

    def make_links() -> None:
        chain.extend()
        connection.close()

    makers = [threading.Thread(target=make_links) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(20)
    chain.extend()
    assert AuditLink.objects.count() == 100
    assert faults() == []
