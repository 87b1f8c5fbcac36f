"""The form that changes a series, when it is not alone: others change it too, and people come and go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from meetings.models import OutgoingMail, RoomOrganiser, Series
from meetings.scheduling import actions, cancelling, people
from meetings.scheduling.plan import Invitee, Wording
from tests.meetings.scheduling.conftest import Clock, Plan, at, days, timing

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, clock: Clock, claire: User) -> Client:
    client.force_login(claire)
    return client


def opened(client: Client, address: str) -> dict[str, Any]:
    """What a browser holds of the form, hidden fields too."""
    return held(client.get(address).context["form"])


def held(form: Any) -> dict[str, Any]:
    data = {name: form[name].value() for name in form.fields}
    shown = {
        form[name].html_initial_name: form[name].initial for name in form.fields if form[name].field.show_hidden_initial
    }
    data = {name: value for name, value in {**data, **shown}.items() if value is not None}
    if not isinstance(data["date"], str):
        data["date"], data["time"] = f"{data['date']:%Y-%m-%d}", f"{data['time']:%H:%M}"
    return data


def change(series: Series) -> str:
    return reverse("change_series", args=[series.pk])


def invited(series: Series) -> set[str]:
    return set(series.invitations.filter(revoked_at=None).values_list("email", flat=True))


def organisers(series: Series) -> set[User]:
    return set(series.room.co_organisers.all())


def test_form_opened_before_somebody_elses_change_puts_nothing_back(
    signed_in: Client, plan: Plan, claire: User, dora: User
) -> None:
    series = plan("")
    typed = {**opened(signed_in, change(series)), "agenda": "2. RH"}
    actions.change_series(series.pk, Wording("Comité", "1. Budget"), timing("", at(12, 3, 15)), actor=claire)
    people.invite(series.pk, [Invitee("new@example.org")], actor=claire)
    RoomOrganiser.objects.create(room=series.room, user=dora)
    OutgoingMail.objects.all().delete()
    answer = signed_in.post(change(series), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in page
    assert f'href="{reverse("series", args=[series.pk])}" target="_blank"' in page
    assert "2. RH" in page
    assert days(series) == ["12-03 15:00"]
    assert not OutgoingMail.objects.exists()
    again = {**typed, "version": held(answer.context["form"])["version"]}
    assert signed_in.post(change(series), again).status_code == 302
    series.refresh_from_db()
    assert (series.agenda, days(series)) == ("2. RH", ["11-24 09:30"])
    assert invited(series) == {"bilal@example.gouv.fr", "guest@example.org", "new@example.org"}
    assert organisers(series) == {dora}


def test_page_sends_along_what_it_showed(signed_in: Client, plan: Plan) -> None:
    page = signed_in.get(change(plan())).content.decode()
    for name in ("version", "initial-required_people", "initial-optional_people", "initial-co_organisers"):
        assert f'type="hidden" name="{name}"' in page


def test_who_was_taken_off_meanwhile_is_not_asked_again(signed_in: Client, plan: Plan, claire: User) -> None:
    series = plan()
    typed = opened(signed_in, change(series))
    people.uninvite(series.pk, series.invitations.get(email="guest@example.org").pk, actor=claire)
    answer = signed_in.post(change(series), typed)
    signed_in.post(change(series), {**typed, "version": held(answer.context["form"])["version"]})
    assert invited(series) == {"bilal@example.gouv.fr"}


def test_one_date_is_not_put_back_either(signed_in: Client, plan: Plan, claire: User) -> None:
    series = plan()
    row = list(series.occurrences.all())[1]
    address = reverse("change_occurrence", args=[row.pk]) + "?portee=cette-date"
    typed = opened(signed_in, address)
    actions.change_occurrence(
        row.pk, title="Comité", agenda="1. Budget", start=at(12, 1, 15), end=at(12, 1, 16), actor=claire
    )
    answer = signed_in.post(address, {**typed, "agenda": "2. RH"})
    assert answer.context["form"].is_outdated
    assert "12-01 15:00" in days(series)


def test_following_dates_are_not_put_back_either(signed_in: Client, plan: Plan, claire: User) -> None:
    series = plan()
    rows = list(series.occurrences.all())
    address = reverse("change_occurrence", args=[rows[2].pk]) + "?portee=suivantes"
    typed = opened(signed_in, address)
    cancelling.cancel_occurrence(rows[4].pk, actor=claire)
    assert signed_in.post(address, {**typed, "time": "17:00"}).context["form"].is_outdated
    assert Series.objects.count() == 1


def test_form_without_a_version_changes_nothing(signed_in: Client, plan: Plan) -> None:
    series = plan()
    typed = {**opened(signed_in, change(series)), "title": "Autre", "version": ""}
    assert signed_in.post(change(series), typed).status_code == 200
    series.refresh_from_db()
    assert series.title == "Comité"


@pytest.mark.parametrize("why", ["disabled", "moved"])
def test_co_organiser_who_left_does_not_stop_a_change(
    signed_in: Client, plan: Plan, bilal: User, chen: User, why: str
) -> None:
    series = plan()
    RoomOrganiser.objects.create(room=series.room, user=bilal)
    bilal.is_active = why != "disabled"
    bilal.institution = chen.institution if why == "moved" else bilal.institution
    bilal.save()
    typed = opened(signed_in, change(series))
    assert signed_in.post(change(series), {**typed, "title": "Autre"}).status_code == 302
    assert organisers(series) == {bilal}
    typed = opened(signed_in, change(series))
    assert signed_in.post(change(series), {**typed, "co_organisers": ""}).status_code == 302
    assert organisers(series) == set()
    typed = opened(signed_in, change(series))
    assert signed_in.post(change(series), {**typed, "co_organisers": bilal.email}).status_code == 200


def test_language_of_the_form_becomes_that_of_the_people_invited_already(
    signed_in: Client, plan: Plan, claire: User
) -> None:
    series = plan()
    people.invite(series.pk, [Invitee("english@example.org", language="en")], actor=claire)
    earlier = series.created_at - timedelta(days=1)
    series.invitations.filter(language="en").update(created_at=earlier)  # the form shows that of most people
    typed = opened(signed_in, change(series))
    assert typed["language"] == "fr"
    signed_in.post(change(series), {**typed, "title": "Autre"})
    assert sorted(series.invitations.values_list("language", flat=True)) == ["en", "fr", "fr"]
    typed = opened(signed_in, change(series))
    signed_in.post(change(series), {**typed, "language": "en"})
    assert set(series.invitations.values_list("language", flat=True)) == {"en"}
    entry = AuditEntry.objects.get(verb="series.invitation-changed")
    assert entry.details == {"language": "en"}


def test_series_leads_who_manages_it_to_the_settings_of_its_room(signed_in: Client, plan: Plan, chen: User) -> None:
    series = plan()
    settings = reverse("room_settings", args=[series.room.code])
    assert settings in signed_in.get(reverse("series", args=[series.pk])).content.decode()
    assert signed_in.get(settings).status_code == 200
    people.invite(series.pk, [Invitee(chen.email)], actor=series.room.organiser)
    signed_in.force_login(chen)
    assert settings not in signed_in.get(reverse("series", args=[series.pk])).content.decode()
    assert signed_in.get(settings).status_code == 404
