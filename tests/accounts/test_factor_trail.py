"""Second factors that come and go leave a trace, and none of their secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from tests.accounts.local_cast import LOCAL, PASSWORD, make_local, set_totp, totp_code

pytestmark = pytest.mark.django_db(transaction=True)  # the library tells on commit


@pytest.fixture(autouse=True)
def _no_limits_of_the_test_before() -> None:
    cache.clear()


@pytest.fixture
def lou(client: Client, transactional_db: None) -> User:
    """Signed in, by a password that was just typed."""
    user = make_local()
    client.force_login(user, backend=LOCAL)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return user


def trail(user: User) -> list[tuple[str, Any]]:
    entries = AuditEntry.objects.filter(target_id=user.pk, actor=user).order_by("pk")
    return [(entry.verb, entry.details) for entry in entries if "factor" in entry.verb or "codes" in entry.verb]


def add_app(client: Client) -> str:
    """Its secret."""
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)}).status_code == 302
    return str(secret)


def test_app_is_added_and_with_it_codes(client: Client, lou: User) -> None:
    secret = add_app(client)
    added = "account.second-factor-added"
    assert sorted(trail(lou), key=str) == [(added, {"kind": "recovery_codes"}), (added, {"kind": "totp"})]
    assert secret not in written()


def test_app_is_removed_and_with_it_codes(client: Client, lou: User) -> None:
    add_app(client)
    before = len(trail(lou))
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    removed = "account.second-factor-removed"
    assert trail(lou)[before:] == [(removed, {"kind": "totp"}), (removed, {"kind": "recovery_codes"})]
    assert not Authenticator.objects.exists()


def test_codes_are_renewed(client: Client, lou: User) -> None:
    set_totp(lou)
    assert client.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    assert trail(lou) == [("account.recovery-codes-renewed", {"kind": "recovery_codes"})]
    codes = Authenticator.objects.get(user=lou, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) > 5
    assert not any(code in written() for code in codes)


def test_key_is_removed_without_its_name(client: Client, lou: User) -> None:
    set_totp(lou)
    data = {"name": "Clé de Lou", "credential": {"id": "secret-credential"}}
    key = Authenticator.objects.create(user=lou, type="webauthn", data=data)
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 302
    assert trail(lou) == [("account.second-factor-removed", {"kind": "webauthn"})]
    assert "Lou" not in written()
    assert "secret-credential" not in written()


def written() -> str:
    return json.dumps([entry.details for entry in AuditEntry.objects.all()], ensure_ascii=False)


def test_refused_code_adds_nothing(client: Client, lou: User) -> None:
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert trail(lou) == []
