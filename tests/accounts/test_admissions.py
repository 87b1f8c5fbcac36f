"""What an invitation is worth: no more than whoever sent it may still give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import admissions, audit
from accounts.models import AccountInvitation, AuditEntry, Institution, User
from tests.accounts.local_cast import PASSWORD, give, make_local, with_second_factor

pytestmark = pytest.mark.django_db
OPENING = {"given_name": "Lou", "usual_name": "Durand", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def dinum(claire: User) -> Institution:
    """Claire administers it."""
    assert claire.institution
    give(claire, "institution-admin", claire.institution)
    return claire.institution


@pytest.fixture
def cnrs(chen: User) -> Institution:
    """Chen administers it."""
    assert chen.institution
    give(chen, "institution-admin", chen.institution)
    return chen.institution


def invite(actor: User | str, institution: Institution | None, role: str = "dpo") -> AccountInvitation:
    return admissions.invite("lou@visio.example", role=role, institution=institution, actor=actor)


def opens(invitation: AccountInvitation) -> bool:
    return Client().get(admissions.link(invitation).removeprefix(settings.PUBLIC_URL)).status_code == 302


def accept(invitation: AccountInvitation) -> User | None:
    user = User(source="local", realm="", given_name="Lou", usual_name="Durand")
    return user if admissions.accept(invitation, user=user) else None


def dismiss(user: User) -> None:
    user.role_grants.all().delete()


def disable(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def appoint_elsewhere(user: User) -> None:
    user.role_grants.update(institution=Institution.objects.create(siret="9" * 14))


def make_dpo(user: User) -> None:
    user.role_grants.update(role="dpo")


@pytest.mark.parametrize("fall", [dismiss, disable, appoint_elsewhere, make_dpo])
@pytest.mark.parametrize("role", ["institution-admin", "dpo", ""])
def test_invitation_is_void_once_its_sender_may_give_nothing(
    claire: User, dinum: Institution, role: str, fall: Callable[[User], None]
) -> None:
    invitation = invite(claire, dinum, role)
    assert opens(invitation)
    fall(claire)
    assert not opens(invitation)
    assert accept(invitation) is None
    assert not User.objects.filter(source="local").exists()


def test_sender_who_falls_while_the_form_is_open_gives_nothing(
    client: Client, claire: User, dinum: Institution
) -> None:
    client.get(admissions.link(invite(claire, dinum)).removeprefix(settings.PUBLIC_URL))
    assert "usual_name" in client.get(reverse("account_signup")).content.decode()
    dismiss(claire)
    client.post(reverse("account_signup"), OPENING)
    assert not User.objects.filter(source="local").exists()


def test_platform_s_administrators_are_invited_by_their_peers_only(claire: User, dinum: Institution) -> None:
    peer = make_local()
    grant = give(peer, "platform-admin")
    invitation = invite(peer, None, "platform-admin")
    assert opens(invitation)
    grant.delete()
    give(peer, "institution-admin", dinum)
    assert accept(invitation) is None


def test_role_over_an_institution_below_is_given_from_above(claire: User, dinum: Institution) -> None:
    below = Institution.objects.create(siret="8" * 14, parent=dinum)
    user = accept(invite(claire, below))
    assert user
    assert user.role_grants.get().institution == below


def test_command_line_answers_to_nobody(dinum: Institution) -> None:
    assert accept(invite(audit.SYSTEM, None, "platform-admin"))


def test_new_invitation_voids_those_of_the_same_institution_only(
    claire: User, chen: User, dinum: Institution, cnrs: Institution
) -> None:
    first, of_cnrs, newer = invite(claire, dinum, "dpo"), invite(chen, cnrs, ""), invite(claire, dinum, "")
    assert [opens(invitation) for invitation in (first, of_cnrs, newer)] == [False, True, True]
    entry = AuditEntry.objects.get(verb="account.invitation-withdrawn")
    assert (entry.actor, entry.target_id, entry.details) == (claire, str(first.pk), {"role": "dpo"})


def test_one_account_ends_the_invitations_of_others(
    claire: User, chen: User, dinum: Institution, cnrs: Institution
) -> None:
    of_dinum, of_cnrs = invite(claire, dinum), invite(chen, cnrs)
    assert accept(of_dinum)
    assert not opens(of_cnrs)


# Externals


@pytest.fixture
def external(claire: User, dinum: Institution) -> User:
    user = accept(invite(claire, dinum, ""))
    assert user
    assert user.institution is None
    return user


def people(client: Client) -> set[Any]:
    return {row.pk for row in client.get(reverse("admin:accounts_user_changelist")).context["cl"].result_list}


def test_external_answers_to_the_administrators_who_invited_them(
    client: Client, claire: User, chen: User, cnrs: Institution, external: User
) -> None:
    place = reverse("admin:accounts_user_change", args=[external.pk])
    with_second_factor(client, chen)
    assert external.pk not in people(client)
    client.post(place, {})
    external.refresh_from_db()
    assert external.is_active
    with_second_factor(client, claire)
    assert external.pk in people(client)
    client.post(place, {})
    external.refresh_from_db()
    assert not external.is_active


def test_account_that_got_an_institution_answers_to_it_alone(
    client: Client, claire: User, cnrs: Institution, external: User
) -> None:
    User.objects.filter(pk=external.pk).update(institution=cnrs)
    with_second_factor(client, claire)
    assert external.pk not in people(client)


def test_trail_of_an_external_is_of_the_institution_that_invited_them(dinum: Institution, external: User) -> None:
    audit.record("account.signed-in", actor=external, target=external)
    entries = AuditEntry.objects.filter(target_id=external.pk)
    assert {entry.verb: entry.institution for entry in entries} == {"account.opened": dinum, "account.signed-in": dinum}
