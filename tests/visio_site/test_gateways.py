"""The administration warns of a Janus with known faults, in the language of who reads it."""

from __future__ import annotations

from typing import Any

import pytest
from channels.db import database_sync_to_async as in_db
from django.core.cache import cache
from django.db import connections
from django.test import Client

from accounts.models import User
from tests.accounts.local_cast import give, make_local, with_second_factor
from tests.cast import make_agent
from tests.fakes.janus import FakeJanus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_known_before() -> None:
    cache.clear()


def page(user: User, language: str = "en") -> str:
    client = Client()
    with_second_factor(client, user)
    content: str = client.get("/administration/", headers={"accept-language": language}).content.decode()
    connections.close_all()
    return content


def administrator() -> User:
    user = make_local()
    give(user, "platform-admin")
    return user


@pytest.mark.parametrize(("version", "warned"), [("1.1.2", True), ("1.4.1", False)])
async def test_administrator_is_warned_of_an_old_janus(version: str, warned: bool, settings: Any) -> None:
    async with FakeJanus(version=version).serve() as janus:
        settings.JANUS_NODES = {"j1": janus.url, "gone": "ws://127.0.0.1:1"}
        content = await in_db(page)(await in_db(administrator)())
    assert ("make janus" in content) is warned
    assert (f"j1 runs Janus {version}" in content) is warned
    assert "gone" not in content


async def test_who_administers_no_gateway_is_not_bothered(settings: Any) -> None:
    def dpo() -> User:
        user = make_agent("dora")
        give(user, "dpo", user.institution)
        return user

    async with FakeJanus(version="1.1.2").serve() as janus:
        settings.JANUS_NODES = {"j1": janus.url}
        assert "make janus" not in await in_db(page)(await in_db(dpo)())
