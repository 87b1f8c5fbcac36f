"""Janus rooms that nobody closed: with a Janus without media."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_db
from django.db import connections
from django.utils import timezone

from accounts.models import AuditEntry
from meetings import actions, media_room
from meetings.models import Meeting
from meetings.persons import Person
from meetings.signalling.media import feed_of
from tests.cast import make_agent, make_room
from tests.fakes.janus import FakeJanus

pytestmark = pytest.mark.django_db(transaction=True)


def hold_meeting() -> Meeting:
    room = make_room(make_agent("claire"))
    return actions.join_meeting(room, person=Person(room.organiser), shared_microphone=False).meeting


async def test_rooms_of_meetings_that_are_over_are_removed_and_no_others(settings: Any) -> None:
    going_on, over = await in_db(hold_meeting)(), await in_db(hold_meeting)()
    await in_db(Meeting.objects.filter(pk=over.pk).update)(ended_at=timezone.now())
    unknown = {uuid.uuid4().hex, "1234", "of-another-service"}
    async with FakeJanus().serve() as janus:
        settings.JANUS_NODES = {"j1": janus.url}
        janus.rooms = {going_on.pk.hex, over.pk.hex, *unknown}
        assert await media_room.close_ended("j1") == 1
        assert janus.rooms == {going_on.pk.hex, *unknown}
    await in_db(connections.close_all)()  # else the test database stays in use


async def test_stranger_in_janus_is_removed_and_the_trail_says_so(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_room, "SURE_AFTER_S", 0.0)
    meeting = await in_db(hold_meeting)()
    [claire] = await in_db(lambda: list(meeting.participations.all()))()
    async with FakeJanus().serve() as janus:
        settings.JANUS_NODES = {"j1": janus.url}
        janus.rooms = {meeting.pk.hex}
        janus.feeds = {(901, 1): feed_of(claire.pk, claire.connection), (902, 2): feed_of(claire.pk, 0), (903, 3): "x"}
        assert await media_room.remove_strangers("j1") == 2
        assert list(janus.feeds.values()) == [feed_of(claire.pk, claire.connection)]
        assert await media_room.remove_strangers("j1") == 0
    assert await in_db(AuditEntry.objects.filter(verb="meeting.stranger-removed").count)() == 2
    await in_db(connections.close_all)()


async def test_node_that_is_gone_is_left_to_the_next_sweep(settings: Any) -> None:
    settings.JANUS_NODES = {"j1": "ws://127.0.0.1:1"}
    assert await media_room.close_ended("j1") == 0
    assert await media_room.remove_strangers("j1") == 0
