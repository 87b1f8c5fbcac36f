"""Who signs in becomes whom: accounts and institutions out of claims."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import agents, identity, providers, roles
from accounts.models import AuditEntry, Institution, RoleGrant, User
from accounts.oidc import ProConnectBackend
from tests.accounts.provider import PERSON, FakeProvider
from tests.cast import make_agent

pytestmark = pytest.mark.django_db


def signed_in(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def test_agent_signs_in_with_the_institution_of_their_siret(provider: FakeProvider, client: Client) -> None:
    assert provider.sign_in(client)["Location"] == reverse("meetings")
    user = signed_in(client)
    assert (user.realm, user.sub, user.source) == ("proconnect", "S1", User.Source.PROCONNECT)
    assert (user.email, user.get_full_name()) == ("camille@dinum.example", "Camille Moreau")
    assert (user.idp_id, user.uid, user.roles) == ("fi-dinum", "u1", ["agent_public"])
    assert user.institution is not None
    assert (user.institution.siret, user.institution.label) == ("13002526500013", "DINUM")
    assert not user.has_usable_password()
    entry = AuditEntry.objects.get(verb="account.signed-in")
    assert (entry.actor, entry.details) == (user, {"acr": "eidas1-mfa", "provider": "proconnect"})


def test_agent_who_returns_keeps_the_account_under_the_new_name(provider: FakeProvider, client: Client) -> None:
    provider.sign_in(client)
    provider.userinfo = {"usual_name": "Durand", "roles": None}
    provider.sign_in(Client())
    user = User.objects.get()
    assert (user.usual_name, user.roles) == ("Durand", [])


def test_same_email_at_another_provider_is_another_account(provider: FakeProvider, client: Client) -> None:
    claire = make_agent("claire")
    provider.userinfo = {"email": claire.email}
    provider.sign_in(client)
    assert signed_in(client) != claire


def test_local_account_with_the_same_email_is_left_alone(provider: FakeProvider, client: Client) -> None:
    local = User.objects.create(source="local", realm="", email="camille@dinum.example", given_name="A", usual_name="B")
    provider.sign_in(client)
    assert signed_in(client) != local
    local.refresh_from_db()
    assert local.sub is None


def test_two_first_sign_ins_at_once_are_one_account(
    provider: FakeProvider, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither has found the account that the other makes."""
    person, found = identity.read({**PERSON, "sub": "S1"}), User.objects.get

    def miss_once(**kwargs: Any) -> User:
        monkeypatch.undo()
        agents.admit(person, realm="proconnect", acr="eidas2", provider="proconnect")
        raise User.DoesNotExist

    monkeypatch.setattr(User.objects, "get", miss_once)
    assert agents.admit(person, realm="proconnect", acr="eidas2", provider="proconnect") == found()


class TestSeveralProviders:
    @pytest.fixture(autouse=True)
    def three(self, settings: Any) -> None:
        internet = replace(providers.default(), key="internet", label="Internet")
        rie = replace(internet, key="rie", label="RIE", issuer="https://rie.example", client_id="visio-rie")
        rie = replace(rie, token_endpoint="https://rie.example/token")
        other = replace(rie, key="other", realm="elsewhere")
        settings.OIDC_PROVIDERS = (internet, rie, other)

    def test_one_realm_is_one_account(self, provider: FakeProvider) -> None:
        for key in ("internet", "rie"):
            provider.key = key
            assert provider.sign_in(Client())["Location"] == reverse("meetings")
        assert User.objects.count() == 1

    def test_same_sub_of_another_realm_is_another_account(self, provider: FakeProvider) -> None:
        for key in ("internet", "other"):
            provider.key = key
            provider.sign_in(Client())
        assert set(User.objects.values_list("realm", "sub")) == {("proconnect", "S1"), ("elsewhere", "S1")}

    def test_attempt_is_only_ended_by_the_provider_that_it_was_sent_to(
        self, provider: FakeProvider, client: Client
    ) -> None:
        provider.key = "internet"
        state = provider.begin(client)["state"]
        back = {"code": "c", "state": state, "iss": "https://rie.example"}
        client.get(reverse("oidc_authentication_callback"), back)
        assert client.session["login_refusal"] == "wrong-issuer"
        assert provider.asked == []  # the code was not shown to anybody

    def test_code_goes_to_the_provider_of_the_attempt(self, provider: FakeProvider, client: Client) -> None:
        provider.key = "rie"
        provider.sign_in(client)
        assert (provider.asked[0], provider.posted["client_id"]) == ("https://rie.example/token", "visio-rie")
        assert client.session["proconnect"]["provider"] == "rie"

    def test_token_of_the_other_provider_is_refused(self, provider: FakeProvider, client: Client) -> None:
        provider.key = "rie"
        provider.id_token = {"iss": providers.default().issuer}
        assert provider.refusal(client) == "wrong-issuer"

    def test_sign_in_page_has_a_button_for_each(self, client: Client) -> None:
        page = client.get(reverse("login")).content.decode()
        assert page.count('data-action="sign-in"') == 3
        assert "(RIE)" in page

    def test_provider_that_is_not_known_is_not_found(self, client: Client) -> None:
        assert client.get(reverse("oidc_authentication_init"), {"provider": "x"}).status_code == 404


