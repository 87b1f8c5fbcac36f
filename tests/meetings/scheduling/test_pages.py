from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from meetings.models import Occurrence, Policy, RoomOrganiser, Series
from meetings.scheduling import actions, cancelling
from meetings.scheduling.plan import People, RoomChoices, Wording
from tests.meetings.scheduling.conftest import Clock, Plan, at, days, timing

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "Comité de pilotage",
    "date": "2026-11-25",
    "time": "14:00",
    "duration": "90",
    "time_zone": "Europe/Paris",
    "repeat": "never",
    "interval": "1",
    "ends": "count",
    "count": "4",
    "until": "",
    "agenda": "1. Budget\n2. Calendrier",
    "links": "Ordre du jour https://documents.example.gouv.fr/1",
    "required_people": "bilal@example.gouv.fr, Invité <guest@example.org>",
    "optional_people": "autre@example.org",
    "co_organisers": "",
    "room": "",
    "meeting_type": "ordinary",
    "guests": "no",
    "other_institutions": "inherit",
    "recording": "inherit",
    "transcription": "inherit",
    "captions": "inherit",
    "lobby": "outsiders",
    "max_participants": "",
    "language": "en",
}


@pytest.fixture
def signed_in(client: Client, clock: Clock, claire: User, bilal: User) -> Client:
    client.force_login(claire)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    return {**TYPED, "key": str(uuid4()), **changes}


def post(client: Client, **changes: Any) -> str:
    return client.post(reverse("schedule"), typed(**changes), follow=True).content.decode()


def test_the_empty_form_is_in_french(signed_in: Client) -> None:
    page = signed_in.get(reverse("schedule"), HTTP_ACCEPT_LANGUAGE="fr")
    assert page.status_code == 200
    assert 'lang="fr"' in page.content.decode()


def test_a_meeting_is_planned_and_its_page_shows_everything(signed_in: Client, bilal: User) -> None:
    page = post(signed_in)
    series = Series.objects.get()
    assert days(series) == ["11-25 14:00"]
    assert series.links == [{"label": "Ordre du jour", "url": "https://documents.example.gouv.fr/1"}]
    assert (series.room.guests, series.room.recording, series.room.lobby) == (False, None, "outsiders")
    assert {invitation.language for invitation in series.invitations.all()} == {"en"}
    asked = {(row.email, row.required, row.user) for row in series.invitations.all()}
    assert asked == {
        ("bilal@example.gouv.fr", True, bilal),
        ("guest@example.org", True, None),
        ("autre@example.org", False, None),
    }
    for shown in ("Comité de pilotage", "Ordre du jour", "Calendrier", "Bilal Mercier", "autre@example.org", "14:00"):
        assert shown in page
    assert f"/r/{series.room.code}/" in page


