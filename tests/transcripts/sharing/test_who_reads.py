"""Each role × each state of sharing × each door: pages, files, sound, search. What is taken back is closed at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Institution, User
from meetings.models import Meeting, Policy, Recording, RecordingShare
from tests.cast import make_agent, make_minutes
from tests.transcripts.conftest import Held
from transcripts.access import standing_of
from transcripts.models import Transcription
from transcripts.policy import Stage, Verb, decide
from transcripts.search import read_question, search_minutes
from transcripts.sharing import actions
from transcripts.sharing.errors import NotShared


@pytest.fixture
def minutes(held: Held, chen: User, dora: User) -> Transcription:
    return make_minutes(held.recording, [(held.claire, 2.0, "Le budget est voté.")])


def nobody(minutes: Transcription, claire: User) -> None:
    pass


def dora_named(minutes: Transcription, claire: User) -> None:
    actions.share_with_person(minutes, "Dora@example.gouv.fr", "30", actor=claire)


def dora_over(minutes: Transcription, claire: User) -> None:
    dora_named(minutes, claire)
    RecordingShare.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def dora_taken_back(minutes: Transcription, claire: User) -> None:
    dora_named(minutes, claire)
    actions.unshare(minutes, RecordingShare.objects.get().pk, actor=claire)


def own_institution(minutes: Transcription, claire: User) -> None:
    actions.share_with_institution(minutes, str(claire.institution_id), "", actor=claire)


def linked(minutes: Transcription, claire: User) -> None:
    actions.share_by_link(minutes, "7", actor=claire)


def organisers_only(minutes: Transcription, claire: User) -> None:
    actions.set_readers(minutes, "organisers", actor=claire)


def organisers_and_bilal(minutes: Transcription, claire: User) -> None:
    organisers_only(minutes, claire)
    actions.share_with_person(minutes, "bilal@example.gouv.fr", "", actor=claire)


STATES: dict[Callable[[Transcription, User], None], set[str]] = {
    nobody: {"claire", "bilal"},
    dora_named: {"claire", "bilal", "dora"},
    dora_over: {"claire", "bilal"},
    dora_taken_back: {"claire", "bilal"},
    own_institution: {"claire", "bilal", "dora"},
    linked: {"claire", "bilal"},
    organisers_only: {"claire"},
    organisers_and_bilal: {"claire", "bilal"},
}
PEOPLE = ["claire", "bilal", "chen", "dora"]


def doors(recording: UUID, track: UUID) -> list[str]:
    return [
        reverse("minutes", args=[recording]),
        reverse("minutes_state", args=[recording]),
        reverse("minutes_download", args=[recording, "txt"]),
        reverse("minutes_audio", args=[recording, track]),
        reverse("recording", args=[recording]),
    ]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_door_and_the_policy_say_the_same(
    client: Client,
    minutes: Transcription,
    held: Held,
    claire: User,
    state: Callable[[Transcription, User], None],
    name: str,
) -> None:
    state(minutes, claire)
    user = make_agent(name)
    may = name in STATES[state]
    fresh = Transcription.objects.select_related("recording__meeting__room").get(pk=minutes.pk)
    assert Recording.objects.visible_to(user).exists() == may
    assert Transcription.objects.visible_to(user).exists() == may
    assert Recording.objects.visible_to(user, among=[minutes.recording_id]).exists() == may
    assert not Recording.objects.visible_to(user, among=[]).exists()
    assert bool(search_minutes(user, read_question("budget")).count) == may
    assert decide(standing_of(user, fresh), Stage.DRAFT, Verb.READ).allowed == may
    client.force_login(user)
    answers = {address: client.get(address).status_code for address in doors(held.recording.pk, held.claire.pk)}
    assert {status in (200, 302) for status in answers.values()} == {may}, answers


def test_reader_by_sharing_reads_and_does_nothing_else(client: Client, minutes: Transcription, claire: User) -> None:
    dora_named(minutes, claire)
    client.force_login(make_agent("dora"))
    recording = minutes.recording_id
    for name in ("minutes_approve", "minutes_share", "minutes_readers"):
        client.post(reverse(name, args=[recording]), {"kind": "link", "readers": "organisers"})
    assert RecordingShare.objects.count() == 1
    assert Recording.objects.get().readers == "participants"
    assert not minutes.versions.exists()
    page = client.get(reverse("minutes", args=[recording])).content.decode()
    for absent in (
        'data-action="unshare"',
        'data-action="share-person"',
        'data-action="approve"',
        "data-command=toggle",
    ):
        assert absent not in page


@pytest.mark.parametrize(
    ("rule", "do", "code"),
    [
        ({"sharing": "nobody"}, dora_named, "sharing-closed"),
        ({"sharing": "nobody"}, own_institution, "sharing-closed"),
        ({"reading_links": False}, linked, "links-closed"),
    ],
)
def test_institution_forbids(
    minutes: Transcription, claire: User, rule: dict[str, object], do: Callable[[Transcription, User], None], code: str
) -> None:
    Policy.objects.create(institution_id=claire.institution_id, **rule)
    with pytest.raises(NotShared) as refused:
        do(minutes, claire)
    assert refused.value.code == code
    assert not RecordingShare.objects.exists()


def test_institution_keeps_sharing_within(minutes: Transcription, held: Held, claire: User, chen: User) -> None:
    Policy.objects.create(institution_id=claire.institution_id, sharing="institution")
    was_there(held.meeting, chen)
    with pytest.raises(NotShared) as refused:
        actions.share_with_person(minutes, chen.email, "7", actor=claire)
    assert refused.value.code == "sharing-within-institution"
    with pytest.raises(NotShared) as refused:
        actions.share_with_institution(minutes, str(chen.institution_id), "7", actor=claire)
    assert refused.value.code == "sharing-within-institution"
    dora_named(minutes, claire)


def was_there(meeting: Meeting, user: User) -> None:
    from tests.cast import make_participation

    make_participation(meeting, user)


def test_address_elsewhere_proves_nobody(minutes: Transcription, claire: User, chen: User) -> None:
    for address in (chen.email, "nobody@example.org", "", "\x00"[:0]):
        with pytest.raises(NotShared) as refused:
            actions.share_with_person(minutes, address, "7", actor=claire)
        assert refused.value.code == "nobody-known"
    elsewhere = Institution.objects.get(siret="18008901303720")
    with pytest.raises(NotShared):
        actions.share_with_institution(minutes, str(elsewhere.pk), "7", actor=claire)


def test_readers_are_never_more_than_the_rules_say(minutes: Transcription, claire: User) -> None:
    organisers_only(minutes, claire)
    Policy.objects.create(institution_id=claire.institution_id, readers="organisers")
    with pytest.raises(NotShared) as refused:
        actions.set_readers(minutes, "participants", actor=claire)
    assert refused.value.code == "readers-closed"


def test_organiser_who_left_the_institution_sees_no_recording(minutes: Transcription, claire: User, chen: User) -> None:
    claire.participations.update(user=None)
    assert Recording.objects.visible_to(claire).exists()
    claire.institution = chen.institution
    claire.save()
    assert not Recording.objects.visible_to(claire).exists()


def test_each_reading_and_sharing_is_in_the_trail(client: Client, minutes: Transcription, claire: User) -> None:
    dora_taken_back(minutes, claire)
    client.force_login(claire)
    client.get(reverse("minutes", args=[minutes.recording_id]))
    client.get(reverse("minutes_download", args=[minutes.recording_id, "txt"]))
    verbs = ["minutes.shared", "minutes.unshared", "minutes.read", "minutes.downloaded"]
    found = AuditEntry.objects.filter(verb__in=verbs).order_by("pk")
    assert [(row.verb, row.actor, row.institution_id) for row in found] == [
        (verb, claire, claire.institution_id) for verb in verbs
    ]
    assert found[0].details == {"kind": "person", "days": 30}


def test_sharing_again_moves_the_end_and_leaves_one_share(minutes: Transcription, claire: User) -> None:
    dora_named(minutes, claire)
    actions.share_with_person(minutes, "dora@example.gouv.fr", "90", actor=claire)
    share = RecordingShare.objects.current().get()
    assert share.expires_at is not None
    assert share.expires_at > timezone.now() + timedelta(days=80)


def test_list_of_meetings_offers_no_minutes_that_were_closed(
    client: Client, minutes: Transcription, claire: User
) -> None:
    client.force_login(make_agent("bilal"))
    address = reverse("minutes", args=[minutes.recording_id])
    assert address in client.get("/reunions/", {"onglet": "passees"}).content.decode()
    organisers_only(minutes, claire)
    assert address not in client.get("/reunions/", {"onglet": "passees"}).content.decode()


def test_unknown_way_of_sharing_is_not_found(client: Client, minutes: Transcription, claire: User) -> None:
    client.force_login(claire)
    assert client.post(reverse("minutes_share", args=[minutes.recording_id]), {"kind": "x"}).status_code == 404
