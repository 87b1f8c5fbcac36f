"""Mails, sent to a real SMTP server in this process."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import vobject
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.utils import timezone

from accounts.models import User
from meetings.invitations import delivery, outbox
from meetings.invitations.delivery import BACKOFF, LEASE, MAX_ATTEMPTS, send_waiting
from meetings.models import Invitation, Occurrence, OutgoingMail, Series
from meetings.scheduling import people
from meetings.scheduling.plan import Invitee
from meetings.tasks import send_mails
from tests.meetings.invitations.conftest import invite, make_series
from tests.visio_site.conftest import free_ports

Kind, Status = OutgoingMail.Kind, OutgoingMail.Status


class Server:
    """Takes mails, or answers a refusal, to the sender, to the recipient or to the message."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.sender_refusal = ""
        self.recipient_refusal = ""
        self.refusal = ""

    async def handle_MAIL(  # noqa: N802, RUF100
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_refusal:
            return self.sender_refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802, RUF100
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_refusal:
            return self.recipient_refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, RUF100
        if self.refusal:
            return self.refusal
        assert isinstance(envelope.content, bytes)
        self.taken.append((list(envelope.rcpt_tos), message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_ports(1))
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL = "https://visio.example", "Visio <visio@visio.example>"
    yield server
    controller.stop()


def due(mail: OutgoingMail | None = None) -> None:
    """Let the time of the next attempt come."""
    rows = OutgoingMail.objects.filter(pk=mail.pk) if mail else OutgoingMail.objects.all()
    rows.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def part(message: EmailMessage, kind: str) -> EmailMessage:
    found = [one for one in message.walk() if one.get_content_type() == kind]
    assert len(found) == 1
    assert isinstance(found[0], EmailMessage)
    return found[0]


def test_invitation_arrives_with_words_and_a_calendar_object(server: Server, zoe: Invitation) -> None:
    outbox.queue(Kind.REQUEST, zoe.series)
    send_mails()
    [(recipients, message)] = server.taken
    assert recipients == ["zoe@example.org"]
    assert message["Subject"].endswith(": Comité de suivi")
    assert message["To"].addresses[0].display_name == "Zoé Lambert"
    assert message["Reply-To"].addresses[0].addr_spec == "claire@example.gouv.fr"
    assert message["From"].addresses[0].addr_spec == "visio@visio.example"
    mail = OutgoingMail.objects.get()
    assert message["Message-ID"] == f"<{mail.pk}@visio.example>"
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "fr")
    assert (mail.status, mail.attempts) == (Status.SENT, 1)
    assert mail.sent_at


def test_subject_tells_a_first_mail_from_a_later_one(server: Server, zoe: Invitation) -> None:
    bump(zoe.series)
    for _ in range(2):
        outbox.queue(Kind.REQUEST, zoe.series)
        send_waiting()
    subjects = [message["Subject"] for _, message in server.taken]
    assert subjects == ["Invitation\xa0: Comité de suivi", "Invitation modifiée\xa0: Comité de suivi"]


def test_three_alternatives_come_in_the_order_that_clients_want(server: Server, zoe: Invitation) -> None:
    outbox.queue(Kind.REQUEST, zoe.series)
    send_waiting()
    message = server.taken[0][1]
    alternatives, attached = message.iter_parts()
    assert alternatives.get_content_type() == "multipart/alternative"
    kinds = [one.get_content_type() for one in alternatives.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = part(message, "text/calendar")
    assert (calendar.get_param("method"), calendar.get_param("charset")) == ("REQUEST", "utf-8")
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "invitation.ics")
    assert (
        attached.get_payload(decode=True) == calendar.get_content().replace("\r\n", "\n").replace("\n", "\r\n").encode()
    )
    assert vobject.readOne(calendar.get_content()).vevent.uid.value == zoe.series.uid


@pytest.mark.parametrize(("language", "day"), [("fr", "décembre"), ("en", "December")])
def test_words_are_in_the_language_of_the_invitation(server: Server, claire: User, language: str, day: str) -> None:
    series = make_series(claire, start=timezone.now().replace(year=2027, month=12, day=1, hour=8, minute=30))
    invite(series, "zoe@example.org", language=language)
    outbox.queue(Kind.REQUEST, series)
    send_waiting()
    for kind in ("text/plain", "text/html"):
        text = part(server.taken[0][1], kind).get_content()
        assert day in text
        assert "09:30" in text
        assert "Europe/Paris" in text
        assert "Claire Fontaine" in text
        assert "?answer=declined" in text
        assert "/i/" in text


def test_html_of_a_hostile_meeting_holds_no_markup_of_its_own(server: Server, claire: User) -> None:
    series = make_series(claire, title='<img src="https://spy.example/x">', agenda="<script>alert(1)</script>")
    invite(series, "zoe@example.org")
    outbox.queue(Kind.REQUEST, series)
    send_waiting()
    html = part(server.taken[0][1], "text/html").get_content()
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "title", ["Point\r\nBcc: intruder@example.org", "Point\nX: y\n\nbody", "é" * 200, "a\x0b\x1cb"]
)
def test_title_cannot_make_a_header(server: Server, claire: User, title: str) -> None:
    series = make_series(claire, title=title)
    invite(series, "zoe@example.org", name='Zoé\r\nBcc: intruder@example.org, "x')
    outbox.queue(Kind.REQUEST, series)
    assert send_waiting() == 1
    [(recipients, message)] = server.taken
    assert recipients == ["zoe@example.org"]
    assert message["Bcc"] is None
    assert message["X"] is None