@pytest.mark.parametrize(
    ("changes", "rule", "expected"),
    [
        ({"repeat": "daily", "count": "2"}, "FREQ=DAILY;COUNT=2", ["11-25", "11-26"]),
        (
            {"repeat": "working-days", "count": "4"},
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=4",
            ["11-25", "11-26", "11-27", "11-30"],
        ),
        ({"repeat": "weekly", "weekdays": ["0", "2"], "count": "3"}, None, ["11-25", "11-30", "12-02"]),
        ({"repeat": "weekly", "interval": "2", "count": "2"}, None, ["11-25", "12-09"]),
        ({"repeat": "weekly", "ends": "until", "until": "2026-12-09"}, None, ["11-25", "12-02", "12-09"]),
        ({"repeat": "monthly-date", "count": "2"}, "FREQ=MONTHLY;BYMONTHDAY=25;COUNT=2", ["11-25", "12-25"]),
        ({"repeat": "monthly-weekday", "count": "2"}, "FREQ=MONTHLY;BYDAY=4WE;COUNT=2", ["11-25", "12-23"]),
        ({"repeat": "yearly", "count": "2"}, "FREQ=YEARLY;COUNT=2", ["11-25", "11-25"]),
    ],
)
def test_repetitions_of_the_form(
    signed_in: Client, changes: dict[str, Any], rule: str | None, expected: list[str]
) -> None:
    post(signed_in, **changes)
    series = Series.objects.get()
    assert [day[:5] for day in days(series)] == expected
    if rule:
        assert series.rule == rule


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "a\x00b"},
        {"date": "2026-11-23"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"date": "2036-01-01"},
        {"date": "demain"},
        {"time": "25:00"},
        {"date": "2027-03-28", "time": "02:30"},
        {"duration": "0"},
        {"duration": "99999999999999999999"},
        {"time_zone": "Mars/Olympus"},
        {"repeat": "hourly"},
        {"repeat": "daily", "count": ""},
        {"repeat": "daily", "count": "751"},
        {"repeat": "daily", "ends": "until"},
        {"repeat": "daily", "ends": "until", "until": "2026-11-01"},
        {"repeat": "daily", "ends": "until", "until": "9999-12-31", "time_zone": "America/New_York"},
        {"repeat": "yearly", "count": "20"},
        {"weekdays": ["9"]},
        {"links": "Document http://example.org"},
        {"links": "javascript:alert(1)"},
        {"required_people": "pas une adresse"},
        {"required_people": "x@example.org\x00"},
        {"co_organisers": "chen@example.gouv.fr"},
        {"room": str(uuid4())},
        {"room": "x"},
        {"meeting_type": "secret"},
        {"guests": "maybe"},
        {"max_participants": "1"},
        {"key": "x"},
    ],
)
def test_bad_input_is_explained_and_nothing_typed_is_lost(
    signed_in: Client, chen: User, changes: dict[str, Any]
) -> None:
    answer = signed_in.post(reverse("schedule"), typed(**changes))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in page
    assert not Series.objects.exists()
    assert "2. Calendrier" in page
    assert "autre@example.org" in page


