"""The links of a mail, and calendars to subscribe to."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import vobject
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import AuditEntry, Institution, User
from meetings.invitations import outbox, tokens
from meetings.invitations.tokens import Purpose
from meetings.models import CalendarFeed, Invitation, Occurrence, OutgoingMail, Series
from tests.cast import make_room
from tests.meetings.invitations.conftest import invite, make_series


def answer_page(invitation: Invitation) -> str:
    return reverse("answer_invitation", args=[tokens.make(invitation, Purpose.ANSWER)])


def join_page(invitation: Invitation) -> str:
    return reverse("join_invitation", args=[tokens.make(invitation, Purpose.JOIN)])


@pytest.mark.parametrize("choice", ["accepted", "declined", "tentative"])
def test_guest_answers_by_a_button_and_a_look_changes_nothing(client: Client, zoe: Invitation, choice: str) -> None:
    page = client.get(answer_page(zoe), {"answer": choice})
    assert zoe.series.title in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    zoe.refresh_from_db()
    assert zoe.answer == "needs-action"
    client.post(answer_page(zoe), {"answer": choice})
    zoe.refresh_from_db()
    assert zoe.answer == choice
    assert zoe.answered_at
    entry = AuditEntry.objects.get(verb="invitation.answered")
    assert (entry.actor_kind, entry.target_id, entry.details) == ("guest", str(zoe.pk), {"answer": choice})


def test_same_answer_twice_is_one_answer_and_another_one_replaces_it(client: Client, zoe: Invitation) -> None:
    for choice in ("accepted", "accepted", "declined"):
        assert client.post(answer_page(zoe), {"answer": choice}).status_code == 302
    zoe.refresh_from_db()
    assert zoe.answer == "declined"
    assert AuditEntry.objects.filter(verb="invitation.answered").count() == 2


@pytest.mark.parametrize("choice", ["", "needs-action", "revoked", "\x00", "x" * 5000])
def test_answer_that_is_none_is_not_noted(client: Client, zoe: Invitation, choice: str) -> None:
    assert client.post(answer_page(zoe), {"answer": choice}).status_code == 200
    zoe.refresh_from_db()
    assert zoe.answer == "needs-action"


def test_answer_needs_the_token_of_our_own_form(zoe: Invitation) -> None:
    assert Client(enforce_csrf_checks=True).post(answer_page(zoe), {"answer": "accepted"}).status_code == 403


def test_agent_who_is_signed_in_answers_under_their_own_name(
    client: Client, bilals: Invitation, bilal: User, chen: User
) -> None:
    client.force_login(chen)
    client.post(answer_page(bilals), {"answer": "accepted"})
    client.force_login(bilal)
    client.post(answer_page(bilals), {"answer": "declined"})
    actors = AuditEntry.objects.filter(verb="invitation.answered").order_by("pk").values_list("actor", flat=True)
    assert list(actors) == [None, bilal.pk]


def test_agent_answers_on_the_page_of_the_series(client: Client, bilals: Invitation, bilal: User) -> None:
    client.force_login(bilal)
    page, address = (reverse(name, args=[bilals.series.pk]) for name in ("series", "answer_series"))
    assert f'action="{address}"' in client.get(page).content.decode()
    for choice, shown in (("accepted", "oui"), ("tentative", "peut-être"), ("declined", "non")):
        answer = client.post(address, {"answer": choice}, follow=True)
        assert answer.redirect_chain == [(page, 302)]
        assert f"Vous avez répondu : {shown}" in answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")
    bilals.refresh_from_db()
    assert bilals.answer == "declined"
    assert AuditEntry.objects.filter(verb="invitation.answered", actor=bilal.pk).count() == 3
    client.post(address, {"answer": "x"})
    assert client.get(address).status_code == 405


def test_agent_answers_for_nobody_else(client: Client, bilals: Invitation, claire: User, chen: User) -> None:
    address = reverse("answer_series", args=[bilals.series.pk])
    client.force_login(claire)
    answer = client.post(address, {"answer": "accepted"}, follow=True)
    assert "fr-alert--error" in answer.content.decode()
    assert "/repondre/" not in answer.content.decode()
    client.force_login(chen)
    assert client.post(address, {"answer": "accepted"}).status_code == 404
    bilals.refresh_from_db()
    assert bilals.answer == "needs-action"


def test_answer_on_the_page_needs_the_token_of_our_own_form(bilals: Invitation, bilal: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bilal)
    assert strict.post(reverse("answer_series", args=[bilals.series.pk]), {"answer": "accepted"}).status_code == 403


def test_organiser_sees_whose_mail_did_not_arrive(
    client: Client, zoe: Invitation, bilals: Invitation, claire: User, bilal: User
) -> None:
    outbox.queue(OutgoingMail.Kind.REQUEST, zoe.series)
    OutgoingMail.objects.filter(invitation=zoe).update(status="failed")
    page = reverse("series", args=[zoe.series.pk])
    for user, seen in ((claire, 1), (bilal, 0)):
        client.force_login(user)
        shown = client.get(page, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert shown.count("The mail could not be delivered") == seen
        assert shown.count("The mail still waits to be sent") == seen


def test_guest_comes_into_the_room_as_invited(client: Client, zoe: Invitation) -> None:
    answer = client.get(join_page(zoe))
    assert answer["Location"] == reverse("room", args=[zoe.series.room.code])
    assert client.session[tokens.SESSION_KEY] == str(zoe.pk)
    assert tokens.invitation_to(zoe.series.room, client.session[tokens.SESSION_KEY]) == zoe


def test_link_of_an_agent_asks_the_agent_to_sign_in(client: Client, bilals: Invitation) -> None:
    answer = client.get(join_page(bilals))
    assert answer["Location"].startswith(reverse("login"))
    assert tokens.SESSION_KEY not in client.session


def test_who_is_signed_in_stays_who_they_are_with_the_link_of_another(
    client: Client, zoe: Invitation, chen: User
) -> None:
    client.force_login(chen)
    assert client.get(join_page(zoe))["Location"] == reverse("room", args=[zoe.series.room.code])
    assert tokens.SESSION_KEY not in client.session


@pytest.mark.parametrize("held", ["", "x", "None", "0b7e4c1a-3c0f-4b7e-9d55-6a2f0f6c1d2e"])
def test_session_that_holds_nothing_good_is_no_invitation(zoe: Invitation, held: str) -> None:
    assert tokens.invitation_to(zoe.series.room, held) is None


def test_invitation_is_to_its_own_room_only(zoe: Invitation, claire: User) -> None:
    assert tokens.invitation_to(make_room(claire), zoe.pk) is None


def revoke(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(revoked_at=timezone.now())


def renew(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(nonce=uuid4())


def cancel(invitation: Invitation) -> None:
    Series.objects.filter(pk=invitation.series_id).update(cancelled_at=timezone.now())


def end(invitation: Invitation) -> None:
    past = timezone.now() - timedelta(days=1, minutes=1)
    Occurrence.objects.update(start=past - timedelta(hours=1), end=past)


def close(invitation: Invitation) -> None:
    room = invitation.series.room
    room.closed_at = timezone.now()
    room.save()


@pytest.mark.parametrize("change", [revoke, renew, cancel, end, close])
def test_link_ends_with_what_it_leads_to(client: Client, zoe: Invitation, change: Callable[[Invitation], None]) -> None:
    pages = [answer_page(zoe), join_page(zoe)]
    assert client.get(pages[0]).status_code == 200
    change(zoe)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert client.post(pages[0], {"answer": "accepted"}).status_code == 404
    zoe.refresh_from_db()
    assert zoe.answer == "needs-action"
    if change is not renew:
        assert tokens.invitation_to(zoe.series.room, zoe.pk) is None


def test_link_works_until_a_day_after_the_last_date(client: Client, zoe: Invitation) -> None:
    past = timezone.now() - timedelta(hours=23)
    Occurrence.objects.update(start=past - timedelta(hours=1), end=past)
    assert client.get(answer_page(zoe)).status_code == 200


def forgeries(invitation: Invitation) -> list[str]:
    good = tokens.make(invitation, Purpose.ANSWER)
    value, signature = good.split(".")
    return [
        value,
        f"{value}.{signature[:-2]}AA",
        f"A{value[1:]}.{signature}",
        tokens.make(invitation, Purpose.JOIN),
        Signer(key="another", salt="meetings.invitation.answer", sep=".").sign(value),
        Signer(salt="meetings.invitation.answer", sep=".").sign("short"),
        Signer(salt="meetings.invitation.answer", sep=".").sign("é"),
        good + "A" * 5000,
        "%00",
        "..",
        ".",
    ]


def test_forged_links_all_get_the_page_of_an_ended_one(client: Client, zoe: Invitation) -> None:
    def page(token: str) -> tuple[int, str]:
        address = reverse("answer_invitation", args=[token])
        answer = client.get(address)
        body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
        return answer.status_code, body.replace(escape(address), "HERE")

    revoked = invite(zoe.series, "gone@example.org")
    revoke(revoked)
    expected = page(tokens.make(revoked, Purpose.ANSWER))
    assert expected[0] == 404
    for token in forgeries(zoe):
        assert page(token) == expected, token
    assert page(tokens.make(zoe, Purpose.ANSWER))[0] == 200


def test_links_stay_out_of_the_log(zoe: Invitation, monkeypatch: pytest.MonkeyPatch) -> None:
    console, stream = logging.getLogger().handlers[0], StringIO()
    monkeypatch.setattr(console, "stream", stream)
    client = Client(enforce_csrf_checks=True)
    client.post(answer_page(zoe), {"answer": "accepted"})
    client.put(join_page(zoe))
    revoke(zoe)
    client.get(answer_page(zoe))
    client.get(reverse("calendar_feed_ics", args=["some-secret"]))
    logged = stream.getvalue()
    assert "Forbidden" in logged
    assert logged.count("/…") == 4
    assert "some-secret" not in logged
    assert not any(tokens.make(zoe, purpose)[:20] in logged for purpose in Purpose)


def address_of_feed(client: Client) -> str:
    page = client.post(reverse("calendar_feed"), {"action": "renew"})
    assert "no-store" in page["Cache-Control"]
    address: str = page.context["address"]
    assert address in page.content.decode()
    return urlsplit(address).path


def test_calendar_shows_what_its_owner_organises_and_is_invited_to(
    client: Client, claire: User, bilal: User, chen: User, bilals: Invitation
) -> None:
    own = make_series(bilal, title="De Bilal", rule="FREQ=DAILY;COUNT=3")
    make_series(chen, title="De Chen")
    cancelled = make_series(bilal, title="Annulée")
    Series.objects.filter(pk=cancelled.pk).update(cancelled_at=timezone.now())
    make_series(bilal, title="Ancienne", start=timezone.now() - timedelta(days=40))
    recent = make_series(bilal, title="Récente", start=timezone.now() - timedelta(days=20))
    client.force_login(bilal)
    answer = Client().get(address_of_feed(client))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = vobject.readOne(answer.content.decode())
    assert calendar.method.value == "PUBLISH"
    assert {event.uid.value for event in calendar.vevent_list} == {own.uid, bilals.series.uid, recent.uid}
    assert CalendarFeed.objects.get().read_at


def test_calendar_that_did_not_change_is_not_sent_again(client: Client, claire: User, series: Series) -> None:
    client.force_login(claire)
    address = address_of_feed(client)
    etag = Client().get(address)["ETag"]
    assert Client().get(address, headers={"If-None-Match": etag}).status_code == 304
    Series.objects.update(title="Autre", sequence=1)
    assert Client().get(address, headers={"If-None-Match": etag}).status_code == 200


def test_secret_is_kept_as_a_hash_and_shown_once(client: Client, claire: User) -> None:
    client.force_login(claire)
    address = address_of_feed(client)
    secret = address.removeprefix("/agenda/").removesuffix(".ics")
    assert secret not in client.get(reverse("calendar_feed")).content.decode()
    assert secret not in str(CalendarFeed.objects.values())
    assert secret not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("closed", ["institution", "account"])
def test_address_of_the_calendar_ends_with_the_account_or_its_institution(
    client: Client, claire: User, series: Series, closed: str
) -> None:
    client.force_login(claire)
    address = address_of_feed(client)
    assert Client().get(address).status_code == 200
    if closed == "institution":
        Institution.objects.update(is_open=False)
    else:
        User.objects.update(is_active=False)
    assert Client().get(address).status_code == 404


def test_replaced_deleted_and_guessed_addresses_lead_nowhere(client: Client, claire: User) -> None:
    client.force_login(claire)
    first = address_of_feed(client)
    second = address_of_feed(client)
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    client.post(reverse("calendar_feed"), {"action": "revoke"})
    client.post(reverse("calendar_feed"), {"action": "revoke"})
    assert Client().get(second).status_code == 404
    for secret in ("x", "é", "\x00", "a" * 5000, "…"):
        assert Client().get(reverse("calendar_feed_ics", args=[secret])).status_code == 404
    assert AuditEntry.objects.filter(verb__startswith="calendar-feed.").count() == 3


def test_calendar_of_somebody_who_left_is_closed(client: Client, claire: User) -> None:
    client.force_login(claire)
    address = address_of_feed(client)
    User.objects.filter(pk=claire.pk).update(is_active=False)
    assert Client().get(address).status_code == 404


def test_reading_a_calendar_asks_the_database_as_often_for_many_as_for_few(client: Client, claire: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            Client().get(address)
        return len(captured)

    client.force_login(claire)
    address = address_of_feed(client)
    make_series(claire)
    queries()
    few = queries()
    for _ in range(5):
        make_series(claire, rule="FREQ=DAILY;COUNT=3")
    assert queries() == few


def test_series_is_downloaded_by_who_is_in_it_only(client: Client, bilals: Invitation, bilal: User, chen: User) -> None:
    address = reverse("series_ics", args=[bilals.series_id])
    client.force_login(bilal)
    answer = client.get(address)
    assert vobject.readOne(answer.content.decode()).vevent.uid.value == bilals.series.uid
    assert "attachment" in answer["Content-Disposition"]
    client.force_login(chen)
    assert client.get(address).status_code == 404