def test_mail_is_sent_once_however_often_workers_look(server: Server, zoe: Invitation, bilals: Invitation) -> None:
    outbox.queue(Kind.REQUEST, zoe.series)
    assert [send_waiting(), send_waiting()] == [2, 0]
    assert sorted(recipients[0] for recipients, _ in server.taken) == ["bilal@example.gouv.fr", "zoe@example.org"]


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_send_each_mail_once(server: Server, claire: User) -> None:
    series = make_series(claire)
    for number in range(12):
        invite(series, f"guest{number}@example.org")
    outbox.queue(Kind.REQUEST, series)

    def work(_: int) -> int:
        try:
            return send_waiting()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        counts = list(workers.map(work, range(4)))
    assert sum(counts) == 12
    assert sorted(recipients[0] for recipients, _ in server.taken) == sorted(f"guest{n}@example.org" for n in range(12))


def test_killed_worker_leaves_a_mail_that_goes_out_after_the_lease(server: Server, zoe: Invitation) -> None:
    outbox.queue(Kind.REQUEST, zoe.series)
    claimed = delivery._claim()
    assert claimed
    assert send_waiting() == 0  # somebody may still be at it
    assert claimed.next_attempt_at - timezone.now() > LEASE - timedelta(minutes=1)
    due()
    assert send_waiting() == 1


def test_server_that_is_away_is_asked_again_later_and_other_mails_wait(
    server: Server, settings: Any, zoe: Invitation, bilals: Invitation
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    outbox.queue(Kind.REQUEST, zoe.series)
    assert send_waiting() == 0
    assert sorted(OutgoingMail.objects.values_list("attempts", "failure")) == [(0, ""), (1, "unreachable")]
    settings.EMAIL_PORT = port
    assert send_waiting() == 1  # the other one
    tried = OutgoingMail.objects.get(status=Status.WAITING)
    assert timedelta(seconds=50) < tried.next_attempt_at - timezone.now() <= BACKOFF[0]
    due()
    assert send_waiting() == 1
    assert len(server.taken) == 2


def test_address_that_does_not_exist_is_given_up_at_once(server: Server, zoe: Invitation) -> None:
    server.recipient_refusal = "550 no such mailbox"
    outbox.queue(Kind.REQUEST, zoe.series)
    send_waiting()
    mail = OutgoingMail.objects.get()
    assert (mail.status, mail.failure, mail.attempts) == (Status.FAILED, "recipient-refused", 1)


@pytest.mark.parametrize("code", [530, 550])
def test_server_that_refuses_the_sender_loses_no_mail(
    server: Server, zoe: Invitation, bilals: Invitation, code: int
) -> None:
    server.sender_refusal = f"{code} 5.7.0 Must issue a STARTTLS command first"
    outbox.queue(Kind.REQUEST, zoe.series)
    send_waiting()
    assert sorted(OutgoingMail.objects.values_list("status", "failure")) == [
        ("waiting", ""),
        ("waiting", "sender-refused"),
    ]
    server.sender_refusal = ""
    due()
    assert send_waiting() == 2


def test_server_that_wants_us_to_sign_in_loses_no_mail(server: Server, zoe: Invitation) -> None:
    server.recipient_refusal = "530 5.7.0 Authentication required"
    outbox.queue(Kind.REQUEST, zoe.series)
    send_waiting()
    assert OutgoingMail.objects.get().status == Status.WAITING


def test_domain_with_accents_is_written_in_ascii(server: Server, claire: User) -> None:
    claire.email = "claire@académie-test.fr"
    claire.save()
    series = make_series(claire)
    invite(series, "jean@académie-test.fr", name="Jean")
    outbox.queue(Kind.REQUEST, series)
    assert send_waiting() == 1
    [(recipients, message)] = server.taken
    assert recipients == ["jean@xn--acadmie-test-eeb.fr"]
    assert message["To"].addresses[0].addr_spec == "jean@xn--acadmie-test-eeb.fr"
    assert message["Reply-To"].addresses[0].addr_spec == "claire@xn--acadmie-test-eeb.fr"


def test_mail_that_cannot_be_written_holds_up_no_other(
    server: Server, series: Series, zoe: Invitation, bilals: Invitation
) -> None:
    Invitation.objects.filter(pk=zoe.pk).update(email="zoé@example.org")
    broken = make_series(series.room.organiser)
    Series.objects.filter(pk=broken.pk).update(time_zone="Mars/Olympus")
    invite(broken, "other@example.org")
    for one in (broken, series):
        outbox.queue(Kind.REQUEST, one)
    assert send_waiting() == 1
    states = OutgoingMail.objects.values_list("invitation__email", "status", "failure")
    assert sorted(states) == [
        ("bilal@example.gouv.fr", "sent", ""),
        ("other@example.org", "waiting", "not-written"),
        ("zoé@example.org", "failed", "address-not-supported"),
    ]


def test_passing_refusal_is_tried_again_until_the_last_attempt(
    server: Server, zoe: Invitation, caplog: pytest.LogCaptureFixture
) -> None:
    server.refusal = "451 try later"
    outbox.queue(Kind.REQUEST, zoe.series)
    for _ in range(MAX_ATTEMPTS + 2):
        send_waiting()
        due()
    mail = OutgoingMail.objects.get()
    assert (mail.status, mail.failure, mail.attempts) == (Status.FAILED, "message-refused", MAX_ATTEMPTS)
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("meetings"))
    assert str(mail.pk) in ours
    assert "zoe" not in ours
    assert "Comité" not in ours


