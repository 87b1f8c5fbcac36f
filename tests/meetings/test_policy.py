from __future__ import annotations

import pytest

from meetings import policy
from meetings.errors import NotAllowed
from meetings.policy import Permission, Role

ALLOWED = {
    (Role.ORGANISER, Permission.PUBLISH),
    (Role.ORGANISER, Permission.SHARE_SCREEN),
    (Role.ORGANISER, Permission.RECORD),
    (Role.AGENT, Permission.PUBLISH),
    (Role.AGENT, Permission.SHARE_SCREEN),
    (Role.GUEST, Permission.PUBLISH),
    (Role.GUEST, Permission.SHARE_SCREEN),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_each_role_may_do_what_the_table_says_and_nothing_else(role: Role, permission: Permission) -> None:
    permissions = policy.permissions_of(role)
    if (role, permission) in ALLOWED:
        policy.require(permissions, permission)
    else:
        with pytest.raises(NotAllowed):
            policy.require(permissions, permission)
