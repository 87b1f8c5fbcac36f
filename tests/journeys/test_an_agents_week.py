"""An agent plans a meeting; the mail leaves; somebody without an account answers and comes in by their own link."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
import requests
from django.utils import timezone
from playwright.async_api import async_playwright

from bench.browsers.participant import Participant
from tests.journeys.product import eventually, query

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

CLAIRE = "claire.fontaine@dinum.example"
GUEST = "paule.exterieure@example.org"
PAGES = [
    "/reunions/",
    "/reunions/?onglet=a-venir",
    "/reunions/?onglet=passees",
    "/reunions/?onglet=salles",
    "/reunions/planifier/",
    "/reunions/que-permet/?meeting_type=sensitive",
    "/reunions/agenda/",
    "/preferences/",
]


@pytest_asyncio.fixture(loop_scope="session")
async def people() -> AsyncIterator[tuple[Participant, Participant]]:
    if "VISIO_MAILBOX_URL" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    async with async_playwright() as playwright:
        claire, guest = [await Participant.launch(playwright) for _ in range(2)]
        await claire.sign_in(os.environ["PUBLIC_URL"], CLAIRE)
        yield claire, guest
        for person in (claire, guest):
            await person.close()


def mails() -> list[dict[str, Any]]:
    """Those that reached the guest."""
    found = requests.get(f"{os.environ['VISIO_MAILBOX_URL']}/messages.json", timeout=5).json()
    return [mail for mail in found if GUEST in mail["recipients"]]


async def plan(claire: Participant, title: str) -> None:
    page = claire.page
    await page.goto(f"{os.environ['PUBLIC_URL']}/reunions/planifier/")
    await page.fill('[name="title"]', title)
    await page.fill('[name="date"]', (timezone.now().date() + timedelta(days=7)).isoformat())
    await page.fill('[name="time"]', "09:30")
    await page.fill('[name="required_people"]', GUEST)
    await page.locator('main form [type="submit"], main form button:not([name])').last.click()
    await page.wait_for_url(re.compile(r"/reunions/planifiees/[0-9a-f-]{36}/$"))


async def test_planned_meeting_reaches_somebody_by_mail_who_answers_and_comes_in_as_invited(
    people: tuple[Participant, Participant],
) -> None:
    claire, guest = people
    await plan(claire, "Revue de la semaine")
    violations = {"planned": await claire.axe()}
    [mail] = await eventually(mails, within_s=40)
    links = re.findall(rf"{re.escape(os.environ['PUBLIC_URL'])}/[^\s?]+", mail["text"])
    answer = next(link for link in links if "/invitation/" in link)
    join = next(link for link in links if "/i/" in link)

    await guest.page.goto(f"{answer}?answer=accepted")
    violations["answer"] = await guest.axe()
    assert query("SELECT answer FROM meetings_invitation WHERE email = %s", GUEST) == [{"answer": "needs-action"}]
    await guest.page.locator('main button[name="answer"][value="accepted"]').first.click()
    await eventually(lambda: _answer() == "accepted", within_s=10)

    await guest.open_room(join)
    await guest.join("Paule Extérieure")
    [row] = query("SELECT assurance, role FROM meetings_participation WHERE display_name = %s", "Paule Extérieure")
    assert row == {"assurance": "invited", "role": "guest"}
    await guest.page.wait_for_selector('[data-list=people] [data-assurance="invited"]', state="attached")
    await guest.leave()
    assert {page: found for page, found in violations.items() if found} == {}
    assert [*claire.console_errors, *guest.console_errors] == []


def _answer() -> str:
    return str(query("SELECT answer FROM meetings_invitation WHERE email = %s", GUEST)[0]["answer"])


async def test_pages_of_the_week_are_accessible_and_quiet(people: tuple[Participant, Participant]) -> None:
    claire, _guest = people
    await claire.page.goto(f"{os.environ['PUBLIC_URL']}/reunions/nouvelle/")
    await claire.page.fill('[name="title"]', "Salle du projet")
    await claire.page.click('[data-action="create-meeting"]')
    code = query("SELECT code FROM meetings_room WHERE is_lasting ORDER BY created_at DESC LIMIT 1")[0]["code"]
    violations = {}
    for address in [*PAGES, f"/reunions/salles/{code}/"]:
        await claire.page.goto(f"{os.environ['PUBLIC_URL']}{address}")
        violations[address] = [found["id"] for found in await claire.axe()]
    assert {address: found for address, found in violations.items() if found} == {}
    assert claire.console_errors == []
