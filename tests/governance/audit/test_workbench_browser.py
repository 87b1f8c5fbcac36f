"""The trail, reasoned access and retention in a browser: accessible, quiet under our policy, on small screens too."""

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

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.trail import chain
from accounts.trail.origin import coming_from
from bench.browsers.participant import Participant
from governance.access.actions import open_minutes
from governance.models import Access
from tests.accounts.local_cast import give, with_second_factor
from tests.cast import make_agent, make_meeting, make_minutes, make_participation, make_recording, make_room, make_track
from tests.governance.admin_factories import Place, make_erasure, make_hold

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (390, 1280)
SPILLS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dora(client: Client, transactional_db: None) -> User:
    """Organises a meeting of which there are minutes, is the DPO too, and has opened them for a reason."""
    dora = make_agent("dora")
    give(dora, "dpo", dora.institution)
    meeting = make_meeting(make_room(dora, "Comité de suivi"))
    recording = make_recording(meeting)
    track = make_track(make_participation(meeting, dora), recording)
    make_minutes(recording, [(track, 2.0 + 4 * number, "Le budget de la direction est voté.") for number in range(12)])
    for _ in range(20):
        with coming_from():
            audit.record("account.refused", actor=dora, target=dora, reason="institution-closed")
    open_minutes(recording.pk, actor=dora, reason="complaint", words="Dossier 2026-114")
    chain.extend()
    with_second_factor(client, dora)
    return dora


@pytest.fixture
def pages(dora: User) -> list[str]:
    assert dora.institution
    place = Place("pages", dora.institution, dora)
    hold = make_hold(place)
    make_erasure(place)
    access, entry = Access.objects.get(), AuditEntry.objects.filter(verb="account.refused").latest("pk")
    return [
        reverse("admin:index"),
        reverse("admin:accounts_auditentry_changelist"),
        reverse("admin:accounts_auditentry_change", args=[entry.pk]),
        reverse("admin:governance_access_changelist"),
        reverse("admin:governance_access_add"),
        reverse("admin:governance_access_change", args=[access.pk]),
        reverse("admin:governance_access_read", args=[access.pk]),
        reverse("admin:governance_erasure_changelist"),
        f"{reverse('admin:governance_erasure_coming')}?jours=365",
        reverse("admin:governance_legalhold_changelist"),
        reverse("admin:governance_legalhold_add"),
        reverse("admin:governance_legalhold_change", args=[hold.pk]),
        reverse("my_accesses"),
        reverse("minutes", args=[access.recording_id]),
    ]


async def test_workbench_is_accessible_and_quiet(live_server: LiveServer, client: Client, pages: list[str]) -> None:
    violations, said, spilled = {}, [], {}
    async with async_playwright() as playwright:
        dora = await Participant.launch(playwright)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        await dora.context.add_cookies([cookie])  # type: ignore[list-item]
        for page, scheme, width in product(pages, SCHEMES, WIDTHS):
            await dora.page.emulate_media(color_scheme=scheme)
            await dora.page.set_viewport_size({"width": width, "height": 900})
            answer = await dora.page.goto(f"{live_server.url}{page}")
            assert answer is not None
            assert answer.status == 200
            said += dora.console_errors
            spilled[page, scheme, width] = await dora.page.evaluate(SPILLS)
            if folder := os.environ.get("SHOTS"):
                name = f"{page.partition('?')[0].strip('/').replace('/', '-')}-{scheme}-{width}.png"
                await dora.page.screenshot(path=Path(folder) / name, full_page=True)
            violations[page, scheme, width] = [(found["id"], len(found["nodes"])) for found in await dora.axe()]
            dora.console_errors.clear()  # axe's own: it reads a style sheet with @import through an inline copy
        await dora.close()
    assert {page: found for page, found in violations.items() if found} == {}
    assert said == []
    assert {page: pixels for page, pixels in spilled.items() if pixels > 0} == {}