def test_form_shows_what_the_institution_rules_and_refuses_to_loosen_it(signed_in: Client, claire: User) -> None:
    assert claire.institution
    Policy.objects.create(institution=claire.institution, recording="never", lobby="outsiders", max_participants=20)
    page = signed_in.get(reverse("schedule"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "As the institution: guests and other institutions" in page
    assert "At most 20" in page
    for change in ({"recording": "yes"}, {"recording": "no"}, {"lobby": "guests"}, {"max_participants": "21"}):
        assert 'role="alert"' in post(signed_in, **change)
    assert not Series.objects.exists()


def test_the_same_form_sent_twice_plans_one_meeting(signed_in: Client) -> None:
    once = typed()
    for _ in range(2):
        assert signed_in.post(reverse("schedule"), once).status_code == 302
    assert Series.objects.count() == 1


def test_the_directory_finds_colleagues_and_keeps_what_is_typed(signed_in: Client, bilal: User, chen: User) -> None:
    url = reverse("schedule")
    page = signed_in.post(url, typed(search="1", search_words="merc", required_people="")).content.decode()
    assert "Bilal Mercier" in page
    assert "2. Calendrier" in page
    assert 'role="alert"' not in page
    answer = signed_in.post(url, typed(search="1", search_words="garnier", add=[str(bilal.pk), str(chen.pk), "x"]))
    assert "Chen Garnier" not in answer.content.decode()
    assert answer.context["form"].initial["required_people"].endswith("bilal@example.gouv.fr")


def test_somebody_ticked_in_the_directory_is_invited_without_another_search(signed_in: Client, bilal: User) -> None:
    post(signed_in, required_people="", add=[str(bilal.pk)])
    assert Series.objects.get().invitations.filter(user=bilal).exists()


def test_enter_in_the_field_of_names_searches_and_plans_nothing(signed_in: Client) -> None:
    assert "Bilal Mercier" in post(signed_in, search_words="bilal")
    assert not Series.objects.exists()


def test_errors_are_in_french(signed_in: Client) -> None:
    assert "Ce champ est obligatoire" in post(signed_in, title="")


def pages(series: Series) -> dict[str, str]:
    row = series.occurrences.all()[1]
    return {
        "change all": reverse("change_series", args=[series.pk]),
        "cancel all": reverse("cancel_series", args=[series.pk]),
        "choose": reverse("change_occurrence", args=[row.pk]),
        "change one": reverse("change_occurrence", args=[row.pk]) + "?portee=cette-date",
        "change following": reverse("change_occurrence", args=[row.pk]) + "?portee=suivantes",
        "cancel one": reverse("cancel_occurrence", args=[row.pk]),
    }


def test_pages_of_a_series_are_for_its_organisers_and_its_reading_for_the_invited(
    client: Client, plan: Plan, claire: User, bilal: User, chen: User, dora: User
) -> None:
    series = plan()
    RoomOrganiser.objects.create(room=series.room, user=dora)
    reading = reverse("series", args=[series.pk])
    for person, reads, changes in ((claire, 200, 200), (dora, 200, 200), (bilal, 200, 404), (chen, 404, 404)):
        client.force_login(person)
        assert client.get(reading).status_code == reads
        for name, address in pages(series).items():
            assert client.get(address).status_code == changes, name
    client.logout()
    assert client.get(reading).status_code == 302


def test_posts_of_people_who_may_not_change_nothing(client: Client, plan: Plan, bilal: User, chen: User) -> None:
    series = plan()
    row, asked = series.occurrences.all()[1], series.invitations.all()[0]
    addresses = [
        *pages(series).values(),
        reverse("restore_series", args=[series.pk]),
        reverse("restore_occurrence", args=[row.pk]),
        reverse("change_invitation", args=[series.pk, asked.pk]),
    ]
    for person in (bilal, chen):
        client.force_login(person)
        assert {client.post(address, typed()).status_code for address in addresses} == {404}
    series.refresh_from_db()
    assert series.sequence == 0


def test_an_invited_person_sees_no_button_that_changes(client: Client, plan: Plan, bilal: User) -> None:
    series = plan()
    client.force_login(bilal)
    page = client.get(reverse("series", args=[series.pk])).content.decode()
    assert reverse("room", args=[series.room.code]) in page
    assert "/modifier/" not in page
    assert "/annuler/" not in page


def resent(client: Client, address: str, **changes: Any) -> Any:
    """What a browser sends when somebody opens the form, changes some fields, and saves."""
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None}
    data["date"], data["time"] = f"{data['date']:%Y-%m-%d}", f"{data['time']:%H:%M}"
    return client.post(address, {**data, **changes})


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6",
        "FREQ=MONTHLY;BYDAY=-1TU;COUNT=6",
        "FREQ=MONTHLY;BYMONTHDAY=24;COUNT=6",
        "FREQ=DAILY;INTERVAL=2;UNTIL=20261222T120000Z",
    ],
)
def test_a_form_saved_as_it_was_opened_changes_nothing(
    client: Client, plan: Plan, claire: User, clock: Clock, rule: str
) -> None:
    series = plan(rule)
    client.force_login(claire)
    row = series.occurrences.last()
    assert row
    if rule:
        clock.now = at(11, 24, 12)
    names = ["change all", "change one", "change following"] if rule else ["change all"]
    for name in names:
        address = (
            reverse("change_series", args=[series.pk])
            if name == "change all"
            else reverse("change_occurrence", args=[row.pk])
        )
        scope = {"change one": "?portee=cette-date", "change following": "?portee=suivantes"}.get(name, "")
        assert resent(client, address + scope).status_code == 302
    series.refresh_from_db()
    assert (series.sequence, Series.objects.count()) == (0, 1)


