"""Where local sign-in leads back to: a page of ours, whatever the address says."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.local_cast import LOCAL, PASSWORD, make_local

pytestmark = pytest.mark.django_db
ASKED = [
    "foo",
    "foo:bar",
    "account_login",
    "?x=1",
    "//evil.example/",
    "https://evil.example/",
    "/\0",
    "/a\nb",
    "[",
    "//[",
]


@pytest.fixture(autouse=True)
def _no_limits_of_the_test_before() -> None:
    cache.clear()


@pytest.fixture
def lou(db: None) -> User:
    return make_local()


def leads_to_us(place: str) -> bool:
    return "//" not in place and "evil" not in place


@pytest.mark.parametrize("asked", ASKED)
def test_sign_in_breaks_on_no_way_back(client: Client, lou: User, asked: str) -> None:
    sign_in = {"login": lou.email, "password": PASSWORD, "next": asked}
    assert client.get(reverse("login"), {"next": asked}).status_code == 200
    assert client.get(reverse("account_login"), {"next": asked}).status_code == 200
    answer = client.post(reverse("account_login"), sign_in)
    assert (answer.status_code, leads_to_us(answer["Location"])) == (302, True)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("page", ["account_login", "account_reauthenticate", "account_logout", "set_language"])
def test_no_page_breaks_on_a_way_back(client: Client, lou: User, page: str, asked: str) -> None:
    client.force_login(lou, backend=LOCAL)
    sent = {"password": PASSWORD, "next": asked, "language": "fr"}
    assert client.get(reverse(page), {"next": asked}).status_code < 500
    answer = client.post(reverse(page), sent)
    assert answer.status_code < 500
    assert leads_to_us(answer.headers.get("Location", ""))
