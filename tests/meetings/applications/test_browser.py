"""An administrator enters an application in a browser, sends it a test, and sees what became of it.

With DPO_SHOTS, pictures of each page are left in that folder.
"""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse
from playwright.async_api import async_playwright
from pytest_django.live_server_helper import LiveServer

from meetings import applications
from tests.accounts.local_cast import give, with_second_factor
from tests.cast import make_agent
from tests.fakes.webhook_server import Listener
from tests.governance.test_workbench_browser import Looked, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cookie(client: Client, transactional_db: None) -> str:
    claire = make_agent("claire")
    give(claire, "institution-admin", claire.institution)
    with_second_factor(client, claire)
    return client.cookies["sessionid"].value


async def test_from_the_form_to_what_was_told(
    live_server: LiveServer, settings: Any, cookie: str, listener: Listener
) -> None:
    settings.PUBLIC_URL = live_server.url
    looked = Looked()
    async with async_playwright() as playwright:
        claire = await signed_in(playwright, live_server, cookie)
        page = claire.page
        await page.goto(live_server.url + reverse("admin:meetings_application_add"))
        await page.select_option("[name=institution]", index=1)
        await page.fill("[name=name]", "Archives")
        await page.fill("[name=url]", "http://ailleurs.example/")
        await page.check("[name=events][value='minutes.approved']")
        await looked.at(claire, "application-new")
        await page.click("[name=_save]")
        await page.wait_for_selector(".errorlist")
        await looked.at(claire, "application-refused")
        await page.fill("[name=url]", listener.url)
        await page.click("[name=_continue]")
        await page.wait_for_selector("text=whsec_")
        await looked.at(claire, "application")
        await page.click("text=Envoyer un essai")
        await page.wait_for_selector("[name=confirmed]", state="attached")
        await looked.at(claire, "application-test")
        await page.click("[name=confirmed]")
        await page.wait_for_selector(".messagelist")
        await looked.at(claire, "applications")
        await sync_to_async(applications.send_waiting)()
        await page.goto(live_server.url + reverse("admin:meetings_delivery_changelist"))
        await page.wait_for_selector("td.field-state:has-text('envoyé')")
        await looked.at(claire, "deliveries")
        await page.click("th a")
        await looked.at(claire, "delivery")
        await claire.close()
    assert len(listener.heard) == 1
    assert {name: found for name, found in looked.violations.items() if found} == {}
    assert looked.console == []
