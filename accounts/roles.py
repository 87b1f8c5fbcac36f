"""Roles that outlast a meeting: administrators of an institution or of the platform, DPOs."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Institution, RoleGrant, User

Role = RoleGrant.Role


def _may(app: str, **verbs: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{model}" for model, allowed in verbs.items() for verb in allowed)


# What each role may do in the administration, within the institutions that it covers. "operate" is what is done to
# rows whose truth is elsewhere: stop, try again, cancel, end, drain.
_READ = ("view",)
_RUN = ("view", "operate")
_WRITE = ("view", "add", "change")
_ALL = (*_WRITE, "delete")
_GIVE = ("view", "add", "delete")

_SEEN = _may(
    "meetings", room=_READ, series=_READ, meeting=_READ, recording=_READ, composition=_READ, recordingshare=_READ
) | _may("transcripts", transcription=_READ, **{"import": _READ})
_RUN_BY_ADMINISTRATORS = (
    _SEEN
    | _may("meetings", recording=_RUN, composition=_RUN, recordingshare=_RUN, outgoingmail=_RUN)
    | _may("transcripts", transcription=_RUN, notice=_RUN, reviewer=_RUN, glossaryterm=_ALL, exporttemplate=_ALL)
    | _may("governance", monthlyfigures=_READ, formertool=_ALL)
    | _may("meetings", policy=_WRITE, purpose=_WRITE, application=(*_ALL, "operate"), delivery=_RUN)
    | _may("accounts", user=("view", "change"), rolegrant=_GIVE, accountinvitation=_GIVE)
)

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.PLATFORM_ADMIN: _RUN_BY_ADMINISTRATORS
    | _may("accounts", institution=_WRITE, auditentry=_READ)
    | _may("meetings", janusnode=("view", "change", "operate"))
    | _may("transcripts", speechshare=_WRITE)
    | _may("governance", queues=_READ, operatingcost=_ALL, assumptions=("view", "change")),
    Role.INSTITUTION_ADMIN: _RUN_BY_ADMINISTRATORS | _may("accounts", institution=("view", "change")),
    Role.DPO: _SEEN
    | _may("accounts", user=_READ, auditentry=_READ)
    | _may("meetings", purpose=_WRITE, application=_READ, delivery=_READ)
    # `access`: by nobody above them
    | _may("governance", personrequest=_READ, monthlyfigures=_READ, access=("view", "add"))
    | _may("governance", legalhold=_WRITE, erasure=_READ, tombstone=_READ),
}


GIVEN_BY_INSTITUTIONS = (Role.INSTITUTION_ADMIN, Role.DPO)  # by their administrators, within their scope


def held_by(user: User | AnonymousUser) -> frozenset[str]:
    """Nothing of an account that is closed. One query."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return frozenset(user.role_grants.values_list("role", flat=True))


def permissions_of(user: User) -> frozenset[str]:
    return frozenset().union(*(PERMISSIONS[role] for role, _institution in user.held))


def is_platform_admin(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and user.is_active and user.role_grants.filter(role=Role.PLATFORM_ADMIN).exists()


def institutions_where(user: User | AnonymousUser, permission: str) -> QuerySet[Institution]:
    """Institutions over which `user` holds a role that gives `permission`."""
    return institutions_of(user, *(role for role, given in PERMISSIONS.items() if permission in given))


def institutions_of(user: User | AnonymousUser, *roles: str) -> QuerySet[Institution]:
    """Institutions over which `user` holds one of `roles`: those named in a grant, and all below them.

    A platform administrator, where that role is asked for, holds every one.
    """
    if not isinstance(user, User) or not user.is_active:
        return Institution.objects.none()
    grants = dict(RoleGrant.objects.filter(user=user, role__in=roles).values_list("institution", "role"))
    if Role.PLATFORM_ADMIN in grants.values():
        return Institution.objects.all()
    return Institution.objects.filter(pk__in=with_descendants({pk for pk in grants if pk}))


_DESCENDANTS = """
WITH RECURSIVE below AS (
    SELECT id FROM accounts_institution WHERE id = ANY(%s)
    UNION SELECT child.id FROM accounts_institution child JOIN below ON child.parent_id = below.id
) SELECT id FROM below
"""


def with_descendants(institutions: set[int]) -> set[int]:
    """In one query. A circle in the tree ends it too: UNION keeps each once."""
    if not institutions:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_DESCENDANTS, [list(institutions)])
        return {row[0] for row in cursor.fetchall()}


def holds(user: User, permission: str, institution_id: int) -> bool:
    """A role over this institution that gives `permission`: for the domain's verbs of administrators."""
    return institutions_where(user, permission).filter(pk=institution_id).exists()


def may_invite(user: User, role: str, institution: Institution | None) -> bool:
    """To hold `role` over `institution`, or as an external where `role` is empty."""
    if is_platform_admin(user):
        return True
    if institution is None or role not in ("", *GIVEN_BY_INSTITUTIONS):
        return False
    return institutions_where(user, "accounts.add_accountinvitation").filter(pk=institution.pk).exists()
