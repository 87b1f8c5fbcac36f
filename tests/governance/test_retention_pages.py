"""Pages of holds, erasures and of what will go; and what pages of recordings say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, Institution, User
from governance.erasure import ask_recording, holds
from governance.models import Erasure, LegalHold, Reason, What
from meetings.models import Recording
from tests.accounts.local_cast import give, with_second_factor
from tests.cast import make_agent
from tests.governance.test_retention import dinum, held_on

__all__ = ["dinum"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def dpo(client: Client, dora: User) -> User:
    assert dora.institution
    give(dora, "dpo", dora.institution)
    with_second_factor(client, dora)
    return dora


def text_of(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_dpo_sees_what_goes_of_their_institutions(client: Client, dinum: Institution, claire: User, dpo: User) -> None:
    recording = held_on(claire, timezone.localdate() - timedelta(20))
    page = text_of(client, reverse("admin:governance_erasure_coming"), jours="30")
    assert "son et images" in page
    assert "DINUM" in page
    table = text_of(client, reverse("admin:governance_erasure_coming"), jours="30", format="csv")
    day = timezone.localdate(recording.meeting.ended_at) + timedelta(30)
    assert f"{day.isoformat()};13002526500013;DINUM;son et images;1;0" in table


def test_another_institutions_dpo_sees_nothing(client: Client, dinum: Institution, claire: User, dpo: User) -> None:
    recording = held_on(claire, timezone.localdate() - timedelta(20))
    erasure = ask_recording(recording, what=What.SOUND, actor=audit.SYSTEM, reason=Reason.RETENTION)
    Erasure.objects.update(proof={"sha256": "x"})
    hold = holds.place(dinum, reason="Secret", recording=recording, actor=dpo)
    chen = make_agent("chen")
    assert chen.institution
    give(chen, "dpo", chen.institution)
    with_second_factor(client, chen)
    page = text_of(client, reverse("admin:governance_erasure_coming"), jours="365")
    assert "DINUM" not in page
    assert client.get(reverse("admin:governance_erasure_proof", args=[erasure.pk])).status_code == 404
    assert client.get(reverse("admin:governance_erasure_change", args=[erasure.pk])).status_code == 302
    assert client.get(reverse("admin:governance_legalhold_change", args=[hold.pk])).status_code == 302
    for name in ("erasure", "tombstone", "legalhold"):
        client.get(reverse("admin:index"))  # which shows the messages that name what was asked for
        assert "DINUM" not in text_of(client, reverse(f"admin:governance_{name}_changelist"))


@pytest.mark.parametrize("role", ["institution-admin", "platform-admin"])
def test_administrators_hold_and_see_nothing(client: Client, dinum: Institution, claire: User, role: str) -> None:
    give(claire, role, dinum if role == "institution-admin" else None)
    with_second_factor(client, claire)
    for name in ("erasure_coming", "erasure_changelist", "legalhold_changelist", "legalhold_add"):
        assert client.get(reverse(f"admin:governance_{name}")).status_code in {403, 404}


def test_hold_is_confirmed_before_it_is_placed_and_lifted(
    client: Client, dinum: Institution, claire: User, dpo: User
) -> None:
    recording = held_on(claire, timezone.localdate())
    add = reverse("admin:governance_legalhold_add")
    given: dict[str, Any] = {
        "institution": dinum.pk,
        "recording": str(recording.pk),
        "reason": "Enquête",
        "is_told": "on",
    }
    page = client.post(add, given).content.decode()
    assert "Rien de 1 enregistrement ne sera effacé" in page
    assert not LegalHold.objects.exists()
    assert client.post(add, given | {"sure": "on"}).status_code == 302
    hold = LegalHold.objects.get()
    assert (hold.placed_by, hold.recording, hold.is_in_force) == (dpo, recording, True)
    change = reverse("admin:governance_legalhold_change", args=[hold.pk])
    assert "Enquête" in text_of(client, change)
    assert client.post(change, {"lifted_because": "Classée"}).status_code == 200
    assert client.post(change, {"lifted_because": "Classée", "sure": "on"}).status_code == 302
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lifted_because, hold.is_in_force) == (dpo, "Classée", False)
    verbs = list(AuditEntry.objects.filter(verb__startswith="hold.").values_list("verb", flat=True).order_by("pk"))
    assert verbs == ["hold.placed", "hold.lifted"]


def test_hold_is_of_ones_own_institution(client: Client, dinum: Institution, claire: User) -> None:
    chen = make_agent("chen")
    assert chen.institution
    give(chen, "dpo", chen.institution)
    with_second_factor(client, chen)
    recording = held_on(claire, timezone.localdate())
    add = reverse("admin:governance_legalhold_add")
    given = {"institution": chen.institution.pk, "recording": str(recording.pk), "reason": "x", "sure": "on"}
    assert client.post(add, given).status_code == 200
    assert client.post(add, given | {"institution": dinum.pk}).status_code == 200
    assert not LegalHold.objects.exists()


def test_pages_say_when_the_sound_goes(client: Client, dinum: Institution, claire: User) -> None:
    recording = held_on(claire, timezone.localdate())
    client.force_login(claire)
    for name in ("minutes", "recording"):
        page = text_of(client, reverse(name, args=[recording.pk]))
        assert re.search(r"Le son sera effacé le \d+", page), name
        assert "sauf approbation avant cette date" in page
        assert "data-expires" not in page


def test_page_of_what_goes_tonight_watches_for_it(client: Client, dinum: Institution, claire: User) -> None:
    recording = held_on(claire, timezone.localdate() - timedelta(29))
    client.force_login(claire)
    page = text_of(client, reverse("minutes", args=[recording.pk]))
    assert 'data-expires="sound"' in page
    assert reverse("minutes_state", args=[recording.pk]) in page


@pytest.mark.parametrize("is_told", [True, False])
def test_pages_say_that_something_is_held_and_never_why(
    client: Client, dinum: Institution, claire: User, dora: User, is_told: bool
) -> None:
    recording = held_on(claire, timezone.localdate())
    give(dora, "dpo", dinum)
    holds.place(dinum, reason="Enquête 42", recording=recording, is_told=is_told, actor=dora)
    client.force_login(claire)
    page = text_of(client, reverse("minutes", args=[recording.pk]))
    assert ("fait l’objet d’un gel" in page) == is_told
    assert "Enquête" not in page
    assert Recording.objects.count() == 1
