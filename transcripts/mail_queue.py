"""Rows that are mails until they are sent, at least once: claim, try, note. See `meetings.invitations.delivery`."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.utils import timezone

from accounts import audit, roles
from accounts.models import User
from meetings.errors import NotAllowed, NothingWaits
from meetings.invitations.delivery import BACKOFF, LEASE, MAX_AT_ONCE, MAX_ATTEMPTS, Failure, failure_of

logger = logging.getLogger(__name__)
WAITING, SENT, FAILED = "waiting", "sent", "failed"


class Mail(Protocol):
    pk: Any
    attempts: int


def send_waiting(rows: Callable[[], models.QuerySet[Any]], message_of: Callable[[Any], EmailMessage]) -> int:
    """How many of `rows` were sent. Several may run at once. `message_of` raises ValueError without an address."""
    sent = 0
    connection = django_mail.get_connection()
    try:
        for _place in range(MAX_AT_ONCE):
            mail = _claim(rows)
            if mail is None:
                break
            failure = _try(connection, mail, message_of)
            _note(rows().model, mail, failure)
            sent += failure is None
            if failure and failure.of_server:
                break
    finally:
        connection.close()
    return sent


@transaction.atomic
def send_again(mail: Any, *, actor: User) -> None:
    """One that was given up, as if it were new: the next sweep takes it. Raises NotAllowed, NothingWaits."""
    institution_id = mail.transcription.recording.meeting.room.institution_id
    if not roles.holds(actor, f"transcripts.operate_{mail._meta.model_name}", institution_id):
        raise NotAllowed("send-again")
    given_up = type(mail).objects.filter(pk=mail.pk, mail=FAILED)
    if not given_up.update(mail=WAITING, attempts=0, next_attempt_at=timezone.now()):
        raise NothingWaits
    audit.record("mail.sent-again", actor=actor, target=mail)


@transaction.atomic
def _claim(rows: Callable[[], models.QuerySet[Any]]) -> Any:
    """Ours until the lease ends."""
    waiting = rows().filter(mail=WAITING, next_attempt_at__lte=timezone.now())
    mail = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("next_attempt_at", "pk").first()
    if mail is None:
        return None
    mail.attempts += 1
    mail.next_attempt_at = timezone.now() + LEASE
    mail.save(update_fields=["attempts", "next_attempt_at"])
    return mail


def _try(connection: BaseEmailBackend, mail: Any, message_of: Callable[[Any], EmailMessage]) -> Failure | None:
    try:
        message = message_of(mail)
        connection.open()
        connection.send_messages([message])
    except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
        connection.close()
        return failure_of(error)
    return None


def _note(model: Any, mail: Mail, failure: Failure | None) -> None:
    row = model.objects.filter(pk=mail.pk, mail=WAITING)
    if failure is None:
        row.update(mail=SENT, failure="")
        return
    logger.warning("%s %s not sent at attempt %d: %s", model.__name__, mail.pk, mail.attempts, failure.code)
    if failure.lasts or mail.attempts >= MAX_ATTEMPTS:
        row.update(mail=FAILED, failure=failure.code)
    else:
        row.update(next_attempt_at=timezone.now() + _wait(mail.attempts), failure=failure.code)


def _wait(attempts: int) -> timedelta:
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]
