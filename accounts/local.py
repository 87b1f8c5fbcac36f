"""Local accounts on django-allauth: administrators and invited externals. An agent has no way in but ProConnect."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import admissions, audit
from accounts.models import User

# Of the library's pages, those which are for agents as well.
FOR_EVERYBODY = {"usersessions_list", "account_invitation"}
LIBRARY = ("account_", "mfa_", "usersessions_")


class LocalBackend(AuthenticationBackend):  # type: ignore[misc]
    def _check_password(self, user: User | None, password: str) -> User | None:
        """The library finds users by e-mail, and an agent may have the same one: theirs is not even looked at."""
        if user is None or user.source != User.Source.LOCAL:
            return None
        found: User | None = super()._check_password(user, password)
        return found

    def user_can_authenticate(self, user: User) -> bool:
        return bool(super().user_can_authenticate(user)) and user.source == User.Source.LOCAL


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return admissions.in_session(request) is not None

    def new_user(self, request: HttpRequest) -> User:
        return User(source=User.Source.LOCAL, realm="")

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """Raises ImmediateHttpResponse when the invitation was used meanwhile."""
        invitation = admissions.in_session(request)
        user.given_name, user.usual_name = form.cleaned_data["given_name"], form.cleaned_data["usual_name"]
        super().save_user(request, user, form, commit=False)
        if invitation is None or not admissions.accept(invitation, user=user):
            raise ImmediateHttpResponse(redirect("account_signup"))
        return user

    def set_password(self, user: User, password: str) -> None:
        if user.source != User.Source.LOCAL:
            raise PermissionDenied
        super().set_password(user, password)

    def can_delete_email(self, email_address: object) -> bool:
        return False  # the address is the one that was invited

    def is_safe_url(self, url: str) -> bool:
        """From the root of this site. What the library takes further it also parses without a net: "//[" breaks it."""
        return url.startswith("/") and not url.startswith("//") and bool(super().is_safe_url(url))

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        audit.record("account.signed-in", actor=user, target=user, source=user.source)


class LocalPagesOnly:
    """Keeps agents out of the library's pages: passwords, factors, addresses. Their sessions they may see."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> HttpResponse | None:
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if not name.startswith(LIBRARY) or name in FOR_EVERYBODY:
            return None
        if not isinstance(request.user, User) or request.user.source == User.Source.LOCAL:
            return None
        return render(request, "accounts/managed_by_proconnect.html", status=HTTPStatus.FORBIDDEN)
