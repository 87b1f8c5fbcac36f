"""The trail is found by what people type, in what they may see, however long it is."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.trail import chain
from accounts.trail.origin import coming_from
from accounts.trail.search import matching
from tests.accounts.local_cast import give, with_second_factor
from tests.accounts.trail.tampering import tamper

pytestmark = pytest.mark.django_db
REQUEST = UUID(int=77)
LIST = "admin:accounts_auditentry_changelist"


@pytest.fixture
def entries(claire: User, bilal: User, chen: User) -> dict[str, AuditEntry]:
    """By who did what."""
    with coming_from(request_id=REQUEST):
        audit.record("room.locked", actor=claire, target=claire)
    audit.record("account.refused", actor=bilal, target=bilal, reason="institution-closed")
    audit.record("room.locked", actor=chen, target=chen)
    first, second, third = AuditEntry.objects.order_by("pk")
    return {"claire": first, "bilal": second, "chen": third}


@pytest.fixture
def dora_signed_in(client: Client, dora: User) -> User:
    give(dora, "dpo", dora.institution)
    with_second_factor(client, dora)
    return dora


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("claire", {"claire"}),
        ("CLAIRE Font", {"claire"}),
        ("claire mercier", set()),
        ("bilal@example.gouv.fr", {"bilal"}),
        ("salle verrouillée", {"claire", "chen"}),
        ("room.locked", {"claire", "chen"}),
        ("claire verrouillée", {"claire"}),
        ("institution-closed", {"bilal"}),
        ("cnrs", {"chen"}),
        ("18008901303720", {"chen"}),
        (str(REQUEST), {"claire"}),
        ("personne", {"claire", "bilal", "chen"}),
        ("\0", {"claire", "bilal", "chen"}),
        ("99999999999999999999999999", set()),
        ("%", set()),
    ],
)
def test_entries_are_found_by_what_is_typed(entries: dict[str, AuditEntry], question: str, found: set[str]) -> None:
    numbers = set(matching(AuditEntry.objects.all(), question).values_list("pk", flat=True))
    assert {name for name, entry in entries.items() if entry.pk in numbers} == found


def test_entries_are_found_by_person_object_and_number(entries: dict[str, AuditEntry], claire: User) -> None:
    for question in (str(claire.pk), entries["claire"].target_id, str(entries["claire"].pk)):
        assert entries["claire"] in matching(AuditEntry.objects.all(), question)


def test_search_stays_within_what_one_may_see(
    client: Client, entries: dict[str, AuditEntry], dora_signed_in: User
) -> None:
    shown = client.get(reverse(LIST), {"q": "verrouillée"}).context["cl"].result_list
    assert list(shown) == [entries["claire"]]
    assert list(client.get(reverse(LIST), {"q": "chen"}).context["cl"].result_list) == []


def test_list_costs_the_same_however_long(client: Client, dora_signed_in: User, claire: User, bilal: User) -> None:
    counts = []
    client.get(reverse(LIST))
    for _ in range(2):
        for number in range(20):
            audit.record("room.locked", actor=(claire, bilal)[number % 2], target=claire)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_request_leads_to_what_was_done_within_it(
    client: Client, entries: dict[str, AuditEntry], dora_signed_in: User
) -> None:
    page = client.get(reverse("admin:accounts_auditentry_change", args=[entries["claire"].pk])).content.decode()
    assert f"?request_id={REQUEST}" in page
    shown = client.get(reverse(LIST), {"request_id": str(REQUEST)}).context["cl"].result_list
    assert list(shown) == [entries["claire"]]
    assert client.get(reverse(LIST), {"request_id": "x"}, follow=True).status_code == 200


def test_page_of_an_entry_says_whether_it_is_what_was_written(
    client: Client, entries: dict[str, AuditEntry], dora_signed_in: User
) -> None:
    place = reverse("admin:accounts_auditentry_change", args=[entries["claire"].pk])
    assert "pas encore" in client.get(place).content.decode()
    chain.extend()
    assert "telle qu’elle a été écrite" in client.get(place).content.decode()
    tamper(f"UPDATE accounts_auditentry SET reason = 'x' WHERE id = {entries['claire'].pk}")
    assert "n’est pas ce qui a été écrit" in client.get(place).content.decode()


def test_trail_of_somebody_who_was_erased_is_read(client: Client, dora_signed_in: User, bilal: User) -> None:
    key = str(bilal.pk)
    audit.record("room.locked", actor=bilal, target=bilal)
    entry = AuditEntry.objects.get(verb="room.locked")
    bilal.delete()
    for place in (reverse(LIST), reverse("admin:accounts_auditentry_change", args=[entry.pk])):
        assert key in client.get(place).content.decode()
