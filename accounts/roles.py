"""Roles that outlast a meeting: administrators of an institution or of the platform, DPOs."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Institution, RoleGrant, User

Role = RoleGrant.Role


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


def has_any_role(user: User | AnonymousUser) -> bool:
    """Is there anything in the administration for this person?"""
    return isinstance(user, User) and user.is_active and user.role_grants.exists()
