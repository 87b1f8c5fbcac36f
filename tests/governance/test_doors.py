"""Every address of the workbench × every stranger: the answer is that of an address that nobody knows."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from governance.models import PersonExport, PersonRequest
from tests.accounts.local_cast import give, with_second_factor
from tests.addresses import Address, every_address
from tests.governance.conftest import Held, ask

pytestmark = pytest.mark.django_db
UNKNOWN = UUID("00000000-0000-4000-8000-000000000000")
WORDS = {"verb": "prendre", "kind": "lignes", "paper": "registre"}
ADDRESSES = [address for address in every_address() if address.name.startswith("dpo_")]


def places(row: PersonRequest) -> dict[str, object]:
    export, _ = PersonExport.objects.get_or_create(request=row, defaults={"state": "done"})
    return {"request_id": row.pk, "export_id": export.pk, "institution_id": row.institution_id, **WORDS}


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_nobody_is_sent_to_sign_in(client: Client, claire: User, address: Address, verb: str) -> None:
    known = places(ask(claire, actor=claire))
    answer = getattr(client, verb)(reverse(address.name, args=[known[name] for name in address.arguments]))
    assert answer.status_code in {302, 405}
    if answer.status_code == 302:
        assert answer.headers["location"].startswith(reverse("login"))


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("stranger", ["agent", "institution-admin", "platform-admin", "dpo-elsewhere"])
@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_strangers_find_nothing(
    client: Client, held: Held, claire: User, bilal: User, chen: User, address: Address, stranger: str, verb: str
) -> None:
    row = ask(claire, actor=claire)
    before = (row.steps.count(), PersonRequest.objects.count())
    who = chen if stranger == "dpo-elsewhere" else bilal
    if stranger == "dpo-elsewhere":
        give(who, "dpo", who.institution)
    elif stranger != "agent":
        give(who, stranger, None if stranger == "platform-admin" else who.institution)
    with_second_factor(client, who)
    known = places(row)
    answer = getattr(client, verb)(reverse(address.name, args=[known[name] for name in address.arguments]))
    if stranger == "dpo-elsewhere" and not address.arguments:
        assert "Comité" not in answer.content.decode()
    else:
        assert answer.status_code in {404, 405}
        unknown = {**known, "request_id": UNKNOWN, "export_id": UNKNOWN, "institution_id": 999_999}
        like = getattr(client, verb)(reverse(address.name, args=[unknown[name] for name in address.arguments]))
        assert like.status_code == answer.status_code
    assert (row.steps.count(), PersonRequest.objects.count()) == before


def test_officer_opens_every_page(client: Client, officer: User, held: Held, claire: User) -> None:
    """The matrix would pass on pages that nobody may open."""
    row = ask(claire, actor=officer)
    row.subjects.create(user=claire)
    known = places(row)
    PersonExport.objects.update(state="failed")
    for address in ADDRESSES:
        if address.name not in {"dpo_request_do", "dpo_export"}:
            told = {**known, "kind": "csv"} if address.name == "dpo_ledger" else known
            answer = client.get(reverse(address.name, args=[told[name] for name in address.arguments]))
            assert answer.status_code == (404 if address.name == "dpo_proof" else 200), address.name
