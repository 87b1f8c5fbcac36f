"""A name is corrected where somebody was and in their lines; recordings are set aside, and given back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from governance.models import PersonRequest
from governance.requests import actions, rectification, restriction, subjects
from governance.requests.errors import RequestRefused
from meetings.models import Recording, RecordingShare
from tests.cast import make_meeting, make_recording, make_room
from tests.governance.conftest import GUEST, Held, ask
from transcripts.models import RecognisedLine, SealedLine, Segment
from transcripts.sealing.actions import approve
from transcripts.search import read_question, search_minutes
from transcripts.sharing import actions as sharing
from transcripts.sharing import links

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_the_guest(held: Held, claire: User, dora: User) -> PersonRequest:
    row = ask(claire, "rectification", actor=dora)
    actions.check_identity(row.pk, "call", actor=dora)
    subjects.choose(row.pk, [], [held.people["guest"].pk], [], actor=dora)
    return row


def test_declared_name_is_corrected_and_stays_declared(held: Held, of_the_guest: PersonRequest, dora: User) -> None:
    done = rectification.rectify(of_the_guest.pk, "Gaspard Linvité", actor=dora)
    assert (done.participations, done.lines, done.sealed) == (1, 1, 0)
    held.people["guest"].refresh_from_db()
    line = Segment.objects.get(participation=held.people["guest"])
    assert (held.people["guest"].display_name, line.speaker_name) == ("Gaspard Linvité", "Gaspard Linvité")
    assert line.assurance == "declared"
    assert RecognisedLine.objects.get().speaker_name == GUEST
    assert not Segment.objects.filter(speaker_name="Gaspard Linvité").exclude(pk=line.pk).exists()
    told = AuditEntry.objects.get(verb="participation.renamed")
    assert "Gaspard" not in str(told.details)


def test_approved_minutes_stay_as_they_were_sealed(
    held: Held, of_the_guest: PersonRequest, claire: User, dora: User
) -> None:
    approve(held.minutes, actor=claire)
    done = rectification.rectify(of_the_guest.pk, "Gaspard Linvité", actor=dora)
    assert (done.lines, done.sealed) == (0, 1)
    assert any(GUEST in (line.content or "") for line in SealedLine.objects.all())


def test_name_of_an_account_is_proconnects(held: Held, claire: User, dora: User) -> None:
    row = ask(claire, "rectification", actor=dora)
    actions.check_identity(row.pk, "call", actor=dora)
    subjects.choose(row.pk, [claire.pk], [], [], actor=dora)
    with pytest.raises(RequestRefused) as refused:
        rectification.rectify(row.pk, "Claire Autrement", actor=dora)
    assert refused.value.code == "of-proconnect"
    claire.usual_name = "Autrement"
    claire.save()  # ProConnect said so at her last sign-in
    assert rectification.rectify(row.pk, "Claire Autrement", actor=dora).lines == 2


def test_nothing_is_corrected_before_the_identity_is_known(held: Held, claire: User, dora: User) -> None:
    row = ask(claire, "rectification", actor=dora)
    subjects.choose(row.pk, [], [held.people["guest"].pk], [], actor=dora)
    with pytest.raises(RequestRefused):
        rectification.rectify(row.pk, "Autre", actor=dora)
    with pytest.raises(RequestRefused):
        restriction.restrict(row.pk, [held.recording.pk], actor=dora)


def test_recording_set_aside_is_read_by_nobody_and_comes_back(
    client: Client, held: Held, of_the_guest: PersonRequest, claire: User, bilal: User, chen: User, dora: User
) -> None:
    share = sharing.share_by_link(held.minutes, days="7", actor=claire)
    RecordingShare.objects.create(recording=held.recording, user=chen, by=claire)
    address = links.address_of(share)
    token = address.rstrip("/").rpartition("/")[2]
    budget = read_question("budget")
    readers = (claire, bilal, chen)

    def may_read() -> list[bool]:
        seen = [Recording.objects.visible_to(user).filter(pk=held.recording.pk).exists() for user in readers]
        found = [search_minutes(user, budget).count == 1 for user in readers]
        return [*seen, *found, links.read(token) is not None]

    assert may_read() == [True] * 7
    restriction.restrict(of_the_guest.pk, [held.recording.pk], actor=dora)
    assert may_read() == [False] * 7
    client.force_login(claire)
    for name, arguments in (
        ("minutes", [held.recording.pk]),
        ("recording_sound", [held.recording.pk, held.tracks["claire"].pk]),
        ("recording", [held.recording.pk]),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == 404
    assert Segment.objects.count() == 4
    restriction.lift(of_the_guest.pk, "La contestation est close.", actor=dora)
    assert may_read() == [True] * 7


def test_recording_that_two_dispute_stays_aside_until_both_are_done(
    held: Held, of_the_guest: PersonRequest, claire: User, dora: User
) -> None:
    other = ask(claire, "restriction", actor=dora)
    actions.check_identity(other.pk, "call", actor=dora)
    subjects.choose(other.pk, [claire.pk], [], [], actor=dora)
    for row in (of_the_guest, other):
        restriction.restrict(row.pk, [held.recording.pk], actor=dora)
    restriction.lift(other.pk, "Close.", actor=dora)
    assert not Recording.objects.visible_to(claire).exists()
    restriction.lift(of_the_guest.pk, "Close.", actor=dora)
    assert Recording.objects.visible_to(claire).exists()


def test_recording_where_the_person_was_not_is_not_set_aside(
    held: Held, of_the_guest: PersonRequest, claire: User, dora: User
) -> None:
    other = make_recording(make_meeting(make_room(claire, "Ailleurs")))
    with pytest.raises(RequestRefused):
        restriction.restrict(of_the_guest.pk, [other.pk], actor=dora)
