"""Roles × permissions in the administration."""

from __future__ import annotations

import pytest

from accounts import roles
from accounts.models import User
from tests.accounts.local_cast import give

pytestmark = pytest.mark.django_db
TABLE = [
    ("accounts.view_user", "platform-admin institution-admin dpo"),
    ("accounts.change_user", "platform-admin institution-admin"),
    ("accounts.add_user", ""),
    ("accounts.delete_user", ""),
    ("accounts.add_institution", "platform-admin"),
    ("accounts.change_institution", "platform-admin institution-admin"),
    ("accounts.delete_institution", ""),
    ("accounts.add_rolegrant", "platform-admin institution-admin"),
    ("accounts.change_rolegrant", ""),
    ("accounts.view_auditentry", "platform-admin dpo"),
    ("accounts.change_auditentry", ""),
    ("accounts.delete_auditentry", ""),
    ("governance.view_access", "dpo"),
    ("governance.add_access", "dpo"),
    ("governance.change_access", ""),
    ("governance.delete_access", ""),
    ("meetings.change_policy", "platform-admin institution-admin"),
    ("meetings.delete_policy", ""),
    ("meetings.view_recording", "platform-admin institution-admin dpo"),
    ("meetings.operate_recording", "platform-admin institution-admin"),
    ("meetings.change_recording", ""),
    ("meetings.view_participation", ""),
    ("meetings.view_consent", ""),
    ("meetings.operate_janusnode", "platform-admin"),
    ("meetings.view_outgoingmail", "platform-admin institution-admin"),
    ("transcripts.view_segment", ""),
    ("governance.view_monthlyfigures", "platform-admin institution-admin dpo"),
    ("governance.change_monthlyfigures", ""),
    ("governance.change_formertool", "platform-admin institution-admin"),
    ("governance.change_operatingcost", "platform-admin"),
    ("governance.view_queues", "platform-admin"),
]


@pytest.mark.parametrize("role", roles.Role.values)
@pytest.mark.parametrize(("permission", "holders"), TABLE, ids=[row[0] for row in TABLE])
def test_permission_belongs_to(claire: User, permission: str, holders: str, role: str) -> None:
    give(claire, role, None if role == "platform-admin" else claire.institution)
    assert claire.has_perm(permission) == (role in holders.split())


def test_agent_without_a_role_has_no_permission(claire: User) -> None:
    assert not claire.is_staff
    assert not claire.has_perm("accounts.view_user")
    assert not claire.has_module_perms("accounts")


def test_account_that_is_closed_has_no_permission(claire: User) -> None:
    give(claire, "platform-admin")
    claire.is_active = False
    assert not claire.is_staff
    assert not roles.is_platform_admin(claire)


def test_role_covers_what_gives_the_permission_only(claire: User, chen: User) -> None:
    """A DPO here who administers there changes people there only."""
    give(claire, "dpo", claire.institution)
    give(claire, "institution-admin", chen.institution)
    assert set(roles.institutions_where(claire, "accounts.change_user")) == {chen.institution}
    assert set(roles.institutions_where(claire, "accounts.view_user")) == {claire.institution, chen.institution}
    assert set(roles.institutions_where(claire, "accounts.view_auditentry")) == {claire.institution}
