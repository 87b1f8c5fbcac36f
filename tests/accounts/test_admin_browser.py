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
from tests.governance.admin_factories import Place, make_job, make_kept, make_mail
from transcripts.models import ExportTemplate

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
    assert administrator.institution
    grant, policy = administrator.role_grants.get(), Policy.objects.get()
    place = Place("pages", administrator.institution, make_agent("bilal"))
    recording, job = make_kept(place), make_job(place)
    make_mail(place)
    template = ExportTemplate.objects.create(institution=place.institution, file_name="à en-tête.docx", digest="0" * 64)
    lists = ("room", "series", "meeting", "recording", "composition", "outgoingmail", "recordingshare")
    return [
        *(reverse(f"admin:meetings_{name}_changelist") for name in lists),
        reverse("admin:meetings_recording_change", args=[recording.pk]),
        reverse("admin:transcripts_transcription_changelist"),
        reverse("admin:transcripts_transcription_change", args=[job.pk]),
        reverse("admin:transcripts_exporttemplate_add"),
        reverse("admin:transcripts_exporttemplate_change", args=[template.pk]),
        reverse("admin:index"),
        reverse("admin:meetings_policy_changelist"),
        reverse("admin:meetings_policy_add"),
        reverse("admin:meetings_policy_change", args=[policy.pk]),
        reverse("admin:accounts_rolegrant_changelist"),
        reverse("admin:accounts_rolegrant_add"),
        reverse("admin:accounts_rolegrant_change", args=[grant.pk]),
        reverse("usersessions_list"),
    ]


async def ask_before_acting(claire: Participant, live_server: LiveServer) -> list[tuple[str, int]]:
    """The page that says what an action will do, and the list with what it did; on a telephone too."""
    page = claire.page
    await page.goto(f"{live_server.url}{reverse('admin:transcripts_transcription_changelist')}")
    await page.locator(".action-select").check()
    await page.locator("select[name=action]").select_option("retry")
    await page.locator(".actions button[type=submit]").click()
    await page.locator("button[name=confirmed]").wait_for()
    await page.set_viewport_size({"width": 390, "height": 800})
    found = await claire.axe()
    await page.locator("button[name=confirmed]").click()
    await page.locator(".messagelist .success").wait_for()
    found += await claire.axe()
    claire.console_errors.clear()
    return [(one["id"], len(one["nodes"])) for one in found]


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
        violations["asking", "dark"] = await ask_before_acting(claire, live_server)
        await claire.close()
    assert {page: found for page, found in violations.items() if found} == {}
    assert said == []
