"""Sending what waits in the outbox, at least once.

A row is claimed by putting its next attempt off, in a short transaction of its own; nobody else takes it meanwhile.
Then it is sent, and marked as sent. A worker that is killed between the server's "accepted" and the mark leaves a
row that waits: it is sent again after the lease, with the same Message-ID. On every other way it goes out once.
"""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import timedelta

from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from meetings.invitations.mails import message_of
from meetings.models import OutgoingMail

logger = logging.getLogger(__name__)

Status = OutgoingMail.Status
LEASE = timedelta(minutes=10)  # longer than one conversation with the server may take
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
MAX_ATTEMPTS = len(BACKOFF) + 1  # over 22 hours
AUTHENTICATION_REQUIRED = 530  # RFC 4954, 6; "Must issue a STARTTLS command first" too (RFC 3207, 4)
MAX_AT_ONCE = 500  # then the next sweep goes on, and a deploy need not wait for long


@dataclass(frozen=True, slots=True)
class Failure:
    """`lasts`: asking again would not help. `of_server`: other mails would fare no better now."""

    code: str
    lasts: bool = False
    of_server: bool = False


def send_waiting() -> int:
    """How many were sent. Several may run at once."""
    sent = 0
    connection = django_mail.get_connection()
    try:
        for _ in range(MAX_AT_ONCE):
            mail = _claim()
            if mail is None:
                break
            failure = _send(connection, mail)
            if failure is None:
                sent += 1
            elif failure.of_server:
                break
    finally:
        connection.close()
    return sent


@transaction.atomic
def _claim() -> OutgoingMail | None:
    """The mail that has waited longest and still has something to tell, ours until the lease ends."""
    while True:
        waiting = OutgoingMail.objects.filter(status=Status.WAITING, next_attempt_at__lte=timezone.now())
        mail = waiting.select_for_update(skip_locked=True).order_by("next_attempt_at", "created_at").first()
        if mail is None:
            return None
        if mail.attempts >= MAX_ATTEMPTS:  # each of its workers died
            _give_up(mail, "abandoned")
        elif _is_outdated(mail):
            mail.delete()
        else:
            mail.attempts += 1
            mail.next_attempt_at = timezone.now() + LEASE
            mail.save(update_fields=["attempts", "next_attempt_at"])
            return mail


def _is_outdated(mail: OutgoingMail) -> bool:
    """A later mail tells the same address more, or it is not invited any more.

    Who was taken off and asked again has two invitations: the end of the first must not end the second.
    """
    if mail.kind == OutgoingMail.Kind.REQUEST and mail.invitation.revoked_at:
        return True
    later = OutgoingMail.objects.filter(
        invitation__series=mail.invitation.series_id, invitation__email__iexact=mail.invitation.email
    ).exclude(status=Status.FAILED)
    later = later.filter(Q(occurrence=None) | Q(occurrence=mail.occurrence_id))
    return later.filter(
        Q(sequence__gt=mail.sequence) | Q(sequence=mail.sequence, created_at__gt=mail.created_at)
    ).exists()


def _send(connection: BaseEmailBackend, claimed: OutgoingMail) -> Failure | None:
    mail = OutgoingMail.objects.select_related(
        "occurrence", "invitation__user", "invitation__series__room__organiser", "invitation__series__room__institution"
    ).get(pk=claimed.pk)
    failure = _try(connection, mail)
    if failure:
        connection.close()
        _note(mail, failure)
        return failure
    OutgoingMail.objects.filter(pk=mail.pk, status=Status.WAITING).update(status=Status.SENT, sent_at=timezone.now())
    return None


def _try(connection: BaseEmailBackend, mail: OutgoingMail) -> Failure | None:
    try:
        message = message_of(mail)
        connection.open()
        connection.send_messages([message])
    except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
        return failure_of(error)
    except Exception:
        logger.exception("mail %s can't be written", mail.pk)  # the others go out all the same
        return Failure("not-written")
    return None


def failure_of(error: Exception) -> Failure:
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = {code for code, _ in error.recipients.values()}
            if codes == {AUTHENTICATION_REQUIRED}:
                return Failure("authentication", of_server=True)
            return Failure("recipient-refused", lasts=all(code >= 500 for code in codes))
        case smtplib.SMTPAuthenticationError():
            return Failure("authentication", of_server=True)
        case smtplib.SMTPSenderRefused():  # the sender is ours: see DEFAULT_FROM_EMAIL
            return Failure("sender-refused", of_server=True)
        case smtplib.SMTPNotSupportedError() | UnicodeError() | ValueError():
            return Failure("address-not-supported", lasts=True)
        case smtplib.SMTPServerDisconnected() | smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return Failure("unreachable", of_server=True)
        case smtplib.SMTPResponseException():
            return Failure("message-refused", lasts=error.smtp_code >= 500)
    return Failure("unreachable", of_server=True)


def _note(mail: OutgoingMail, failure: Failure) -> None:
    logger.warning("mail %s not sent at attempt %d: %s", mail.pk, mail.attempts, failure.code)
    if failure.lasts or mail.attempts >= MAX_ATTEMPTS:
        _give_up(mail, failure.code)
        return
    again = timezone.now() + BACKOFF[mail.attempts - 1]
    OutgoingMail.objects.filter(pk=mail.pk, status=Status.WAITING).update(next_attempt_at=again, failure=failure.code)


def _give_up(mail: OutgoingMail, code: str) -> None:
    OutgoingMail.objects.filter(pk=mail.pk, status=Status.WAITING).update(status=Status.FAILED, failure=code)
