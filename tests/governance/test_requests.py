"""The file of a request: written down, taken, checked, extended, answered, each in the trail; and who sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from governance.models import PersonRequest
from governance.requests import actions, keeping, mails
from governance.requests.errors import RequestRefused
from tests.accounts.local_cast import give, with_second_factor
from tests.governance.conftest import ask

pytestmark = pytest.mark.django_db


def verbs_of(row: PersonRequest) -> list[str]:
    rows = AuditEntry.objects.filter(target_type="governance.personrequest", target_id=str(row.pk))
    return list(rows.order_by("pk").values_list("verb", flat=True))


def test_references_count_by_institution_and_year(claire: User, chen: User, dora: User) -> None:
    year = timezone.localdate().year
    made = [ask(claire, actor=dora), ask(claire, actor=dora), ask(chen, actor=dora)]
    assert [row.reference for row in made] == [f"{year}-0001", f"{year}-0002", f"{year}-0001"]


def test_each_step_is_in_the_file_and_in_the_trail(claire: User, dora: User) -> None:
    row = ask(claire, actor=dora)
    actions.take(row.pk, actor=dora)
    actions.check_identity(row.pk, "call", actor=dora)
    actions.extend(row.pk, "Vingt réunions à examiner.", actor=dora)
    actions.close(row.pk, "Votre demande", "Bonjour, voici.", refused=False, actor=dora)
    row.refresh_from_db()
    assert (row.state, row.handler, row.identity_check) == ("answered", dora, "call")
    assert row.due_on > row.received_on + timedelta(days=85)
    assert [step.what for step in row.steps.all()] == ["received", "taken", "identity", "extended", "answered"]
    assert verbs_of(row) == [
        f"person-request.{verb}" for verb in ("received", "taken", "identity-checked", "extended", "answered")
    ]
    told = "".join(map(str, AuditEntry.objects.values_list("details", flat=True)))
    assert "Vingt" not in told
    assert "Bonjour" not in told


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda row, dora: actions.check_identity(row.pk, "signed-in", actor=dora), "identity"),
        (lambda row, dora: actions.close(row.pk, "a", "b", refused=False, actor=dora), "identity"),
    ],
)
def test_nothing_is_answered_before_the_identity_is_known(claire: User, dora: User, act: Any, code: str) -> None:
    row = ask(claire, actor=dora)
    with pytest.raises(RequestRefused) as refused:
        act(row, dora)
    assert refused.value.code == code


def test_extension_comes_once_and_in_time(claire: User, dora: User) -> None:
    row = ask(claire, actor=dora)
    PersonRequest.objects.filter(pk=row.pk).update(
        received_on=timezone.localdate() - timedelta(days=40), due_on=timezone.localdate() - timedelta(days=9)
    )
    with pytest.raises(RequestRefused):
        actions.extend(row.pk, "Trop tard.", actor=dora)


def test_answer_goes_by_mail_as_it_was_read(claire: User, dora: User) -> None:
    row = ask(claire, actor=dora)
    actions.check_identity(row.pk, "address", actor=dora)
    actions.close(row.pk, "Votre demande", "Bonjour,\n\nvoici.", refused=False, actor=dora)
    assert mails.send_waiting() == 1
    assert [(sent.subject, sent.body, sent.to) for sent in mail.outbox] == [
        ("Votre demande", "Bonjour,\n\nvoici.", ["Une Personne <person@example.org>"])
    ]
    with pytest.raises(RequestRefused):
        actions.write_note(row.pk, "Encore.", actor=dora)


def test_own_request_is_checked_by_its_sign_in_and_told_to_the_officer(
    client: Client, claire: User, dora: User, chen: User
) -> None:
    give(dora, "dpo", dora.institution)
    give(chen, "dpo", chen.institution)
    client.force_login(claire)
    client.post(reverse("my_data_request"), {"kind": "erasure", "words": "Mes propos du 19, s’il vous plaît."})
    row = PersonRequest.objects.get()
    assert (row.person, row.institution, row.channel, row.identity_check) == (
        claire, claire.institution, "visio", "signed-in",
    )  # fmt: skip
    assert [one.user for one in row.subjects.all()] == [claire]
    mails.send_waiting()
    assert [sent.to for sent in mail.outbox] == [["Dora Petit <dora@example.gouv.fr>"]]
    assert "Mes propos" not in mail.outbox[0].body
    assert row.reference in client.get(reverse("my_data")).content.decode()


def test_words_of_a_request_go_five_years_after_its_answer(claire: User, dora: User) -> None:
    row = ask(claire, actor=dora)
    actions.close(row.pk, "Votre demande", "Refus.", refused=True, actor=dora)
    assert keeping.blank_old() == 0
    PersonRequest.objects.update(closed_at=timezone.now() - keeping.KEPT - timedelta(days=1))
    assert keeping.blank_old() == 1
    row.refresh_from_db()
    assert (row.contact_email, row.contact_name, row.reference != "") == ("", "", True)
    assert not row.steps.exclude(note="").exists()
    assert not row.mails.exclude(body="").exists()


@pytest.mark.parametrize(
    ("role", "sees"), [("dpo", True), ("institution-admin", False), ("platform-admin", False), (None, False)]
)
def test_officers_alone_see_requests(client: Client, claire: User, bilal: User, role: str | None, sees: bool) -> None:
    row = ask(claire, actor=claire)
    if role:
        give(bilal, role, None if role == "platform-admin" else bilal.institution)
    with_second_factor(client, bilal)
    assert PersonRequest.objects.visible_to(bilal).filter(pk=row.pk).exists() == sees
    for place in (reverse("dpo_home"), reverse("dpo_request", args=[row.pk])):
        assert client.get(place).status_code == (200 if sees else 404)
    listing = client.get(reverse("admin:governance_personrequest_changelist"))
    assert listing.status_code == (200 if sees else 403 if role else 404)


def test_administrator_of_the_platform_who_is_an_officer_sees_their_institutions(
    client: Client, claire: User, chen: User, bilal: User
) -> None:
    here, elsewhere = ask(claire, actor=claire), ask(chen, actor=claire)
    give(bilal, "platform-admin")
    give(bilal, "dpo", bilal.institution)
    with_second_factor(client, bilal)
    page = client.get(reverse("admin:governance_personrequest_changelist")).content.decode()
    assert reverse("admin:governance_personrequest_change", args=[here.pk]) in page
    assert reverse("admin:governance_personrequest_change", args=[elsewhere.pk]) not in page
    for row, status in ((here, 200), (elsewhere, 404)):
        assert client.get(reverse("dpo_request", args=[row.pk])).status_code == status


def test_officer_without_a_second_factor_proves_one_first(client: Client, dora: User, claire: User) -> None:
    give(dora, "dpo", dora.institution)
    client.force_login(dora)
    assert client.get(reverse("dpo_home")).status_code == 403
    assert client.post(reverse("dpo_request_new"), {}).status_code == 403


def test_whole_file_is_read_by_the_officer(client: Client, officer: User, claire: User) -> None:
    told = {
        "institution": claire.institution_id, "kind": "access", "channel": "letter", "language": "fr",
        "received_on": timezone.localdate().isoformat(), "contact_name": "Une Personne",
        "contact_email": "person@example.org", "words": "Tout ce que vous avez.",
    }  # fmt: skip
    place = client.post(reverse("dpo_request_new"), told).headers["location"]
    row = PersonRequest.objects.get()
    assert place == reverse("dpo_request", args=[row.pk])
    for verb, data in (
        ("prendre", {}),
        ("identite", {"how": "desk"}),
        ("identite", {"how": "in-person"}),
        ("note", {"text": "Vue."}),
    ):
        client.post(reverse("dpo_request_do", args=[row.pk, verb]), data)
    page = client.get(place).content.decode()
    assert "Tout ce que vous avez." in page
    assert "Vue." in page
    row.refresh_from_db()
    assert row.identity_check == "in-person"
    assert client.post(reverse("dpo_request_do", args=[row.pk, "inconnu"])).status_code == 404


def test_request_of_tomorrow_is_not_written_down(client: Client, officer: User, claire: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    told = {"institution": claire.institution_id, "kind": "access", "channel": "letter", "language": "fr",
            "received_on": tomorrow.isoformat(), "contact_name": "X"}  # fmt: skip
    assert client.post(reverse("dpo_request_new"), told).status_code == 200
    assert not PersonRequest.objects.exists()
