"""No administration without a second factor: the gate, and the secrets of authenticator apps, encrypted at rest."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import qrcode
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from qrcode.image.svg import SvgPathFillImage

from accounts.models import User

View = Callable[..., HttpResponseBase]
MFA_ACR = frozenset({"eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3"})


class SecondFactor(StrEnum):
    """Of somebody signed in, in this session."""

    USED = "used"
    SET = "set"  # and not used yet
    MISSING = "missing"
    UNPROVEN = "unproven"  # ProConnect said nothing of one


def second_factor(request: HttpRequest, user: User) -> SecondFactor:
    if user.source != User.Source.LOCAL:
        acr = (request.session.get("proconnect") or {}).get("acr")
        return SecondFactor.USED if acr in MFA_ACR else SecondFactor.UNPROVEN
    if not is_mfa_enabled(user):
        return SecondFactor.MISSING
    # Without `user`, allauth 65.21 answers an empty list
    records = get_authentication_records(request, user)
    return SecondFactor.USED if any(record["method"] == "mfa" for record in records) else SecondFactor.SET


def gate(request: HttpRequest) -> HttpResponse | None:
    """Where to go instead of the page; None when it may be opened."""
    here = request.get_full_path()
    if not isinstance(request.user, User):
        return redirect_to_login(here)
    factor = second_factor(request, request.user)
    if factor is SecondFactor.USED:
        return None
    if factor is SecondFactor.UNPROVEN:
        return render(request, "accounts/second_factor_unproven.html", status=403)
    if factor is SecondFactor.MISSING:
        return redirect("mfa_index")
    return redirect(f"{_where_to_prove(request.user)}?{urlencode({'next': here})}")


def _where_to_prove(user: User) -> str:
    methods = get_adapter().get_reauthentication_methods(user)
    return next(str(method["url"]) for method in methods if method["id"].startswith("mfa_"))


def require_mfa(view: View) -> View:
    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return gate(request) or view(request, *args, **kwargs)

    return gated


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The library keeps secrets of apps and seeds of recovery codes in clear."""

    def build_totp_svg(self, url: str) -> str:
        """On white, which the library leaves out: no app reads black on a dark theme."""
        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    digest = hashlib.sha256(settings.MFA_ENCRYPTION_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
