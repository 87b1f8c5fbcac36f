"""Mails to send, as rows: written with what they tell of, sent by `delivery`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts import audit, roles
from accounts.models import User
from meetings.errors import NotAllowed, NothingWaits
from meetings.models import Invitation, Occurrence, OutgoingMail, Series
from meetings.nudges import nudge_mails


def with_mail_status(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Each with the status of its last mail, as `mail_status`."""
    last = OutgoingMail.objects.filter(invitation=OuterRef("pk")).order_by("-sequence", "-created_at")
    return invitations.annotate(mail_status=Subquery(last.values("status")[:1]))


@transaction.atomic
def send_again(mail: OutgoingMail, *, actor: User) -> None:
    """One that was given up, as if it were new. Raises NotAllowed, NothingWaits."""
    if not roles.holds(actor, "meetings.operate_outgoingmail", mail.invitation.series.room.institution_id):
        raise NotAllowed("send-again")
    given_up = OutgoingMail.objects.filter(pk=mail.pk, status=OutgoingMail.Status.FAILED)
    if not given_up.update(status=OutgoingMail.Status.WAITING, attempts=0, next_attempt_at=timezone.now()):
        raise NothingWaits
    audit.record("mail.sent-again", actor=actor, target=mail)
    transaction.on_commit(nudge_mails)


def queue(
    kind: OutgoingMail.Kind,
    series: Series,
    *,
    occurrence: Occurrence | None = None,
    invitations: Iterable[Invitation] | None = None,
) -> None:
    """In the caller's transaction: tell `invitations`, or everybody invited, of the series or of one occurrence."""
    invited = series.invitations.filter(revoked_at=None) if invitations is None else invitations
    now = timezone.now()
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            invitation=invitation, occurrence=occurrence, kind=kind, sequence=series.sequence, next_attempt_at=now
        )
        for invitation in invited
    )
    transaction.on_commit(nudge_mails)
