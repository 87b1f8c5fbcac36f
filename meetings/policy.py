"""Who may do what in a meeting. Pure: no database, no network, no clock."""

from __future__ import annotations

from enum import StrEnum

from meetings.errors import NotAllowed


class Role(StrEnum):
    ORGANISER = "organiser"
    AGENT = "agent"
    GUEST = "guest"


class Permission(StrEnum):
    PUBLISH = "publish"
    SHARE_SCREEN = "share-screen"
    RECORD = "record"


GRANTED: dict[Role, frozenset[Permission]] = {
    Role.ORGANISER: frozenset(Permission),
    Role.AGENT: frozenset({Permission.PUBLISH, Permission.SHARE_SCREEN}),
    Role.GUEST: frozenset({Permission.PUBLISH, Permission.SHARE_SCREEN}),
}


def permissions_of(role: Role) -> frozenset[Permission]:
    return GRANTED[role]


def require(permissions: frozenset[Permission], needed: Permission) -> None:
    """Raises NotAllowed."""
    if needed not in permissions:
        raise NotAllowed(needed)
