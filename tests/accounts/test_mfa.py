"""Who × which factor × which page: nothing of the administration without a second factor used in this session."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.mfa import MFA_ACR
from accounts.models import User
from tests.accounts.local_cast import (
    LOCAL,
    PASSWORD,
    PROCONNECT,
    give,
    make_local,
    place_of,
    set_recovery_codes,
    set_totp,
    sign_in_locally,
    totp_code,
)
from tests.addresses import Address, every_address
from tests.cast import make_agent

pytestmark = pytest.mark.django_db
ADMIN = "/administration/"


@pytest.fixture(autouse=True)
def _no_limits_of_the_test_before() -> None:
    cache.clear()


def administration() -> list[Address]:
    return [address for address in every_address() if address.name.startswith("admin:") and address.name != "admin:"]


def nobody(client: Client) -> None:
    pass


def agent(client: Client) -> None:
    client.force_login(make_agent("claire"), backend=PROCONNECT)
    _say(client, "eidas2")


def agent_with_role(client: Client, acr: str | None) -> None:
    user = make_agent("claire")
    give(user, "platform-admin")
    client.force_login(user, backend=PROCONNECT)
    _say(client, acr)


def _say(client: Client, acr: str | None) -> None:
    session = client.session
    session["proconnect"] = {"acr": acr} if acr else None
    session.save()


def local_administrator() -> User:
    user = make_local()
    give(user, "platform-admin")
    return user


def local_without_factor(client: Client) -> None:
    sign_in_locally(client, local_administrator())


def local_between_password_and_code(client: Client) -> None:
    user = local_administrator()
    set_totp(user)
    sign_in_locally(client, user)


def local_with_factor_of_another_session(client: Client) -> None:
    user = local_administrator()
    sign_in_locally(client, user)
    set_totp(user)


def local_with_factor_used(client: Client) -> None:
    user = local_administrator()
    secret = set_totp(user)
    sign_in_locally(client, user)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})


def external(client: Client) -> None:
    user = make_local("ext@example.org")
    secret = set_totp(user)
    sign_in_locally(client, user)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})


REFUSED: list[tuple[str, Callable[[Client], None], int, str]] = [
    ("nobody", nobody, 302, "login"),
    ("agent without a role", agent, 404, ""),
    ("agent, one factor", lambda client: agent_with_role(client, "eidas1"), 403, ""),
    ("agent, unknown level", lambda client: agent_with_role(client, "eidas9-mfa"), 403, ""),
    ("agent, no level", lambda client: agent_with_role(client, None), 403, ""),
    ("external", external, 404, ""),
    ("local, no factor", local_without_factor, 302, "mfa_index"),
    ("local, half signed in", local_between_password_and_code, 302, "login"),
    ("local, factor not used", local_with_factor_of_another_session, 302, "mfa_reauthenticate"),
]


@pytest.mark.parametrize(("who", "enter", "status", "where"), REFUSED, ids=[row[0] for row in REFUSED])
def test_every_page_of_the_administration_is_refused_to(
    client: Client, who: str, enter: Callable[[Client], None], status: int, where: str
) -> None:
    enter(client)
    arguments: dict[str, object] = {"app_label": "accounts", "object_id": str(uuid.UUID(int=1))}
    for address in administration():
        if address.name in {"admin:login", "admin:logout"}:  # ours, without anything to see: tested below
            continue
        place = place_of(address, arguments)
        for verb in ("get", "post"):
            answer = getattr(client, verb)(place)
            seen = (address.name, verb, answer.status_code, urlsplit(answer.headers.get("Location", "")).path)
            assert seen == (address.name, verb, status, reverse(where) if where else "")


def test_there_are_pages_to_refuse() -> None:
    assert len(administration()) > 30


@pytest.mark.parametrize("acr", sorted(MFA_ACR))
def test_agent_with_two_factors_enters(client: Client, acr: str) -> None:
    agent_with_role(client, acr)
    assert client.get(ADMIN).status_code == 200


def test_local_administrator_with_factor_enters(client: Client) -> None:
    local_with_factor_used(client)
    assert client.get(ADMIN).status_code == 200
    for address in administration():
        if not address.arguments and "<" not in address.route:
            assert client.get(reverse(address.name)).status_code < 500


def test_refused_agent_reads_why(client: Client) -> None:
    agent_with_role(client, "eidas1")
    assert "IT service" in client.get(ADMIN, headers={"accept-language": "en"}).content.decode()


def test_login_of_the_administration_is_ours(client: Client) -> None:
    assert client.get(reverse("admin:login"))["Location"] == ADMIN
    client.post(reverse("admin:login"), {"username": "x", "password": "y"})
    assert "_auth_user_id" not in client.session


def test_logout_of_the_administration_is_ours(client: Client) -> None:
    local_with_factor_used(client)
    assert client.post(reverse("admin:logout"))["Location"] == reverse("home")
    assert "_auth_user_id" not in client.session


def test_factor_not_used_yet_is_asked_and_leads_back(client: Client) -> None:
    user = local_administrator()
    sign_in_locally(client, user)
    secret = set_totp(user)
    wanted = reverse("admin:accounts_user_changelist") + "?q=a"
    ask = client.get(wanted)["Location"]
    assert parse_qs(urlsplit(ask).query)["next"] == [wanted]
    assert client.get(ask).status_code == 200
    answer = client.post(ask, {"code": totp_code(secret), "next": wanted})
    assert answer["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_password_alone_signs_nobody_in_who_has_a_factor(client: Client) -> None:
    local_between_password_and_code(client)
    assert "_auth_user_id" not in client.session


def test_code_of_an_app_is_accepted_once() -> None:
    user = local_administrator()
    code = totp_code(set_totp(user))
    entered = []
    for browser in (Client(), Client()):
        sign_in_locally(browser, user)
        browser.post(reverse("mfa_authenticate"), {"code": code})
        entered.append("_auth_user_id" in browser.session)
    assert entered == [True, False]


def test_recovery_code_is_accepted_once() -> None:
    user = local_administrator()
    set_totp(user)
    code, other = set_recovery_codes(user)[:2]
    entered = []
    for given in (code, code, other):
        browser = Client()
        sign_in_locally(browser, user)
        browser.post(reverse("mfa_authenticate"), {"code": given})
        entered.append(browser.get(ADMIN).status_code)
    assert entered == [200, 302, 200]


def test_wrong_code_is_refused(client: Client) -> None:
    local_between_password_and_code(client)
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_secrets_are_unreadable_in_the_database() -> None:
    user = local_administrator()
    secret = set_totp(user)
    codes = set_recovery_codes(user)
    rows = {row.type: row.data for row in Authenticator.objects.filter(user=user)}
    assert secret not in str(rows)
    assert rows["totp"]["secret"].startswith("gAAAA")
    assert rows["recovery_codes"]["seed"].startswith("gAAAA")
    assert not any(code in str(rows) for code in codes)


def test_administrator_sets_up_an_app_and_enters(client: Client) -> None:
    """From the first sign-in to the administration, by the pages alone."""
    user = local_administrator()
    sign_in_locally(client, user)
    ask = client.get(reverse("mfa_activate_totp"))["Location"]
    client.post(ask, {"password": PASSWORD, "next": reverse("mfa_activate_totp")})
    page = client.get(reverse("mfa_activate_totp"))
    assert "data:image/svg+xml" in page.content.decode()
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    assert answer.status_code == 302
    assert Authenticator.objects.filter(user=user).count() == 2  # the codes for when the app is lost
    ask = client.get(ADMIN)["Location"]
    assert ask.startswith(reverse("mfa_reauthenticate"))
    assert client.post(ask, {"code": totp_code(secret), "next": ADMIN})["Location"] == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_factors_of_an_earlier_person_do_not_count(client: Client) -> None:
    local_with_factor_used(client)
    other = make_local("autre@visio.example")
    give(other, "platform-admin")
    set_totp(other)
    client.force_login(other, backend=LOCAL)
    assert client.get(ADMIN)["Location"].startswith(reverse("mfa_reauthenticate"))
