"""Roles that outlast a meeting: administrators of an institution or of the platform, DPOs."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Institution, RoleGrant, User

Role = RoleGrant.Role


def _may(app: str, **verbs: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{model}" for model, allowed in verbs.items() for verb in allowed)


# What each role may do in the administration, within the institutions that it covers.
PERMISSIONS: dict[str, frozenset[str]] = {
    Role.PLATFORM_ADMIN: _may(
        "accounts",
        institution=("view", "add", "change"),
        user=("view", "change"),
        rolegrant=("view", "add", "delete"),
        accountinvitation=("view", "add", "delete"),
        auditentry=("view",),
    )
    | _may("meetings", policy=("view", "add", "change"), janusnode=("view", "change")),
    Role.INSTITUTION_ADMIN: _may(
        "accounts",
        institution=("view", "change"),
        user=("view", "change"),
        rolegrant=("view", "add", "delete"),
        accountinvitation=("view", "add", "delete"),
    )
    | _may("meetings", policy=("view", "add", "change")),
    Role.DPO: _may("accounts", user=("view",), auditentry=("view",)),
}


GIVEN_BY_INSTITUTIONS = (Role.INSTITUTION_ADMIN, Role.DPO)  # by their administrators, within their scope


def permissions_of(user: User) -> frozenset[str]:
    held = user.role_grants.values_list("role", flat=True) if user.is_active else []
    return frozenset().union(*(PERMISSIONS[role] for role in held))


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
    grants = RoleGrant.objects.filter(user=user, role__in=roles)
    if grants.filter(role=Role.PLATFORM_ADMIN).exists():
        return Institution.objects.all()
    named = grants.filter(institution__isnull=False).values_list("institution__pk", flat=True)
    return Institution.objects.filter(pk__in=_with_descendants(set(named)))


def _with_descendants(institutions: set[int]) -> set[int]:
    """One query per level of the tree, which is a few levels deep."""
    found = frontier = institutions
    while frontier:
        children = Institution.objects.filter(parent__in=frontier).values_list("pk", flat=True)
        frontier = set(children) - found
        found = found | frontier
    return found


def may_invite(user: User, role: str, institution: Institution | None) -> bool:
    """To hold `role` over `institution`, or as an external where `role` is empty."""
    if is_platform_admin(user):
        return True
    if institution is None or role not in ("", *GIVEN_BY_INSTITUTIONS):
        return False
    return institutions_where(user, "accounts.add_accountinvitation").filter(pk=institution.pk).exists()


def has_any_role(user: User | AnonymousUser) -> bool:
    """Is there anything in the administration for this person?"""
    return isinstance(user, User) and user.is_active and user.role_grants.exists()
