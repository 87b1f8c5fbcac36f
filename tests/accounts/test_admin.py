"""The administration: one sees and changes what one's roles cover, and each change leaves a trace."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import audit, roles
from accounts.models import AccountInvitation, AuditEntry, Institution, RoleGrant, User
from meetings.models import Policy
from tests.accounts.local_cast import give, make_local, with_second_factor
from tests.cast import make_agent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_of_the_test_before() -> None:
    cache.clear()


@pytest.fixture
def dinum(claire: User) -> Institution:
    assert claire.institution
    return claire.institution


@pytest.fixture
def cnrs(chen: User) -> Institution:
    assert chen.institution
    return chen.institution


@pytest.fixture
def administrator(client: Client, claire: User, dinum: Institution) -> User:
    """Claire administers DINUM."""
    give(claire, "institution-admin", dinum)
    with_second_factor(client, claire)
    return claire


@pytest.fixture
def platform(client: Client) -> User:
    user = make_local()
    give(user, "platform-admin")
    with_second_factor(client, user)
    return user


@pytest.fixture
def dpo(client: Client, dora: User, dinum: Institution) -> User:
    give(dora, "dpo", dinum)
    with_second_factor(client, dora)
    return dora


def listed(client: Client, model: str, app: str = "accounts") -> set[Any]:
    page = client.get(reverse(f"admin:{app}_{model}_changelist"))
    assert page.status_code == 200
    return {row.pk for row in page.context["cl"].result_list}


def change(model: str, pk: object, app: str = "accounts") -> str:
    return reverse(f"admin:{app}_{model}_change", args=[pk])


def test_administrator_of_dinum_sees_nothing_of_cnrs(
    client: Client, administrator: User, bilal: User, chen: User, dinum: Institution, cnrs: Institution
) -> None:
    elsewhere = give(chen, "institution-admin", cnrs)
    policies = [Policy.objects.create(institution=institution) for institution in (dinum, cnrs)]
    assert listed(client, "institution") == {dinum.pk}
    assert listed(client, "user") == {administrator.pk, bilal.pk}
    assert listed(client, "rolegrant") == {administrator.role_grants.get().pk}
    assert listed(client, "policy", "meetings") == {policies[0].pk}
    nobody = "00000000-0000-4000-8000-000000000000"
    for path, unknown in (
        (change("institution", cnrs.pk), change("institution", 99999)),
        (change("user", chen.pk), change("user", nobody)),
        (change("rolegrant", elsewhere.pk), change("rolegrant", 99999)),
        (change("policy", policies[1].pk, "meetings"), change("policy", 99999, "meetings")),
    ):
        for verb in ("get", "post"):
            answers = [getattr(client, verb)(place) for place in (path, unknown)]
            assert answers[0].status_code == answers[1].status_code in {302, 403}
            assert answers[0].headers.get("location") == answers[1].headers.get("location")
    client.post(reverse("admin:accounts_rolegrant_delete", args=[elsewhere.pk]), {"post": "yes"})
    assert RoleGrant.objects.filter(pk=elsewhere.pk).exists()
    assert Institution.objects.get(pk=cnrs.pk).is_open


def test_institutions_below_are_covered(client: Client, administrator: User, dinum: Institution) -> None:
    below = Institution.objects.create(siret="1" * 14, label="Service", parent=dinum)
    further = Institution.objects.create(siret="2" * 14, label="Bureau", parent=below)
    assert listed(client, "institution") == {dinum.pk, below.pk, further.pk}


def test_administrator_gives_a_role_and_withdraws_it(client: Client, administrator: User, bilal: User) -> None:
    dinum = administrator.institution
    assert dinum
    given = {"user": bilal.pk, "role": "dpo", "institution": dinum.pk}
    client.post(reverse("admin:accounts_rolegrant_add"), given)
    grant = RoleGrant.objects.get(user=bilal)
    assert (grant.role, grant.granted_by) == ("dpo", administrator)
    entry = AuditEntry.objects.get(verb="role.granted")
    assert entry.actor == administrator
    assert entry.details == {"role": "dpo", "to": str(bilal.pk), "over": str(dinum.pk)}
    client.post(reverse("admin:accounts_rolegrant_delete", args=[grant.pk]), {"post": "yes"})
    assert not RoleGrant.objects.filter(user=bilal).exists()
    assert AuditEntry.objects.get(verb="role.withdrawn").target_id == str(grant.pk)


@pytest.mark.parametrize(
    ("who", "role", "where"),
    [
        ("bilal", "platform-admin", ""),
        ("bilal", "platform-admin", "dinum"),
        ("bilal", "dpo", "cnrs"),
        ("bilal", "dpo", ""),
        ("chen", "dpo", "dinum"),
        ("claire", "dpo", "dinum"),
    ],
)
def test_administrator_of_dinum_may_not_give(
    client: Client, administrator: User, dinum: Institution, cnrs: Institution, who: str, role: str, where: str
) -> None:
    before = RoleGrant.objects.count()
    place = {"dinum": dinum.pk, "cnrs": cnrs.pk, "": ""}[where]
    given = {"user": make_agent(who).pk, "role": role, "institution": place}
    page = client.post(reverse("admin:accounts_rolegrant_add"), given)
    assert page.status_code == 200
    assert RoleGrant.objects.count() == before
    assert "CNRS" not in page.content.decode()
    assert "Garnier" not in page.content.decode()


def test_nobody_withdraws_their_own_role(client: Client, platform: User) -> None:
    grant = platform.role_grants.get()
    client.post(reverse("admin:accounts_rolegrant_delete", args=[grant.pk]), {"post": "yes"})
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_platform_administrator_sees_all(client: Client, platform: User, claire: User, chen: User) -> None:
    assert {claire.pk, chen.pk, platform.pk} <= listed(client, "user")
    assert len(listed(client, "institution")) == 2


def test_platform_administrator_makes_another(client: Client, platform: User, claire: User) -> None:
    client.post(reverse("admin:accounts_rolegrant_add"), {"user": claire.pk, "role": "platform-admin"})
    assert roles.is_platform_admin(claire)


def test_dpo_reads_people_and_trail_of_their_scope(client: Client, dpo: User, claire: User, chen: User) -> None:
    audit.record("test.ours", actor=claire, target=claire)
    audit.record("test.theirs", actor=chen, target=chen)
    assert listed(client, "user") == {dpo.pk, claire.pk}
    assert {AuditEntry.objects.get(pk=pk).verb for pk in listed(client, "auditentry")} == {"test.ours"}
    assert client.get(change("user", claire.pk)).status_code == 200
    assert client.post(change("user", claire.pk), {"is_active": ""}).status_code == 403
    assert client.get(reverse("admin:accounts_rolegrant_changelist")).status_code == 403
    claire.refresh_from_db()
    assert claire.is_active


@pytest.mark.parametrize("verb", ["change", "delete"])
def test_trail_is_changed_by_nobody(client: Client, platform: User, verb: str) -> None:
    audit.record("test.done", actor=platform, target=platform)
    entry = AuditEntry.objects.get(verb="test.done")
    assert (
        client.post(reverse(f"admin:accounts_auditentry_{verb}", args=[entry.pk]), {"post": "yes"}).status_code == 403
    )
    assert client.post(reverse("admin:accounts_auditentry_add")).status_code == 403
    assert AuditEntry.objects.filter(verb="test.done").exists()


def test_closing_an_account_leaves_a_trace_without_names(client: Client, administrator: User, bilal: User) -> None:
    client.post(change("user", bilal.pk), {})
    bilal.refresh_from_db()
    assert not bilal.is_active
    entry = AuditEntry.objects.get(verb="account.changed")
    assert (entry.target_id, entry.details) == (str(bilal.pk), {"fields": "is_active"})


def test_administrator_of_an_institution_may_not_shut_out_the_platform_s(
    client: Client, administrator: User, bilal: User
) -> None:
    give(bilal, "platform-admin")
    assert client.post(change("user", bilal.pk), {}).status_code == 403
    assert client.post(change("user", administrator.pk), {}).status_code == 403
    assert User.objects.filter(is_active=False).count() == 0


def test_policy_is_changed_and_traced_by_names_of_fields(client: Client, administrator: User) -> None:
    dinum = administrator.institution
    assert dinum
    client.post(reverse("admin:meetings_policy_add"), {"institution": dinum.pk, "recording": "never"})
    policy = Policy.objects.get()
    assert (policy.institution, policy.recording) == (dinum, "never")
    client.post(change("policy", policy.pk, "meetings"), {"recording": "allowed", "guests": "false"})
    entry = AuditEntry.objects.get(verb="policy.changed")
    assert entry.details == {"fields": "guests,recording"}


def test_policy_of_another_institution_is_not_made(client: Client, administrator: User, cnrs: Institution) -> None:
    client.post(reverse("admin:meetings_policy_add"), {"institution": cnrs.pk, "recording": "never"})
    assert not Policy.objects.exists()


def test_administrator_opens_the_institution_but_does_not_move_it(
    client: Client, administrator: User, cnrs: Institution
) -> None:
    dinum = administrator.institution
    assert dinum
    client.post(change("institution", dinum.pk), {"siret": "3" * 14, "label": "X", "parent": cnrs.pk})
    dinum.refresh_from_db()
    assert (dinum.siret, dinum.label, dinum.parent, dinum.is_open) == ("13002526500013", "DINUM", None, False)
    assert AuditEntry.objects.get(verb="institution.changed").details == {"fields": "is_open"}


def test_institution_is_not_put_below_itself(client: Client, platform: User, dinum: Institution) -> None:
    below = Institution.objects.create(siret="1" * 14, label="Service", parent=dinum)
    page = client.post(change("institution", dinum.pk), {"label": "DINUM", "parent": below.pk, "is_open": "on"})
    assert page.status_code == 200
    dinum.refresh_from_db()
    assert dinum.parent is None


@pytest.mark.django_db(transaction=True)
def test_invitation_is_sent_to_the_address_alone(client: Client) -> None:
    claire = make_agent("claire")
    assert claire.institution
    give(claire, "institution-admin", claire.institution)
    with_second_factor(client, claire)
    sent = {"email": "Ext@example.org", "role": "", "institution": claire.institution.pk}
    answer = client.post(reverse("admin:accounts_accountinvitation_add"), sent, follow=True)
    invitation = AccountInvitation.objects.get()
    assert (invitation.email, invitation.invited_by) == ("ext@example.org", claire)
    assert mail.outbox[0].to == ["ext@example.org"]
    assert "/compte/invitation/" in mail.outbox[0].body
    assert "/compte/invitation/" not in answer.content.decode()


@pytest.mark.parametrize(("role", "where"), [("platform-admin", ""), ("dpo", "cnrs"), ("", "")])
def test_administrator_of_dinum_may_not_invite(
    client: Client, administrator: User, cnrs: Institution, role: str, where: str
) -> None:
    sent = {"email": "ext@example.org", "role": role, "institution": cnrs.pk if where else ""}
    assert client.post(reverse("admin:accounts_accountinvitation_add"), sent).status_code == 200
    assert not AccountInvitation.objects.exists()


def test_role_that_is_withdrawn_shuts_the_administration(client: Client, administrator: User) -> None:
    assert client.get(reverse("admin:index")).status_code == 200
    administrator.role_grants.all().delete()
    assert client.get(reverse("admin:index")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "accounts/user/%00/change/",
        "accounts/user/?q=%00",
        "accounts/user/?p=x",
        "accounts/institution/?id=x",
        "accounts/user/?institution__id__exact=zz",
        "r/1/x/",
        "nothing/",
    ],
)
def test_bad_input_breaks_nothing(client: Client, platform: User, path: str) -> None:
    assert client.get(f"/administration/{path}").status_code < 500


def test_tables_of_libraries_are_not_there(client: Client, platform: User) -> None:
    page = client.get(reverse("admin:index")).content.decode()
    assert "/administration/mfa/" not in page
    assert "/administration/auth/" not in page
    assert "/administration/dsfr/" not in page
    assert "/administration/accounts/institution/" in page
