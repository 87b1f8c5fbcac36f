"""Whose rows a request is about: in the institutions of the officer, and a declared name proves nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Institution, User
from governance.requests import subjects
from governance.requests.errors import RequestRefused
from governance.requests.holdings import Holdings
from governance.requests.listing import KINDS, summary
from tests.cast import make_meeting, make_participation, make_room
from tests.governance.conftest import GUEST, SAID, Held, ask
from tests.meetings.invitations.conftest import invite, make_series
from transcripts.models import Import

pytestmark = pytest.mark.django_db


def scope(user: User) -> list[int]:
    assert user.institution
    return [user.institution.pk]


def test_found_by_address_whatever_its_letters(held: Held, claire: User) -> None:
    found = subjects.find(scope(claire), email="CLAIRE@example.gouv.fr")
    assert (found.users, found.by_name) == ([claire], [])


def test_guest_is_found_by_a_part_of_the_declared_name_without_accents(held: Held, claire: User) -> None:
    found = subjects.find(scope(claire), name="gaspard invite")
    assert [person.display_name for person in found.by_name] == [GUEST]
    assert subjects.find(scope(claire), name="Gaspard Autre").is_empty


def test_account_is_found_by_words_of_its_name_in_any_order(held: Held, claire: User) -> None:
    assert subjects.find(scope(claire), name="fontaine claire").users == [claire]


def test_nothing_of_elsewhere_is_found(held: Held, claire: User, chen: User) -> None:
    for asked in ({"email": claire.email}, {"name": "Fontaine"}, {"name": "Gaspard"}):
        assert subjects.find(scope(chen), **asked).is_empty
    assert subjects.find(scope(claire), email=chen.email).is_empty


def test_agent_of_elsewhere_who_met_here_is_found_without_their_identity(held: Held, claire: User, chen: User) -> None:
    make_participation(held.meeting, chen)
    elsewhere = make_meeting(make_room(chen, "Au CNRS"))
    make_participation(elsewhere, chen)
    assert subjects.find(scope(claire), email=chen.email).users == [chen]
    theirs = Holdings(subjects.Subject(users=frozenset({chen.pk}), institutions=frozenset(scope(claire))))
    assert [row.meeting.title for row in theirs.participations] == ["Comité de pilotage"]
    assert list(theirs.accounts) == []


def test_officer_above_answers_for_those_below(held: Held, claire: User, dora: User) -> None:
    assert claire.institution
    above = Institution.objects.create(siret="11000201100044", label="Ministère")
    claire.institution.parent = above
    claire.institution.save()
    dora.institution = above
    row = ask(dora, actor=dora)
    subjects.choose(row.pk, [claire.pk], [held.people["guest"].pk], [], actor=dora)
    assert Holdings(subjects.subject_of(row)).lines.count() == len(SAID["claire"]) + len(SAID["guest"])


def test_rows_of_elsewhere_are_not_chosen(held: Held, chen: User, dora: User) -> None:
    row = ask(chen, actor=dora)
    for chosen in ([[dora.pk], [], []], [[], [held.people["guest"].pk], []]):
        with pytest.raises(RequestRefused):
            subjects.choose(row.pk, *chosen, actor=dora)
    assert not row.subjects.exists()


def test_participation_of_an_account_is_not_chosen_alone(held: Held, claire: User, dora: User) -> None:
    """It goes with the account: half a person is nobody."""
    row = ask(claire, actor=dora)
    with pytest.raises(RequestRefused):
        subjects.choose(row.pk, [], [held.people["bilal"].pk], [], actor=dora)


def test_person_invited_by_mail_is_found_with_where_they_came(held: Held, claire: User, dora: User) -> None:
    invitation = invite(make_series(claire), "Invitee@Example.org")
    there = make_participation(held.meeting, "Inès Invitée")
    there.invitation = invitation
    there.save()
    assert subjects.find(scope(claire), email="invitee@example.org").invitations == [invitation]
    row = ask(claire, actor=dora)
    subjects.choose(row.pk, [], [], [invitation.pk], actor=dora)
    assert list(Holdings(subjects.subject_of(row)).participations) == [there]


def test_import_that_names_somebody_is_told(claire: User) -> None:
    assert claire.institution
    Import.objects.create(
        user=claire, institution=claire.institution, title="Dictaphone", held_on="2026-10-05", names=["Zoé Tiers"]
    )
    assert [one.title for one in subjects.find(scope(claire), name="Zoé Tiers").imports] == ["Dictaphone"]


def test_officer_sees_dates_and_places_and_no_words(client: Client, officer: User, held: Held, claire: User) -> None:
    row = ask(claire, actor=officer)
    subjects.choose(row.pk, [claire.pk], [], [], actor=officer)
    shown = client.get(reverse("dpo_holdings", args=[row.pk])).content.decode()
    for kind in KINDS:
        shown += client.get(reverse("dpo_holding", args=[row.pk, kind])).content.decode()
    assert "Comité de pilotage" in shown
    assert [words for said in SAID.values() for words in said if words in shown] == []


def test_candidates_are_ticked_on_the_page(client: Client, officer: User, held: Held, claire: User) -> None:
    row = ask(claire, actor=officer)
    place = reverse("dpo_subject", args=[row.pk])
    page = client.get(place, {"name": "Gaspard"}).content.decode()
    guest = held.people["guest"]
    assert f'value="{guest.pk}"' in page
    client.post(place, {"participation": [str(guest.pk)]})
    assert [one.participation for one in row.subjects.all()] == [guest]
    assert client.post(place, {"participation": ["<script>"]}).status_code == 404


def test_counts_are_those_of_the_rows(held: Held, claire: User) -> None:
    counted = {kind.slug: kind.count for kind in summary(Holdings(subjects.Subject(users=frozenset({claire.pk}))))}
    assert (counted["participations"], counted["lignes"], counted["sons"], counted["reponses"]) == (1, 2, 1, 1)
