"""Pages of figures in a browser: accessible, quiet under our content policy, whole on a telephone."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from django.test import Client
from django.urls import reverse
from playwright.async_api import async_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Institution, User
from bench.browsers.participant import Participant
from governance.figures.views import PAGES
from governance.models import Assumptions, FormerTool, OperatingCost
from tests.accounts.local_cast import give, make_local, with_second_factor
from tests.cast import make_agent
from tests.governance.figures.cast import seed_year

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 390)
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SPILLS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DRAWN = "[...document.querySelectorAll('figure img')].map((img) => img.complete && img.naturalWidth)"


@pytest.fixture
def operator(client: Client, transactional_db: None) -> User:
    """Of the platform, with two institutions, licences and costs."""
    for name, agents in (("claire", 120), ("chen", 3)):
        institution = make_agent(name).institution
        assert institution
        seed_year(institution, agents=agents)
    dinum = Institution.objects.get(label="DINUM")
    FormerTool.objects.create(institution=dinum, tool="zoom", licences=4000, agents=3500, given_up_on="2026-03-31")
    FormerTool.objects.create(institution=dinum, tool="teams", licences=900, yearly_price=80, given_up_on="2025-10-01")
    FormerTool.objects.create(institution=dinum, tool="webex", licences=600)
    OperatingCost.objects.create(year=2026, hosting=18_000, support=9_000)
    Assumptions.objects.update_or_create(pk=1, defaults={"storage_limit_gb": 120, "source": "Annonce de janvier 2026."})
    user = make_local()
    give(user, "platform-admin")
    with_second_factor(client, user)
    return user


async def test_figures_are_accessible_and_quiet(live_server: LiveServer, client: Client, operator: User) -> None:
    violations, said, spilled, drawn = {}, [], {}, {}
    async with async_playwright() as playwright:
        reader = await Participant.launch(playwright)
        await reader.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        for page, scheme, width in product(PAGES, SCHEMES, WIDTHS):
            await reader.page.set_viewport_size({"width": width, "height": 900})
            await reader.page.emulate_media(color_scheme=scheme)
            answer = await reader.page.goto(f"{live_server.url}{reverse(f'figures_{page.slug}')}")
            assert answer is not None
            assert answer.status == 200
            await reader.page.wait_for_load_state("networkidle")
            said += reader.console_errors
            here = (page.slug, scheme, width)
            spilled[here] = await reader.page.evaluate(SPILLS)
            drawn[here] = await reader.page.evaluate(DRAWN)
            violations[here] = [(found["id"], len(found["nodes"])) for found in await reader.axe()]
            reader.console_errors.clear()  # axe's own: it reads a style sheet with @import through an inline copy
            if folder := os.environ.get("SHOTS"):
                path = Path(folder) / f"{page.slug}-{scheme}-{width}.png"
                await reader.page.screenshot(path=path, full_page=True)
        await reader.close()
    assert {here: found for here, found in violations.items() if found} == {}
    assert said == []
    assert {here: pixels for here, pixels in spilled.items() if pixels > 0} == {}
    assert all(
        len(widths) == len(page.charts) for page in PAGES for here, widths in drawn.items() if here[0] == page.slug
    )
    assert all(width for widths in drawn.values() for width in widths)
