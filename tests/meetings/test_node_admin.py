"""The media nodes in the administration: for the platform's administrators, who may drain them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from meetings.models import JanusNode, Meeting, Participation
from tests.accounts.local_cast import give, make_local, with_second_factor
from tests.cast import make_agent, make_meeting, make_participation, make_room

pytestmark = pytest.mark.django_db
LIST = reverse("admin:meetings_janusnode_changelist")


@pytest.fixture
def platform(client: Client) -> User:
    user = make_local()
    give(user, "platform-admin")
    with_second_factor(client, user)
    return user


@pytest.fixture
def node() -> JanusNode:
    return JanusNode.objects.create(name="j7", capacity=100)


def change(node: JanusNode) -> str:
    return reverse("admin:meetings_janusnode_change", args=[node.pk])


def test_capacity_is_changed_and_that_is_written_down(client: Client, platform: User, node: JanusNode) -> None:
    assert client.post(change(node), {"capacity": 40, "drains": "on"}).status_code == 302
    node.refresh_from_db()
    assert (node.drains, node.capacity) == (False, 40)
    assert AuditEntry.objects.get(verb="node.changed").actor == platform


def test_node_is_drained_after_a_page_that_says_who_is_there(client: Client, platform: User, node: JanusNode) -> None:
    JanusNode.objects.create(name="j8")
    meeting = make_meeting(make_room(make_agent("claire")))
    Meeting.objects.filter(pk=meeting.pk).update(node="j7", ended_at=None)
    participation = make_participation(meeting, "Zoé")
    Participation.objects.filter(pk=participation.pk).update(left_at=None)
    asked = client.post(LIST, {"action": "drain", "_selected_action": ["j7"]})
    assert "réunions qui s’y tiennent : 1, personnes présentes : 1" in asked.content.decode().replace("\xa0", " ")
    assert "j8" in asked.content.decode()
    node.refresh_from_db()
    assert not node.drains
    client.post(LIST, {"action": "drain", "_selected_action": ["j7"], "confirmed": "yes"})
    node.refresh_from_db()
    assert node.drains
    assert AuditEntry.objects.get(verb="node.drained").actor == platform
    again = client.post(LIST, {"action": "drain", "_selected_action": ["j7"], "confirmed": "yes"})
    assert "il se vide déjà" in again.content.decode()
    client.post(LIST, {"action": "take-back", "_selected_action": ["j7"], "confirmed": "yes"})
    node.refresh_from_db()
    assert not node.drains


def test_what_the_node_itself_tells_is_not_overwritten_by_a_page_opened_before(
    client: Client, platform: User, node: JanusNode
) -> None:
    client.get(change(node))
    JanusNode.objects.update(down_since=timezone.now(), epoch=9)
    client.post(change(node), {"capacity": 40, "epoch": 1, "down_since_0": "", "down_since_1": ""})
    node.refresh_from_db()
    assert (node.epoch, node.capacity) == (9, 40)
    assert node.down_since is not None


def test_nodes_are_neither_added_nor_deleted_by_hand(client: Client, platform: User, node: JanusNode) -> None:
    assert client.get(LIST).status_code == 200
    assert client.get(reverse("admin:meetings_janusnode_add")).status_code == 403
    assert client.post(reverse("admin:meetings_janusnode_delete", args=[node.pk]), {"post": "yes"}).status_code == 403


def test_administrator_of_an_institution_sees_no_node(client: Client, node: JanusNode) -> None:
    claire = make_agent("claire")
    assert claire.institution
    give(claire, "institution-admin", claire.institution)
    with_second_factor(client, claire)
    assert client.get(LIST).status_code == 403
    assert client.post(change(node), {"capacity": 1}).status_code == 403
