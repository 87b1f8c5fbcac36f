"""How calls go: counted in Redis, written down by the hour, without a query on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from redis import Redis

from accounts.models import User
from governance.figures import quality_rows
from governance.models import QualityHour
from meetings import counters
from meetings.counters import Happened
from meetings.signalling import noting
from tests.cast import make_room
from tests.meetings.signalling.conftest import Door, door, janus, until

__all__ = ["door", "janus"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    for hour in counters.hours():
        counters.forget(hour)
    yield
    for hour in counters.hours():
        counters.forget(hour)


def row(user: User) -> dict[str, int]:
    found = QualityHour.objects.get(institution=user.institution)
    return {str(happened): getattr(found, happened) for happened in Happened if getattr(found, happened)}


def test_counting_costs_no_query_and_writing_twice_counts_once(
    claire: User, chen: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert claire.institution
    assert chen.institution
    with django_assert_num_queries(0):
        for happened in (Happened.JOINS, Happened.JOINS, Happened.FAILED):
            counters.add(happened, claire.institution.pk)
        counters.add(Happened.NETWORK_POOR, chen.institution.pk)
    quality_rows.write_down()
    quality_rows.write_down()
    assert row(claire) == {"joins": 2, "failed": 1}
    assert row(chen) == {"network_poor": 1}
    counters.add(Happened.JOINS, claire.institution.pk)
    quality_rows.write_down()
    assert row(claire) == {"joins": 3, "failed": 1}


def test_hour_that_is_over_leaves_redis_and_stays_a_row(claire: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert claire.institution
    counters.add(Happened.JOINS, claire.institution.pk)
    later = timezone.now() + timedelta(hours=2)

    class Later:
        @staticmethod
        def now() -> datetime:
            return later

    monkeypatch.setattr(quality_rows, "timezone", Later)
    quality_rows.write_down()
    assert counters.hours() == []
    quality_rows.write_down()
    assert row(claire) == {"joins": 1}


def test_call_goes_on_without_redis(claire: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert claire.institution
    nowhere = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.1)
    with monkeypatch.context() as patched:
        patched.setattr(counters, "_redis", lambda: nowhere)
        counters.add(Happened.JOINS, claire.institution.pk)
        quality_rows.write_down()
    assert not QualityHour.objects.exists()


def test_institution_that_is_gone_is_left_out(claire: User) -> None:
    counters.add(Happened.JOINS, 999_999_999)
    quality_rows.write_down()
    assert not QualityHour.objects.exists()


async def test_joins_returns_refusals_and_weak_networks_are_counted(claire: User, bilal: User, door: Door) -> None:
    room = await sync_to_async(make_room)(claire)
    first = await door.open(room, claire)
    await first.join()
    await first.say("quality", level=1)
    await first.say("quality", level=3)
    again = await door.open(room, claire)
    await again.join()
    room.guests = False
    await room.asave()
    guest = await door.open(room, None, guest_key="k")
    await guest.say("join", name="Zoé", shared_microphone=False)
    await guest.hear("error")
    await _counted(claire, {"joins": 1, "network_poor": 1, "returns": 1, "refused": 1})


async def test_gateway_that_is_away_is_a_failure(claire: User, door: Door, settings: Any) -> None:
    settings.JANUS_NODES = {"j1": "ws://127.0.0.1:1"}
    room = await sync_to_async(make_room)(claire)
    browser = await door.open(room, claire)
    await browser.say("join", name=None, shared_microphone=False)
    assert await browser.close_code() == noting.CLOSE_MEDIA_LOST
    await _counted(claire, {"joins": 1, "failed": 1})


async def test_socket_that_the_network_closes_is_cut_off_and_a_closed_page_is_not(claire: User, door: Door) -> None:
    room = await sync_to_async(make_room)(claire)
    for code in (1006, 1001):
        browser = await door.open(room, claire)
        await browser.join()
        await browser.socket.disconnect(code=code, timeout=5)
        door.browsers.remove(browser)
    await _counted(claire, {"joins": 1, "returns": 1, "cut_off": 1})


async def _counted(user: User, expected: dict[str, int]) -> None:
    def seen() -> bool:
        counted = [counters.counted_in(hour) for hour in counters.hours()]
        return [dict(found[user.institution_id or 0]) for found in counted] == [expected]

    await until(seen)