def test_mail_whose_workers_all_die_is_given_up(server: Server, zoe: Invitation) -> None:
    outbox.queue(Kind.REQUEST, zoe.series)
    OutgoingMail.objects.update(attempts=MAX_ATTEMPTS)
    assert send_waiting() == 0
    assert OutgoingMail.objects.get().failure == "abandoned"


def test_connection_that_breaks_between_two_mails_costs_one_attempt(
    server: Server, zoe: Invitation, bilals: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = EmailBackend.send_messages
    broken = iter([True])

    def once_broken(self: EmailBackend, messages: list[object]) -> object:
        if next(broken, False):
            raise smtplib.SMTPServerDisconnected("gone")
        return sent(self, messages)  # type: ignore[arg-type]

    monkeypatch.setattr(EmailBackend, "send_messages", once_broken)
    outbox.queue(Kind.REQUEST, zoe.series)
    send_waiting()
    due()
    assert send_waiting() == 2


def bump(series: Series) -> None:
    series.sequence += 1
    series.save()


def test_earlier_mail_that_still_waits_is_replaced_by_a_later_one(server: Server, zoe: Invitation) -> None:
    outbox.queue(Kind.REQUEST, zoe.series)
    bump(zoe.series)
    outbox.queue(Kind.CANCEL, zoe.series)
    assert send_waiting() == 1
    assert part(server.taken[0][1], "text/calendar").get_param("method") == "CANCEL"
    assert OutgoingMail.objects.get().sequence == 1


def test_change_of_one_date_does_not_replace_the_mail_of_the_series(server: Server, claire: User) -> None:
    series = make_series(claire, rule="FREQ=DAILY;COUNT=3")
    invite(series, "zoe@example.org")
    outbox.queue(Kind.REQUEST, series)
    bump(series)
    second = series.occurrences.order_by("start")[1]
    Occurrence.objects.filter(pk=second.pk).update(cancelled_at=timezone.now())
    outbox.queue(Kind.CANCEL, series, occurrence=second)
    assert send_waiting() == 2
    whole, one = (vobject.readOne(part(message, "text/calendar").get_content()) for _, message in server.taken)
    assert (whole.method.value, one.method.value) == ("REQUEST", "CANCEL")
    assert one.vevent.recurrence_id.value == second.original_start
    assert "rrule" not in one.vevent.contents


def test_who_is_not_invited_any_more_hears_of_the_end_and_of_nothing_else(server: Server, zoe: Invitation) -> None:
    outbox.queue(Kind.REQUEST, zoe.series)
    Invitation.objects.filter(pk=zoe.pk).update(revoked_at=timezone.now())
    bump(zoe.series)
    outbox.queue(Kind.CANCEL, zoe.series, invitations=[zoe])
    assert send_waiting() == 1
    assert part(server.taken[0][1], "text/calendar").get_param("method") == "CANCEL"
    assert "/invitation/" not in part(server.taken[0][1], "text/plain").get_content()


def test_late_end_of_an_invitation_does_not_end_the_next_one(server: Server, zoe: Invitation) -> None:
    series, organiser = zoe.series, zoe.series.room.organiser
    outbox.queue(Kind.REQUEST, series)
    send_waiting()
    people.uninvite(series.pk, zoe.pk, actor=organiser)
    cancel = OutgoingMail.objects.get(kind=Kind.CANCEL)
    OutgoingMail.objects.filter(pk=cancel.pk).update(next_attempt_at=timezone.now() + BACKOFF[0], attempts=1)
    people.invite(series.pk, [Invitee("Zoe@example.org")], actor=organiser)
    send_waiting()
    due(cancel)
    send_waiting()
    objects = [vobject.readOne(part(message, "text/calendar").get_content()) for _, message in server.taken]
    assert [(one.method.value, one.vevent.sequence.value) for one in objects] == [("REQUEST", "0"), ("REQUEST", "2")]
