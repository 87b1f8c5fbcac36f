"""Who comes into the data protection officer's workbench: officers, with a second factor, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts import roles
from accounts.mfa import require_mfa
from accounts.models import Institution, RoleGrant, User

View = Callable[..., HttpResponseBase]


def institutions_of_officer(user: User | AnonymousUser) -> QuerySet[Institution]:
    """Those whose officer `user` is, and those below. Being an administrator gives none."""
    return roles.institutions_of(user, RoleGrant.Role.DPO)


def is_officer(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and user.is_active and user.role_grants.filter(role=RoleGrant.Role.DPO).exists()


def officer_page(view: View) -> View:
    """As the administration: strangers sign in, others find nothing, officers prove a second factor."""
    inner = never_cache(require_mfa(view))

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not is_officer(request.user):
            raise Http404
        return inner(request, *args, **kwargs)

    return guarded


def officer_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- the door let nobody else in
    return request.user