def test_one_date_following_dates_and_all_dates_change_from_their_pages(
    client: Client, plan: Plan, claire: User
) -> None:
    series = plan("FREQ=WEEKLY;BYDAY=TU;COUNT=4")
    client.force_login(claire)
    rows = list(series.occurrences.all())
    one = reverse("change_occurrence", args=[rows[1].pk])
    assert client.get(one + "?portee=toutes").headers["Location"] == reverse("change_series", args=[series.pk])
    resent(client, one + "?portee=cette-date", time="16:00")
    assert days(series) == ["11-24 09:30", "12-01 16:00", "12-08 09:30", "12-15 09:30"]
    resent(client, reverse("change_occurrence", args=[rows[2].pk]) + "?portee=suivantes", time="11:00")
    other = Series.objects.get(continues=series)
    assert (days(series), days(other)) == (["11-24 09:30", "12-01 16:00"], ["12-08 11:00", "12-15 11:00"])
    resent(client, reverse("change_series", args=[series.pk]), title="Autre", required_people="new@example.org")
    series.refresh_from_db()
    assert series.title == "Autre"
    assert set(series.invitations.filter(revoked_at=None).values_list("email", flat=True)) == {
        "new@example.org",
        "guest@example.org",
    }


@pytest.mark.parametrize(("scope", "left"), [("cette-date", 5), ("suivantes", 1), ("toutes", 0), ("autre", 6), ("", 6)])
def test_cancelling_is_confirmed_and_can_be_undone(
    client: Client, plan: Plan, claire: User, scope: str, left: int
) -> None:
    series = plan()
    client.force_login(claire)
    row = list(series.occurrences.all())[1]
    address = reverse("cancel_occurrence", args=[row.pk])
    client.get(address)
    assert len(days(series)) == 6
    page = client.post(address, {"portee": scope}, follow=True).content.decode()
    assert len(days(series)) == left
    if left == 0:
        assert reverse("restore_series", args=[series.pk]) in page
        client.post(reverse("restore_series", args=[series.pk]))
        assert len(days(series)) == 6
    elif left < 6:
        assert reverse("restore_occurrence", args=[row.pk]) in page
        client.post(reverse("restore_occurrence", args=[row.pk]))
        assert len(days(series)) == left + 1


def test_invitations_change_from_the_page(client: Client, plan: Plan, claire: User) -> None:
    series = plan()
    client.force_login(claire)
    guest = series.invitations.get(email="guest@example.org")
    address = reverse("change_invitation", args=[series.pk, guest.pk])
    client.post(address, {"action": "required"})
    guest.refresh_from_db()
    assert guest.required
    client.post(address, {"action": "nothing"})
    client.post(address, {"action": "withdraw"})
    guest.refresh_from_db()
    assert guest.revoked_at


def test_a_person_who_is_not_invited_any_more_does_not_see_it(client: Client, plan: Plan, bilal: User) -> None:
    series = plan()
    client.force_login(bilal)
    series.invitations.filter(user=bilal).update(revoked_at=at(11, 24))
    assert client.get(reverse("series", args=[series.pk])).status_code == 404


def test_times_of_elsewhere_are_shown_in_the_readers_with_the_place_named(signed_in: Client) -> None:
    page = post(signed_in, time_zone="Indian/Reunion", time="14:00")
    assert "11:00" in page
    assert "14:00" not in page
    assert "Réunion" in page


def test_refusals_are_said_on_the_page(client: Client, plan: Plan, claire: User, clock: Clock) -> None:
    series = plan("")
    client.force_login(claire)
    clock.now = at(12, 1)
    row = Occurrence.objects.get()
    for address in (
        reverse("change_series", args=[series.pk]),
        reverse("cancel_series", args=[series.pk]),
        reverse("cancel_occurrence", args=[row.pk]),
    ):
        method = client.get if "modifier" in address else client.post
        assert "fr-alert--error" in method(address, follow=True).content.decode()


def test_a_cancelled_series_refuses_changes_politely(client: Client, plan: Plan, claire: User) -> None:
    series = plan()
    cancelling.cancel_series(series.pk, actor=claire)
    client.force_login(claire)
    answer = resent(client, reverse("change_series", args=[series.pk]), title="Autre")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_words_are_text_wherever_they_are_shown(client: Client, clock: Clock, claire: User) -> None:
    nasty = "</script><script>alert(1)</script>"
    series = actions.schedule(Wording(nasty, nasty), timing(), People(), RoomChoices(), key=uuid4(), actor=claire)
    client.force_login(claire)
    for address in [reverse("series", args=[series.pk]), *pages(series).values()]:
        assert "<script>alert(1)" not in client.get(address).content.decode()
