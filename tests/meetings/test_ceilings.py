"""From rows to rules: inheritance, the rooms' choices, and the doors that ask."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Institution, User
from meetings import actions, ceilings, consents
from meetings.errors import MeetingError
from meetings.models import Assurance, Policy, Room, RoomOrganiser
from meetings.persons import Person
from meetings.policy import Access, Lobby, Role
from meetings.rooms import actions as room_actions
from tests.cast import make_agent, make_meeting, make_participation, make_recording, make_room

pytestmark = pytest.mark.django_db
GUEST = Person(None, "key", "Paul")


@pytest.fixture
def claire(db: None) -> User:
    return make_agent("claire")


def rule(user: User, **values: Any) -> Policy:
    assert user.institution
    return Policy.objects.update_or_create(institution=user.institution, defaults=values)[0]


def refusal(room: Room, person: Person) -> str:
    with pytest.raises(MeetingError) as refused:
        actions.join_meeting(room, person=person, shared_microphone=False)
    return refused.value.code


def join(room: Room, person: Person) -> str:
    return str(actions.join_meeting(room, person=person, shared_microphone=False).role)


def test_child_inherits_what_it_does_not_say_and_may_not_loosen(claire: User) -> None:
    ministry = Institution.objects.create(siret="11009001600053", label="Ministère")
    Policy.objects.create(institution=ministry, guests=False, lobby=Lobby.GUESTS, audio_retention_days=10)
    assert claire.institution
    Institution.objects.filter(pk=claire.institution.pk).update(parent=ministry)
    rule(claire, guests=True, lobby=Lobby.EVERYBODY, audio_retention_days=30, captions=False)
    rules = ceilings.rules_of_institution(Institution.objects.get(pk=claire.institution.pk))
    assert (rules.guests, rules.lobby, rules.audio_retention_days, rules.captions) == (
        False,
        Lobby.EVERYBODY,
        10,
        False,
    )
    assert ceilings.rules_of_institution(ministry).captions


def test_institutions_in_a_circle_still_have_rules(claire: User) -> None:
    assert claire.institution
    Institution.objects.filter(pk=claire.institution.pk).update(parent=claire.institution)
    rule(claire, guests=False)
    assert not ceilings.rules_of_institution(Institution.objects.get(pk=claire.institution.pk)).guests


@pytest.mark.parametrize(
    ("consulted_on", "consulted"),
    [(None, False), (date(2026, 1, 5), True), (date(2999, 1, 1), False)],
    ids=["never", "then", "one day"],
)
def test_staff_must_have_been_consulted_by_the_institution_itself(
    claire: User, settings: Any, consulted_on: date | None, consulted: bool
) -> None:
    settings.STAFF_CONSULTATION_REQUIRED = True
    rule(claire, staff_consulted_on=consulted_on)
    assert claire.institution
    assert ceilings.rules_of_institution(claire.institution).staff_consulted == consulted
    child = Institution.objects.create(siret="11009001600053", parent=claire.institution)
    assert not ceilings.rules_of_institution(child).staff_consulted


def test_room_tightens_and_never_loosens(claire: User) -> None:
    room = make_room(claire)
    rule(claire, guests=False, recording=Access.NEVER)
    room.guests = room.recording = True
    assert (ceilings.rules_of_room(room).guests, ceilings.rules_of_room(room).recording) == (False, Access.NEVER)
    room.other_institutions, room.max_participants = False, 3
    assert (ceilings.rules_of_room(room).other_institutions, ceilings.rules_of_room(room).max_participants) == (
        False,
        3,
    )


def test_guest_and_other_institution_are_kept_out_where_the_policy_says_so(claire: User, chen: User) -> None:
    room = make_room(claire)
    assert (join(room, GUEST), join(room, Person(chen))) == (Role.GUEST, Role.AGENT)
    rule(claire, guests=False, other_institutions=False)
    assert (refusal(room, GUEST), refusal(room, Person(chen))) == (
        "guests-not-allowed",
        "other-institutions-not-allowed",
    )
    assert join(room, Person(claire)) == Role.ORGANISER


@pytest.mark.parametrize(
    ("acr", "enters"), [("", False), ("eidas1", False), ("eidas1-mfa", False), ("eidas2", True), ("eidas3", True)]
)
def test_agent_whose_sign_in_was_too_weak_is_asked_for_a_stronger_one(claire: User, acr: str, enters: bool) -> None:
    room = make_room(claire)
    rule(claire, assurance="eidas2")
    if enters:
        assert join(room, Person(claire, acr=acr)) == Role.ORGANISER
    else:
        assert refusal(room, Person(claire, acr=acr)) == "stronger-sign-in-needed"


def test_locked_room_lets_back_in_those_who_were_there_and_nobody_new(claire: User, bilal: User, chen: User) -> None:
    room = make_room(claire)
    join(room, Person(claire))
    join(room, Person(bilal))
    Room.objects.update(locked_at=timezone.now())
    assert refusal(room, Person(chen)) == "room-locked"
    assert join(room, Person(bilal)) == Role.AGENT
    Room.objects.update(closed_at=timezone.now())
    assert refusal(room, Person(claire)) == "room-closed"


def test_meeting_is_full_at_the_size_that_the_room_chose(claire: User, bilal: User, chen: User) -> None:
    room = make_room(claire)
    Room.objects.update(max_participants=2)
    join(room, Person(claire))
    join(room, Person(bilal))
    assert refusal(room, Person(chen)) == "meeting-full"


def test_co_organiser_organises(claire: User, bilal: User) -> None:
    room = make_room(claire)
    RoomOrganiser.objects.create(room=room, user=bilal, added_by=claire)
    assert join(room, Person(bilal)) == Role.ORGANISER


def test_local_account_is_marked_as_such(claire: User) -> None:
    external = User.objects.create(source="local", realm="", email="e@example.org", given_name="E", usual_name="X")
    participation = actions.join_meeting(make_room(claire), person=Person(external), shared_microphone=False)
    assert participation.assurance == Assurance.LOCAL


def test_name_of_any_length_comes_in(claire: User) -> None:
    User.objects.update(given_name="A" * 150, usual_name="B" * 150)
    claire.refresh_from_db()
    person = Person(claire)
    name = actions.join_meeting(make_room(claire), person=person, shared_microphone=False).display_name
    assert (len(name), name[:3]) == (120, "AAA")


def test_who_has_no_institution_is_shown_with_none(claire: User, client: Client) -> None:
    external = User.objects.create(source="local", realm="", email="e@example.org", given_name="E", usual_name="X")
    room = make_room(claire)
    participation = actions.join_meeting(room, person=Person(external), shared_microphone=False)
    client.force_login(external)
    boot = client.get(reverse("room", args=[room.code])).context["boot"]
    assert (participation.institution_label, boot["institution"]) == ("", "")


def make_lasting_room(organiser: User) -> Room:
    return actions.create_room("Salle", actor=organiser, is_lasting=True)


def test_rooms_are_created_by_whom_the_institution_says_and_as_many_as_it_says(claire: User) -> None:
    rule(claire, rooms_per_agent=1)
    make_lasting_room(claire)
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"rooms_per_agent": 1}, "too-many-rooms"),
        ({"rooms_per_agent": None, "creators": "agents"}, "public-agents-only"),
        ({"creators": "nobody"}, "creation-closed"),
    ]
    for values, code in refusals:
        rule(claire, **values)
        with pytest.raises(MeetingError) as refused:
            make_lasting_room(claire)
        assert refused.value.code == code
    User.objects.update(roles=["agent_public"])
    rule(claire, creators="agents")
    claire.refresh_from_db()
    assert make_room(claire)


def test_quota_of_rooms_counts_the_lasting_ones_that_are_open(claire: User) -> None:
    rule(claire, rooms_per_agent=1)
    for _ in range(3):
        make_room(claire)  # for a series
    room = make_lasting_room(claire)
    assert make_room(claire)
    room_actions.close(room, actor=claire)
    assert make_lasting_room(claire)


def test_recording_follows_the_policy_of_the_moment(claire: User, bilal: User) -> None:
    room = make_room(claire)
    organiser = actions.join_meeting(room, person=Person(claire), shared_microphone=False)
    agent = actions.join_meeting(room, person=Person(bilal), shared_microphone=False)
    with pytest.raises(MeetingError, match="organisers-only"):
        actions.start_recording(agent.pk)
    rule(claire, recording="never")
    with pytest.raises(MeetingError, match="recording-never"):
        actions.start_recording(organiser.pk)
    rule(claire, recording=None, transcription="never")
    assert not actions.start_recording(organiser.pk).for_minutes


def test_who_has_agreed_is_written_only_as_long_as_the_rules_allow_it(claire: User) -> None:
    organiser = actions.join_meeting(make_room(claire), person=Person(claire), shared_microphone=False)
    recording = actions.start_recording(organiser.pk)
    consents.answer_consent(organiser.pk, recording.pk, "accepted")
    assert consents.is_on_record(organiser.pk) == recording.pk
    rule(claire, recording="never")
    assert consents.is_on_record(organiser.pk) is None


def test_quota_of_recording_is_that_of_the_institution_and_of_the_month(claire: User) -> None:
    room = make_room(claire)
    rule(claire, recording_hours_per_month=1)
    old = make_meeting(room, started_at=timezone.now() - timedelta(days=70))
    make_participation(old, claire)
    make_recording(old)
    organiser = actions.join_meeting(room, person=Person(claire), shared_microphone=False)
    assert actions.start_recording(organiser.pk).for_minutes
    actions.stop_recording(organiser.pk)
    rule(claire, recording_hours_per_month=0)
    with pytest.raises(MeetingError, match="recording-quota-spent"):
        actions.start_recording(organiser.pk)
