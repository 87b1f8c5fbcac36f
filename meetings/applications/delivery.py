"""Sending what waits for applications, at least once: claim, try, note, as `meetings.invitations.delivery` does.

One that does not answer holds up nobody else: in each run it is asked once.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit, roles
from accounts.models import User
from meetings.applications import posting, signing
from meetings.applications.announcing import TEST, body_of
from meetings.applications.posting import NotDelivered
from meetings.errors import NotAllowed, NothingWaits
from meetings.invitations.delivery import BACKOFF, LEASE, MAX_ATTEMPTS
from meetings.models import Application, Delivery
from meetings.nudges import nudge_deliveries

logger = logging.getLogger(__name__)
State = Delivery.State
MAX_AT_ONCE = 200
KEPT = timedelta(days=30)  # for who looks for what became of one
GONE = "http-410"  # RFC 9110: asking again would not help


def send_waiting() -> int:
    """How many were sent. Several may run at once."""
    sent, silent = 0, set[int]()
    for _ in range(MAX_AT_ONCE):
        delivery = _claim(silent)
        if delivery is None:
            break
        failure = _try(delivery)
        _note(delivery, failure)
        if failure:
            silent.add(delivery.application_id)
        else:
            sent += 1
    return sent


def forget_old() -> int:
    """How many were deleted."""
    deleted, _ = Delivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return deleted


@transaction.atomic
def send_again(delivery: Delivery, *, actor: User) -> None:
    """One that was given up, as if it were new. Raises NotAllowed, NothingWaits."""
    _require(actor, "meetings.operate_delivery", delivery.application)
    given_up = Delivery.objects.filter(pk=delivery.pk, state=State.FAILED)
    if not given_up.update(state=State.WAITING, attempts=0, next_attempt_at=timezone.now()):
        raise NothingWaits
    audit.record("application.told-again", actor=actor, target=delivery)
    transaction.on_commit(nudge_deliveries)


@transaction.atomic
def send_test(application: Application, *, actor: User) -> Delivery:
    """Raises NotAllowed."""
    _require(actor, "meetings.operate_application", application)
    body = body_of(TEST, application.institution)
    delivery = Delivery.objects.create(application=application, event=TEST, body=body)
    audit.record("application.tested", actor=actor, target=application)
    transaction.on_commit(nudge_deliveries)
    return delivery


@transaction.atomic
def renew_key(application: Application, *, actor: User) -> None:
    """What is signed from now on is signed with the new one. Raises NotAllowed."""
    _require(actor, "meetings.operate_application", application)
    locked = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    locked.key_number += 1
    locked.save(update_fields=["key_number"])
    audit.record("application.key-renewed", actor=actor, target=application)


def _require(actor: User, permission: str, application: Application) -> None:
    if not roles.holds(actor, permission, application.institution_id):
        raise NotAllowed(permission)


@transaction.atomic
def _claim(silent: set[int]) -> Delivery | None:
    """The one that has waited longest, ours until the lease ends."""
    waiting = Delivery.objects.filter(state=State.WAITING, next_attempt_at__lte=timezone.now(), application__is_on=True)
    rows = waiting.exclude(application__in=silent).select_related("application")
    delivery = rows.select_for_update(skip_locked=True, of=("self",)).order_by("next_attempt_at", "created_at").first()
    if delivery:
        delivery.attempts += 1
        delivery.next_attempt_at = timezone.now() + LEASE
        delivery.save(update_fields=["attempts", "next_attempt_at"])
    return delivery


def _try(delivery: Delivery) -> str:
    """The code of what went wrong, or nothing."""
    if delivery.attempts > MAX_ATTEMPTS:  # each of its workers died
        return "abandoned"
    application, body = delivery.application, delivery.body.encode()
    headers = signing.headers_of(application, str(delivery.pk), timezone.now(), body)
    try:
        posting.post(application.url, body, headers)
    except NotDelivered as error:
        return error.code
    return ""


def _note(delivery: Delivery, failure: str) -> None:
    row = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING)
    if not failure:
        row.update(state=State.SENT, failure="")
        return
    logger.warning("delivery %s not sent at attempt %d: %s", delivery.pk, delivery.attempts, failure)
    if failure == GONE or delivery.attempts >= MAX_ATTEMPTS:
        row.update(state=State.FAILED, failure=failure)
    else:
        again = timezone.now() + BACKOFF[delivery.attempts - 1]
        row.update(next_attempt_at=again, failure=failure)
