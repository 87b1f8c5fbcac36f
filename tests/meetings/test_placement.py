"""Which node holds a meeting: rows of nodes, without any Janus."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from meetings import actions, events, placement
from meetings.models import JanusNode, Meeting, Participation, RecordingPart
from meetings.persons import Person
from tests.cast import make_agent, make_room

pytestmark = pytest.mark.django_db

CODES = [f"abc-defg-{letter}ij" for letter in "abcdefghijkmnopqrstuvwxyz"]


@pytest.fixture(autouse=True)
def two_nodes(settings: Any) -> None:
    settings.JANUS_NODES = {"j1": "ws://a", "j2": "ws://b"}


@pytest.fixture
def claire() -> User:
    return make_agent("claire")


def enter(claire: User) -> Participation:
    return actions.join_meeting(make_room(claire), person=Person(claire), shared_microphone=False)


def lose(node: str) -> None:
    assert placement.mark_down(node, None)


def test_rooms_are_spread_over_empty_nodes_each_always_to_the_same() -> None:
    placed = [placement.place(code) for code in CODES]
    assert set(placed) == {"j1", "j2"}
    assert placed == [placement.place(code) for code in CODES]


def test_new_meetings_go_to_the_least_loaded_node_in_proportion_to_its_capacity(claire: User) -> None:
    first = enter(claire).meeting.node
    [other] = {"j1", "j2"} - {first}
    assert {placement.place(code) for code in CODES} == {other}
    enter(claire)
    JanusNode.objects.filter(name=first).update(capacity=500)
    assert {placement.place(code) for code in CODES} == {first}


def test_node_that_drains_gets_no_new_meeting_and_keeps_those_it_has(claire: User) -> None:
    participation = enter(claire)
    JanusNode.objects.filter(name=participation.meeting.node).update(drains=True)
    assert participation.meeting.node not in {placement.place(code) for code in CODES}
    again = actions.join_meeting(participation.meeting.room, person=Person(claire), shared_microphone=False)
    assert again.meeting.node == participation.meeting.node


def test_node_that_drains_is_better_than_none() -> None:
    placement.known_nodes()
    JanusNode.objects.filter(name="j1").update(drains=True)
    lose("j2")
    assert placement.place(CODES[0]) == "j1"
    lose("j1")
    assert placement.place(CODES[0]) in {"j1", "j2"}  # browsers try until one is back


def test_meeting_of_a_lost_node_moves_with_who_comes_and_the_others_are_told(
    claire: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(events, "_send", lambda room_id, message: told.append(message))
    participation = enter(claire)
    old = participation.meeting.node
    recording = actions.start_recording(participation.pk)
    lose(old)
    with django_capture_on_commit_callbacks(execute=True):
        again = actions.join_meeting(participation.meeting.room, person=Person(claire), shared_microphone=False)
    new = again.meeting.node
    assert {old, new} == {"j1", "j2"}
    assert Meeting.objects.get().node == new
    moved = {"meeting_id": str(again.meeting_id), "node": new}
    assert [message["values"] for message in told if message["name"] == "moved"] == [moved]
    assert AuditEntry.objects.get(verb="meeting.moved").details == {"source": old, "to": new}
    parts = list(RecordingPart.objects.filter(recording=recording))
    assert [(part.node, part.ended_at is None) for part in parts] == [(old, False), (new, True)]
    assert recording.nodes() == ["j1", "j2"]
    assert actions.mark_seen(again.pk, again.connection, old) == actions.Presence.LOST
    assert actions.mark_seen(again.pk, again.connection, new) == actions.Presence.HERE


def test_meeting_stays_where_it_is_when_no_other_node_is_up(claire: User) -> None:
    participation = enter(claire)
    for node in ("j1", "j2"):
        lose(node)
    again = actions.join_meeting(participation.meeting.room, person=Person(claire), shared_microphone=False)
    assert again.meeting.node == participation.meeting.node


def test_meeting_of_a_node_that_was_taken_out_of_the_settings_moves(claire: User, settings: Any) -> None:
    participation = enter(claire)
    [other] = {"j1", "j2"} - {participation.meeting.node}
    settings.JANUS_NODES = {other: "ws://b"}
    again = actions.join_meeting(participation.meeting.room, person=Person(claire), shared_microphone=False)
    assert again.meeting.node == other


def test_node_that_comes_back_lives_a_new_life_and_late_verdicts_on_the_old_one_count_no_more() -> None:
    assert placement.note_answer("j1") == 1
    assert placement.mark_down("j1", 1)
    assert not placement.mark_down("j1", 1)  # another process, later
    assert placement.note_answer("j1") == 2
    assert not placement.mark_down("j1", 1)
    row = JanusNode.objects.get(name="j1")
    assert (row.epoch, row.down_since) == (2, None)
    assert row.seen_at
    assert timezone.now() - row.seen_at < timedelta(seconds=10)
