"""The identity provider of development keeps ProConnect's contract: over HTTP, as Visio and a browser use it."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from tests.visio_site.browser import TIMEOUT_S, come_back
from tests.visio_site.running import Running
from visio_site.commands import WELCOME

LEVELS = ["eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3"]
CLAIMS = json.dumps({"id_token": {"acr": {"essential": True, "values": LEVELS}, "amr": None}})
SCOPE = "openid given_name usual_name email uid siret idp_id roles organization_label"


@dataclass(frozen=True, slots=True)
class Provider:
    issuer: str
    callback: str
    client_id: str
    secret: str

    def authorize(self, browser: requests.Session, **more: str) -> requests.Response:
        parameters = {
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "response_type": "code",
            "scope": SCOPE,
            "state": secrets.token_hex(32),
            "nonce": secrets.token_hex(32),
            "claims": CLAIMS,
        }
        return browser.get(f"{self.issuer}/authorize", params=parameters | more, timeout=TIMEOUT_S)

    def sign_in(self, uid: str) -> dict[str, str]:
        """Choose the agent; what the callback of Visio would be called with."""
        browser = requests.Session()
        page = self.authorize(browser)
        return come_back(browser, page, self.callback, uid)

    def tokens(self, code: str) -> dict[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.callback}
        form |= {"client_id": self.client_id, "client_secret": self.secret}
        answer: dict[str, Any] = requests.post(f"{self.issuer}/token", data=form, timeout=TIMEOUT_S).json()
        return answer

    def read(self, token: str) -> dict[str, Any]:
        key = jwt.PyJWKClient(f"{self.issuer}/jwks").get_signing_key_from_jwt(token)
        return jwt.decode(token, key, algorithms=["RS256"], audience=self.client_id, issuer=self.issuer)


@pytest.fixture(scope="module")
def provider(site: Running) -> Provider:
    return Provider(
        issuer=site.env["OIDC_OP_ISSUER"],
        callback=f"{site.layout.public_url}/oidc/callback/",
        client_id=site.env["OIDC_RP_CLIENT_ID"],
        secret=Path(site.env["OIDC_RP_CLIENT_SECRET_FILE"]).read_text(),
    )


def claims_of(provider: Provider, uid: str) -> dict[str, Any]:
    token = provider.tokens(provider.sign_in(uid)["code"])["access_token"]
    answer = requests.get(
        f"{provider.issuer}/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S
    )
    assert answer.headers["content-type"].startswith("application/jwt")
    return provider.read(answer.text)


def test_claire_signs_in_and_userinfo_is_a_signed_token(provider: Provider) -> None:
    claims = claims_of(provider, "u1001")
    assert (claims["given_name"], claims["usual_name"]) == ("Claire", "Fontaine")
    assert (claims["siret"], claims["organization_label"]) == ("13002526500013", "DINUM")


def test_agents_that_the_welcome_names_are_there_to_be_chosen(provider: Provider) -> None:
    page = provider.authorize(requests.Session()).text
    names = re.findall("[A-Z][a-z]+ [A-Z][a-z]+", WELCOME[1])
    assert len(names) == 4
    assert all(f"<strong>{name}</strong>" in page for name in names)


def test_id_token_tells_the_level_of_the_session(provider: Provider) -> None:
    token = provider.read(provider.tokens(provider.sign_in("u2001")["code"])["id_token"])
    assert (token["acr"], token["amr"]) == ("eidas2", ["pwd", "otp", "mfa"])


def test_agent_without_second_factor_is_refused_where_one_is_essential(provider: Provider) -> None:
    answer = provider.sign_in("u4001")
    assert (answer["error"], answer["error_description"]) == ("access_denied", "requested ACRs could not be satisfied")


def test_same_address_at_another_identity_provider_is_another_subject(provider: Provider) -> None:
    claire, eve = claims_of(provider, "u1001"), claims_of(provider, "x0001")
    assert claire["email"] == eve["email"]
    assert claire["sub"] != eve["sub"]


@pytest.mark.parametrize("more", [{"ui_locales": "fr"}, {"state": "short"}, {"nonce": "short"}])
def test_authorize_refuses_what_proconnect_refuses(more: dict[str, str], provider: Provider) -> None:
    answer = provider.authorize(requests.Session(), **more)
    assert (answer.status_code, answer.text.partition(":")[0]) == (400, "Y000400")


def test_people_are_sent_back_to_visio_only(provider: Provider) -> None:
    answer = provider.authorize(requests.Session(), redirect_uri="http://localhost:1/oidc/callback/")
    assert answer.status_code == 400


def test_wrong_client_secret_gets_no_token(provider: Provider) -> None:
    stranger = Provider(provider.issuer, provider.callback, provider.client_id, "guessed")
    assert stranger.tokens(provider.sign_in("u1001")["code"])["error"] == "invalid_client"
