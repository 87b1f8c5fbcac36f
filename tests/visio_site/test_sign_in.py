"""Visio signs people in with the identity provider of development: both for real, over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import providers
from accounts.models import Institution, User
from accounts.providers import Provider
from tests.visio_site.browser import TIMEOUT_S, come_back, follow
from tests.visio_site.running import Running

pytestmark = pytest.mark.django_db
CLAIRE, CHEN, PAUL, SOPHIE, LEA, EVE = "u1001", "u2001", "u5001", "u4001", "u9001", "x0001"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser, which has one side at Visio and one at the provider."""

    visio: Client
    elsewhere: requests.Session
    callback: str

    def leave_for_provider(self, **query: str) -> requests.Response:
        address = self.visio.get(reverse("oidc_authentication_init"), query)["Location"]
        return self.elsewhere.get(address, allow_redirects=False, timeout=TIMEOUT_S)

    def sign_in(self, uid: str | None) -> Any:
        answer = self.leave_for_provider()
        page = self.elsewhere.get(answer.next.url, timeout=TIMEOUT_S) if answer.next and answer.next.url else answer
        return self.visio.get(self.callback, come_back(self.elsewhere, page, self.callback, uid))

    def sign_in_again(self, **query: str) -> Any:
        """Without being asked anything."""
        return self.visio.get(self.callback, follow(self.elsewhere, self.leave_for_provider(**query), self.callback))

    def refusal(self, answer: Any) -> str:
        assert answer["Location"] == reverse("login_refused")
        return str(self.visio.get(answer["Location"]).context["code"])

    @property
    def user(self) -> User:
        return User.objects.get(pk=self.visio.session["_auth_user_id"])


@pytest.fixture
def real(site: Running, settings: Any) -> Provider:
    issuer = site.env["OIDC_OP_ISSUER"]
    former = providers.default()
    provider = replace(
        former,
        client_id=site.env["OIDC_RP_CLIENT_ID"],
        client_secret=Path(site.env["OIDC_RP_CLIENT_SECRET_FILE"]).read_text().strip(),
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        userinfo_endpoint=f"{issuer}/userinfo",
        jwks_endpoint=f"{issuer}/jwks",
        logout_endpoint=f"{issuer}/session/end",
    )
    settings.OIDC_PROVIDERS = (provider,)
    settings.ALLOWED_HOSTS = ["localhost"]
    cache.clear()
    return provider


@pytest.fixture
def visitor(real: Provider, site: Running) -> Visitor:
    return arrive(site)


def arrive(site: Running) -> Visitor:
    host = urlsplit(site.layout.public_url).netloc
    return Visitor(Client(headers={"host": host}), requests.Session(), f"{site.layout.public_url}/oidc/callback/")


def test_claire_signs_in_with_two_factors(visitor: Visitor) -> None:
    assert visitor.sign_in(CLAIRE)["Location"] == reverse("meetings")
    user = visitor.user
    assert (user.get_full_name(), user.email) == ("Claire Fontaine", "claire.fontaine@dinum.example")
    assert user.institution is not None
    assert (user.institution.siret, user.institution.label) == ("13002526500013", "DINUM")
    opened = visitor.visio.session["proconnect"]
    assert (opened["acr"], opened["amr"], opened["idp_id"]) == ("eidas1-mfa", ["pwd", "otp", "mfa"], "fi-dinum")


@pytest.mark.parametrize(("uid", "label", "acr"), [(CHEN, "CNRS", "eidas2"), (PAUL, "Ministère des Armées", "eidas3")])
def test_agents_of_other_institutions_sign_in_as_such(visitor: Visitor, uid: str, label: str, acr: str) -> None:
    visitor.sign_in(uid)
    assert (str(visitor.user.institution), visitor.visio.session["proconnect"]["acr"]) == (label, acr)


def test_private_sector_is_known_by_having_no_role(visitor: Visitor) -> None:
    visitor.sign_in(LEA)
    assert visitor.user.roles == []


def test_who_cancels_is_told_so(visitor: Visitor) -> None:
    assert visitor.refusal(visitor.sign_in(None)) == "refused-by-provider"
    assert not User.objects.exists()


def test_who_has_one_factor_is_refused(visitor: Visitor) -> None:
    assert visitor.refusal(visitor.sign_in(SOPHIE)) == "refused-by-provider"
    assert not User.objects.exists()


def test_institution_that_is_closed_keeps_its_agents_out(visitor: Visitor, settings: Any) -> None:
    settings.NEW_INSTITUTIONS_OPEN = False
    assert visitor.refusal(visitor.sign_in(CHEN)) == "institution-closed"
    assert not Institution.objects.get(siret="18008901303720").is_open


def test_same_address_from_another_provider_is_another_account(visitor: Visitor, site: Running) -> None:
    visitor.sign_in(CLAIRE)
    eve = arrive(site)
    eve.sign_in(EVE)
    assert eve.user.email == visitor.user.email
    assert eve.user != visitor.user


def test_second_sign_in_asks_nothing_and_a_silent_one_too(visitor: Visitor) -> None:
    visitor.sign_in(CLAIRE)
    for query in ({}, {"silent": "1"}):
        visitor.visio.logout()
        assert visitor.sign_in_again(**query, next="/preferences/")["Location"] == "/preferences/"
        assert visitor.user.given_name == "Claire"


def test_silent_attempt_of_a_stranger_comes_back_quietly(visitor: Visitor) -> None:
    assert visitor.sign_in_again(silent="1", next="/preferences/")["Location"] == "/preferences/"
    assert "_auth_user_id" not in visitor.visio.session


def test_signing_out_ends_the_session_of_the_provider_too(visitor: Visitor) -> None:
    visitor.sign_in(CLAIRE)
    address = visitor.visio.post(reverse("logout"))["Location"]
    page = visitor.elsewhere.get(address, timeout=TIMEOUT_S)
    assert page.status_code == 200
    [xsrf] = [part.split('"')[0] for part in page.text.split('name="xsrf" value="')[1:]]
    confirmed = visitor.elsewhere.post(
        f"{address.split('?')[0]}/confirm", data={"xsrf": xsrf, "logout": "yes"}, allow_redirects=False, timeout=10
    )
    back = urlsplit(confirmed.headers["location"])
    answer = visitor.visio.get(f"{back.path}?{back.query}", follow=True)
    assert len(list(answer.context["messages"])) == 1
    assert visitor.sign_in_again(silent="1")["Location"] == reverse("home")


def test_provider_of_development_is_as_configured(real: Provider) -> None:
    out = StringIO()
    call_command("check_oidc", stdout=out)
    assert "DIFF" not in out.getvalue()


def test_other_issuer_is_a_difference(real: Provider, settings: Any) -> None:
    settings.OIDC_PROVIDERS = (replace(real, token_endpoint=f"{real.issuer}/jeton", sign_algo="ES256"),)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_oidc", stdout=out)
    assert "DIFF token_endpoint" in out.getvalue()
    assert "DIFF signing key" in out.getvalue()
