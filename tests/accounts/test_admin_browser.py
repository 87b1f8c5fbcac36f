"""The administration in a browser: accessible, and quiet under our content policy."""

from __future__ import annotations

from itertools import product
from typing import Literal

import pytest
from django.test import Client
from django.urls import reverse
from playwright.async_api import async_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bench.browsers.participant import Participant
from meetings.models import Policy
from tests.accounts.local_cast import PROCONNECT, give, with_second_factor
from tests.cast import make_agent

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def administrator(client: Client, transactional_db: None) -> User:
    """Claire administers DINUM, which has a policy, and Bilal is its DPO."""
    claire = make_agent("claire")
    assert claire.institution
    give(claire, "institution-admin", claire.institution)
    give(make_agent("bilal"), "dpo", claire.institution)
    Policy.objects.create(institution=claire.institution, recording="never", guests=False)
    elsewhere = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + "Elsewhere/1 " * 10})
    elsewhere.force_login(claire, backend=PROCONNECT)
    elsewhere.get(reverse("usersessions_list"))
    with_second_factor(client, claire)
    return claire


@pytest.fixture
def pages(administrator: User) -> list[str]:
    grant, policy = administrator.role_grants.get(), Policy.objects.get()
    return [
        reverse("admin:index"),
        reverse("admin:meetings_policy_changelist"),
        reverse("admin:meetings_policy_add"),
        reverse("admin:meetings_policy_change", args=[policy.pk]),
        reverse("admin:accounts_rolegrant_changelist"),
        reverse("admin:accounts_rolegrant_add"),
        reverse("admin:accounts_rolegrant_change", args=[grant.pk]),
        reverse("usersessions_list"),
    ]


async def test_administration_is_accessible_and_quiet(
    live_server: LiveServer, client: Client, pages: list[str]
) -> None:
    violations, said = {}, []
    async with async_playwright() as playwright:
        claire = await Participant.launch(playwright)
        await claire.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        for page, scheme in product(pages, SCHEMES):
            await claire.page.emulate_media(color_scheme=scheme)
            answer = await claire.page.goto(f"{live_server.url}{page}")
            assert answer is not None
            assert answer.status == 200
            said += claire.console_errors
            violations[page, scheme] = [(found["id"], len(found["nodes"])) for found in await claire.axe()]
            claire.console_errors.clear()  # axe's own: it reads a style sheet with @import through an inline copy
        await claire.close()
    assert {page: found for page, found in violations.items() if found} == {}
    assert said == []
