"""Local accounts and administrators of the tests, and the ways in which they sign in."""

from __future__ import annotations

import re
import time
import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from accounts.models import Institution, RoleGrant, User
from tests.addresses import Address

PASSWORD = "une phrase de passe assez longue"
PROCONNECT, LOCAL = "accounts.oidc.ProConnectBackend", "accounts.local.LocalBackend"


def make_local(email: str = "admin@visio.example", *, institution: Institution | None = None) -> User:
    user = User(source="local", realm="", email=email, given_name="Lou", usual_name="Admin", institution=institution)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def give(user: User, role: str, institution: Institution | None = None) -> RoleGrant:
    return RoleGrant.objects.create(user=user, role=role, institution=institution)


def set_totp(user: User) -> str:
    """The secret."""
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def set_recovery_codes(user: User) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def totp_code(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code: str = totp.format_hotp_value(totp.hotp_value(secret, counter))
    return code


def sign_in_locally(client: Client, user: User) -> str:
    """By password; where that led."""
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return str(answer.headers.get("Location", ""))


def with_second_factor(client: Client, user: User) -> None:
    """Signed in, as if the second factor had just been used."""
    if user.source == User.Source.LOCAL:
        Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {"secret": "x"}})
        client.force_login(user, backend=LOCAL)
        record = {"method": "mfa", "type": "totp", "at": time.time()}
    else:
        client.force_login(user, backend=PROCONNECT)
        record = {}
    session = client.session
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(user.pk)
    session["proconnect"] = {"acr": "eidas1-mfa"}
    session.save()


ANY = {"uuid": uuid.UUID(int=1), "int": 1, "path": str(uuid.UUID(int=1))}


def place_of(address: Address, arguments: dict[str, object]) -> str:
    """With the arguments of the routes above it too; those that are not given are nothing's."""
    asked = re.findall(r"<(?:(\w+):)?(\w+)>", address.route)
    return reverse(address.name, kwargs={name: arguments.get(name, ANY.get(kind, "x")) for kind, name in asked})
