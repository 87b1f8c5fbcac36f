"""The library's forms, for local accounts only, in our markup's words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as library
from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import admissions
from accounts.models import User


class SignupForm(library.SignupForm):  # type: ignore[misc]
    given_name = forms.CharField(label=_("First name"), max_length=150)
    usual_name = forms.CharField(label=_("Last name"), max_length=150)
    field_order = ["email", "given_name", "usual_name", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        invitation = admissions.in_session(context.request)
        self.fields["email"].initial = invitation.email if invitation else ""
        self.fields["email"].disabled = True  # the address that was invited, whatever is posted

    def validate_unique_email(self, value: str) -> str:
        return value  # an agent may have the same one; of local accounts, the invitation made sure


class ResetPasswordForm(library.ResetPasswordForm):  # type: ignore[misc]
    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.source == User.Source.LOCAL]
        return email


class UserTokenForm(library.UserTokenForm):  # type: ignore[misc]
    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user and user.source == User.Source.LOCAL else None
