"""What "My meetings" shows, to whom, and at what cost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from meetings import actions
from meetings.models import Invitation, Occurrence, RoomOrganiser
from meetings.persons import Person
from meetings.week import PAGE_SIZE
from tests.cast import make_agent, make_meeting, make_recording, make_room
from tests.meetings.test_week_agenda import invite, plan

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture
def claire(db: None) -> User:
    return make_agent("claire")


@pytest.fixture
def bilal(db: None) -> User:
    return make_agent("bilal")


@pytest.fixture
def reader(client: Client, claire: User) -> Client:
    client.force_login(claire)
    return client


def soon(**delta: float) -> datetime:
    return timezone.now() + timedelta(**delta)


def read(client: Client, **query: str) -> str:
    answer = client.get(reverse("meetings"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(text: str) -> list[str]:
    """Of the list, in its order."""
    text = text[text.index('id="list-title"') :]
    return re.findall(r"Réunion \d+", " ".join(re.findall(r"<h4[^>]*>(.*?)</h4>", text, re.DOTALL)))


def test_coming_meetings_are_in_order_whoever_organises_them(reader: Client, claire: User, bilal: User) -> None:
    plan(claire, "Réunion 3", start=soon(days=3))
    invite(plan(bilal, "Réunion 1", start=soon(days=1)), claire)
    shared = plan(bilal, "Réunion 2", start=soon(days=2))
    RoomOrganiser.objects.create(room=shared.room, user=claire)
    plan(bilal, "Réunion 9", start=soon(days=1))
    assert titles(read(reader, onglet="a-venir")) == ["Réunion 1", "Réunion 2", "Réunion 3"]


@pytest.mark.parametrize(("part", "found"), [("organisees", ["Réunion 1"]), ("invitations", ["Réunion 2"])])
def test_meetings_are_filtered_by_who_organises(
    reader: Client, claire: User, bilal: User, part: str, found: list[str]
) -> None:
    plan(claire, "Réunion 1", start=soon(days=1))
    invite(plan(bilal, "Réunion 2", start=soon(days=2)), claire)
    assert titles(read(reader, onglet="a-venir", qui=part)) == found


@pytest.mark.parametrize("words", ["REUNION 1", "réunion 1", "budgetaire", "Mercier", "bilal mercier budgétaire"])
def test_words_are_found_without_accents_or_capitals(reader: Client, claire: User, bilal: User, words: str) -> None:
    series = plan(bilal, "Réunion 1", start=soon(days=1))
    series.agenda = "Débat budgétaire"
    series.save()
    invite(series, claire)
    plan(claire, "Réunion 2", start=soon(days=1))
    assert titles(read(reader, onglet="a-venir", q=words)) == ["Réunion 1"]
    assert titles(read(reader, onglet="a-venir", q=f"{words} absent")) == []


def test_wildcards_are_words_as_others(reader: Client, claire: User) -> None:
    plan(claire, "Réunion 1", start=soon(days=1))
    assert titles(read(reader, onglet="a-venir", q="%")) == []


@pytest.mark.parametrize("tab", ["a-venir", "passees"])
def test_pages_follow_one_another_and_lose_nothing(reader: Client, claire: User, tab: str) -> None:
    at = soon(days=1)  # all at once: ties are where pages lose rows
    for number in range(PAGE_SIZE * 2 + 5):
        if tab == "a-venir":
            plan(claire, f"Réunion {number}", start=at)
        else:
            make_meeting(make_room(claire, f"Réunion {number}"))
    seen: list[str] = []
    text = read(reader, onglet=tab)
    while True:
        seen += titles(text)
        following = re.search(r'rel="next" href="\?([^"]+)"', text)
        if not following:
            break
        text = reader.get(f"{reverse('meetings')}?{following[1].replace('&amp;', '&')}").content.decode()
    assert len(seen) == len(set(seen)) == PAGE_SIZE * 2 + 5


def test_rooms_follow_one_another_and_lose_nothing(reader: Client, claire: User) -> None:
    codes = {actions.create_room("Salle", actor=claire, is_lasting=True).code for _ in range(PAGE_SIZE + 3)}
    text = read(reader, onglet="salles")
    following = re.search(r'rel="next" href="\?([^"]+)"', text)
    assert following
    text += reader.get(f"{reverse('meetings')}?{following[1].replace('&amp;', '&')}").content.decode()
    found = re.findall(r'rooms__code">([^<]+)<', text)
    assert len(found) == PAGE_SIZE + 3
    assert set(found) == codes


def test_my_rooms_are_the_lasting_ones_that_i_organise(reader: Client, claire: User, bilal: User) -> None:
    mine = actions.create_room("Salle à moi", actor=claire, is_lasting=True)
    shared = actions.create_room("Salle partagée", actor=bilal, is_lasting=True)
    RoomOrganiser.objects.create(room=shared, user=claire)
    actions.create_room("Salle d’une fois", actor=claire)
    actions.create_room("Salle d’un autre", actor=bilal, is_lasting=True)
    text = read(reader, onglet="salles")
    assert f"/r/{mine.code}/" in text
    assert f"/r/{shared.code}/" in text
    assert "Salle d’un" not in text
    assert "Salle partagée" not in read(reader, onglet="salles", q="a moi")


@pytest.mark.parametrize(
    ("begins_in", "lasts", "may_join"), [(14, 60, True), (16, 60, False), (-30, 60, True), (-61, 60, False)]
)
def test_one_may_join_from_a_quarter_of_an_hour_before(
    reader: Client, claire: User, monkeypatch: pytest.MonkeyPatch, begins_in: int, lasts: int, may_join: bool
) -> None:
    noon = datetime(2027, 1, 11, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    series = plan(claire, "Réunion 1", start=noon + timedelta(minutes=begins_in))
    text = read(reader)
    assert titles(text) == ["Réunion 1"]
    assert (f"/r/{series.room.code}/" in text) is may_join


def test_cancelled_meeting_says_so_and_can_not_be_joined(reader: Client, claire: User) -> None:
    series = plan(claire, "Réunion 1", start=soon(minutes=5))
    Occurrence.objects.update(cancelled_at=timezone.now())
    text = read(reader, onglet="a-venir")
    assert "fr-badge--warning" in text
    assert f"/r/{series.room.code}/" not in text


def test_meeting_that_goes_on_is_first_of_all(reader: Client, claire: User, bilal: User) -> None:
    room = make_room(bilal, "Réunion 1")
    actions.join_meeting(room, person=Person(claire), shared_microphone=False)
    text = read(reader)
    assert text.index('id="now-title"') < text.index(f"/r/{room.code}/") < text.index('id="list-title"')
    assert titles(read(reader, onglet="passees")) == []


def test_each_series_that_awaits_an_answer_is_told_once(reader: Client, claire: User, bilal: User) -> None:
    invite(plan(bilal, "Réunion 1", start=soon(days=1), dates=5), claire)
    invite(plan(bilal, "Réunion 2", start=soon(days=2)), claire, Invitation.Answer.ACCEPTED)
    cancelled = plan(bilal, "Réunion 3", start=soon(days=2))
    invite(cancelled, claire)
    cancelled.cancelled_at = timezone.now()
    cancelled.save()
    invite(plan(bilal, "Réunion 4", start=soon(days=-2)), claire)
    text = read(reader)
    waiting = text[text.index('id="awaits-title"') : text.index('class="week-tabs"')]
    assert re.findall(r"Réunion \d", " ".join(re.findall(r"<h4.*?</h4>", waiting, re.DOTALL))) == ["Réunion 1"]


def test_past_meetings_lead_to_their_minutes(reader: Client, claire: User) -> None:
    kept = make_recording(make_meeting(make_room(claire, "Réunion 1")))
    make_meeting(make_room(claire, "Réunion 2"))
    assert sorted(titles(read(reader, onglet="passees"))) == ["Réunion 1", "Réunion 2"]
    text = read(reader, onglet="passees", enregistrees="1")
    assert titles(text) == ["Réunion 1"]
    assert reverse("minutes", args=[kept.pk]) in text


@pytest.mark.parametrize("tab", ["aujourdhui", "a-venir", "passees", "salles"])
def test_empty_page_says_what_to_do_and_where_one_is(reader: Client, tab: str) -> None:
    text = read(reader, onglet=tab)
    assert 'class="week-empty"' in text
    assert text.count("<h1") == 1
    assert re.findall(r'href="\?onglet=([a-z-]+)" aria-current="page"', text) == [tab]


@pytest.mark.parametrize(
    "query",
    [
        {"onglet": "rien", "qui": "\x00"},
        {"apres": "x"},
        {"apres": "9999999999999999-999999999999999999", "onglet": "passees"},
        {"apres": f"1-{'-' * 36}", "onglet": "salles"},
        {"apres": f"1-{'a' * 36}", "onglet": "salles"},
        {"apres": "1-1", "onglet": "salles"},
        {"q": "\x00" * 5 + "'\"%_\\" * 100, "onglet": "a-venir"},
        {"apres": "1" * 5000},
    ],
)
def test_strange_addresses_are_pages_too(reader: Client, query: dict[str, str]) -> None:
    assert reader.get(reverse("meetings"), query).status_code == 200


@pytest.mark.parametrize("tab", ["aujourdhui", "a-venir", "passees", "salles"])
def test_many_meetings_ask_the_database_as_little_as_few(reader: Client, claire: User, bilal: User, tab: str) -> None:
    def one_more() -> None:
        plan(claire, start=soon(seconds=30))
        invite(plan(bilal, start=soon(seconds=30)), claire)
        actions.create_room("Salle", actor=claire, is_lasting=True)
        make_recording(make_meeting(make_room(claire)))
        actions.join_meeting(make_room(bilal), person=Person(claire), shared_microphone=False)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            read(reader, onglet=tab)
        return len(captured)

    one_more()
    read(reader, onglet=tab)
    few = queries()
    for _ in range(12):
        one_more()
    assert queries() == few
    assert few <= MOST_QUERIES
