"""Each entry of the trail is where the DPO looks for it: in the institution that it was done in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts import audit
from accounts.models import AuditEntry, Institution, User
from meetings.models import Policy, Recording
from tests.accounts.local_cast import give, make_local, with_second_factor
from tests.cast import make_agent, make_consent, make_meeting, make_participation, make_recording, make_room
from tests.meetings.invitations.conftest import invite, make_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def dinum(claire: User) -> Institution:
    assert claire.institution
    return claire.institution


def of_a_meeting() -> dict[str, Model]:
    """Rows of Claire's meeting: their labels, and one of each."""
    claire = make_agent("claire")
    room = make_room(claire)
    meeting = make_meeting(room)
    participation = make_participation(meeting, "Zoé")
    recording = make_recording(meeting)
    series = make_series(claire)
    rows = (
        room, meeting, participation, recording, make_consent(participation, recording, "accepted"),
        series, series.occurrences.first(), invite(series, "zoe@example.org"),
    )  # fmt: skip
    return {row._meta.label_lower: row for row in rows if row}


def test_row_of_a_meeting_is_of_its_room_s_institution(chen: User, dinum: Institution) -> None:
    rows = of_a_meeting()
    assert len(rows) == 8
    for label, row in rows.items():
        audit.record("test.done", actor=chen, target=row)
        assert AuditEntry.objects.get(verb="test.done", target_type=label).institution == dinum


def test_row_of_nobody_s_institution_is_of_the_actor_s(claire: User, dinum: Institution) -> None:
    platform = give(make_local("p@visio.example"), "platform-admin")
    audit.record("test.done", actor=claire, target=platform)
    assert AuditEntry.objects.get(verb="test.done").institution == dinum


def test_service_itself_leaves_its_trace_in_the_institution(dinum: Institution) -> None:
    audit.record("test.done", actor=audit.SYSTEM, target=Policy.objects.create(institution=dinum))
    audit.record("test.done", actor=audit.SYSTEM, target=dinum)
    assert {entry.institution for entry in AuditEntry.objects.filter(verb="test.done")} == {dinum}


def test_dpo_reads_what_administrators_from_above_did_here(
    client: Client, bilal: User, dora: User, chen: User, dinum: Institution
) -> None:
    above = make_local("above@visio.example")
    give(above, "platform-admin")
    with_second_factor(client, above)
    client.post(reverse("admin:meetings_policy_add"), {"institution": dinum.pk, "recording": "allowed"})
    given = {"user": bilal.pk, "role": "institution-admin", "institution": dinum.pk}
    client.post(reverse("admin:accounts_rolegrant_add"), given)
    client.post(reverse("admin:accounts_institution_change", args=[dinum.pk]), {"label": "X", "is_open": "on"})
    client.post(reverse("admin:accounts_user_change", args=[bilal.pk]), {})
    seen = {}
    for dpo in (dora, chen):
        assert dpo.institution
        give(dpo, "dpo", dpo.institution)
        with_second_factor(client, dpo)
        rows = client.get(reverse("admin:accounts_auditentry_changelist")).context["cl"].result_list
        seen[dpo] = {row.verb for row in rows}
    assert seen[dora] == {"policy.added", "role.granted", "institution.changed", "account.changed"}
    assert seen[chen] == set()


@pytest.mark.parametrize(
    ("read_again", "queries"),
    [
        (lambda recording: recording, 1),
        (lambda recording: type(recording).objects.select_related("meeting__room").get(pk=recording.pk), 1),
        (lambda recording: type(recording).objects.get(pk=recording.pk), 3),
    ],
)
def test_trace_costs_a_query_and_those_of_what_is_not_loaded(
    claire: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    read_again: Callable[[Recording], Recording],
    queries: int,
) -> None:
    recording = read_again(make_recording(make_meeting(make_room(claire))))
    with django_assert_num_queries(queries):
        audit.record("test.done", actor=claire, target=recording)
