"""A passkey, from its setting to the sign-in by it alone, in a real browser with an authenticator of its own."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from channels.db import database_sync_to_async as in_db
from django.urls import reverse
from playwright.async_api import Page, async_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEntry
from bench.browsers.participant import Participant
from tests.accounts.local_cast import PASSWORD, give, make_local

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def address(live_server: LiveServer) -> str:
    return live_server.url.replace("127.0.0.1", "localhost")  # passkeys belong to a name


async def give_authenticator(page: Page) -> None:
    debugger = await page.context.new_cdp_session(page)
    await debugger.send("WebAuthn.enable")
    await debugger.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


async def test_passkey_is_set_and_opens_the_administration_without_a_password(address: str) -> None:
    await in_db(lambda: give(make_local(), "platform-admin"))()
    async with async_playwright() as playwright:
        lou = await Participant.launch(playwright)
        page = lou.page
        await give_authenticator(page)
        await page.goto(f"{address}{reverse('account_login')}")
        await page.fill('[name="login"]', "admin@visio.example")
        await page.fill('[name="password"]', PASSWORD)
        await page.press('[name="password"]', "Enter")
        await page.wait_for_url(lambda url: "login" not in url)
        await page.goto(f"{address}{reverse('mfa_add_webauthn')}")
        await page.fill('[name="password"]', PASSWORD)  # asked again before factors are changed
        await page.press('[name="password"]', "Enter")
        await page.fill('[name="name"]', "Clé de Lou")
        await page.locator('[name="passwordless"]').check(force=True)
        await page.click("#mfa_webauthn_add")
        await page.wait_for_url(lambda url: "webauthn/add" not in url)
        assert await in_db(Authenticator.objects.filter(type="webauthn").count)() == 1
        assert await in_db(AuditEntry.objects.filter(verb="account.second-factor-added").exists)()

        await page.context.clear_cookies()
        await page.goto(f"{address}{reverse('account_login')}")
        await page.click("#passkey_login")
        await page.wait_for_url(re.compile(r"^(?!.*login)"))
        answer = await page.goto(f"{address}{reverse('admin:index')}")
        assert answer is not None
        assert (answer.status, page.url) == (200, f"{address}{reverse('admin:index')}")
        assert lou.console_errors == []
        await lou.close()