def test_unknown_institution_is_made_open_or_closed_as_configured(
    provider: FakeProvider, client: Client, settings: Any
) -> None:
    settings.NEW_INSTITUTIONS_OPEN = False
    assert provider.refusal(client) == "institution-closed"
    user = User.objects.get()
    assert user.institution is not None
    assert not user.institution.is_open
    refused = AuditEntry.objects.get(target_id=str(user.pk))
    assert (refused.verb, refused.reason) == ("account.refused", "institution-closed")
    Institution.objects.update(is_open=True)
    assert provider.sign_in(client)["Location"] == reverse("meetings")


def test_known_institution_stays_closed_and_keeps_its_name(provider: FakeProvider, client: Client) -> None:
    Institution.objects.create(siret=PERSON["siret"], label="Direction du numérique", is_open=False)
    assert provider.refusal(client) == "institution-closed"
    assert Institution.objects.get().label == "Direction du numérique"


def test_disabled_account_is_refused_and_no_claim_revives_it(provider: FakeProvider, client: Client) -> None:
    provider.sign_in(Client())
    User.objects.update(is_active=False)
    provider.userinfo = {"usual_name": "Durand", "is_active": True}
    assert provider.refusal(client) == "account-disabled"
    user = User.objects.get()
    assert (user.is_active, user.usual_name) == (False, "Moreau")
    assert AuditEntry.objects.filter(verb="account.refused").count() == 1


def test_who_changes_institution_keeps_the_account_and_loses_its_roles(provider: FakeProvider, client: Client) -> None:
    provider.sign_in(client)
    user = signed_in(client)
    assert user.institution is not None
    former = user.institution
    below = Institution.objects.create(siret="1" * 14, parent=former)
    for role, institution in (("institution-admin", former), ("dpo", below), ("platform-admin", None)):
        RoleGrant.objects.create(user=user, role=role, institution=institution)
    provider.userinfo = {"siret": "18008901303720", "organization_label": "CNRS"}
    provider.sign_in(client)
    moved = signed_in(client)
    assert (moved.pk, str(moved.institution)) == (user.pk, "CNRS")
    assert [grant.role for grant in moved.role_grants.all()] == ["platform-admin"]
    assert not roles.institutions_of(moved, "dpo").exists()
    entry = AuditEntry.objects.get(verb="account.institution-changed")
    assert entry.details == {"former": former.pk, "now": moved.institution_id, "ended": 2}


def test_who_stays_in_the_institution_keeps_the_roles(provider: FakeProvider, client: Client) -> None:
    provider.sign_in(client)
    user = signed_in(client)
    RoleGrant.objects.create(user=user, role="dpo", institution=user.institution)
    provider.sign_in(client)
    assert user.role_grants.count() == 1
    assert not AuditEntry.objects.filter(verb="account.institution-changed").exists()


@pytest.mark.parametrize("change", ["disabled", "closed"])
def test_session_ends_when_the_account_or_its_institution_does(
    change: str, provider: FakeProvider, client: Client
) -> None:
    provider.sign_in(client)
    assert client.get(reverse("meetings")).status_code == 200
    if change == "disabled":
        User.objects.update(is_active=False)
    else:
        Institution.objects.update(is_open=False)
    assert client.get(reverse("meetings"))["Location"].startswith(reverse("login"))


def test_backend_leaves_logins_that_are_not_proconnect_alone(provider: FakeProvider) -> None:
    assert ProConnectBackend().authenticate(RequestFactory().get("/"), username="x", password="y") is None
