"""Who may do what in a meeting. Pure: no database, no network, no clock."""

from __future__ import annotations

from enum import StrEnum

from meetings.errors import NotAllowed


class Role(StrEnum):
    ORGANISER = "organiser"
    AGENT = "agent"
    GUEST = "guest"


class MeetingType(StrEnum):
    ORDINARY = "ordinary"
    PERSONNEL = "personnel"  # personnel, union or medical matters: never a trace
    SENSITIVE = "sensitive"  # no guests, no trace


class Creators(StrEnum):
    """Who may create meetings, from nobody to everybody."""

    NOBODY = "nobody"
    PUBLIC_AGENTS = "agents"  # those whose `roles` claim says so
    EVERYBODY = "everybody"  # the institution's contractors too


class Lobby(StrEnum):
    """Who waits to be let in, from nobody to everybody."""

    NOBODY = "nobody"
    GUESTS = "guests"
    OUTSIDERS = "outsiders"  # guests and other institutions
    EVERYBODY = "everybody"


class Access(StrEnum):
    """To a trace, from the strictest."""

    NEVER = "never"
    ON_REQUEST = "on-request"  # organisers, one meeting at a time
    ALLOWED = "allowed"


class Assurance(StrEnum):
    """How strongly somebody must have signed in (`acr`), from the weakest."""

    ANY = "any"
    MFA = "mfa"
    SUBSTANTIAL = "eidas2"
    HIGH = "eidas3"


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
