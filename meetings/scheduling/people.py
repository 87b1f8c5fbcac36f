"""Who is asked to a series, and who organises it with its organiser."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from meetings.invitations import outbox
from meetings.models import Invitation, OutgoingMail, Room, RoomOrganiser, Series
from meetings.scheduling import rows
from meetings.scheduling.plan import Invitee

Kind = OutgoingMail.Kind


@transaction.atomic
def invite(series_id: UUID, invitees: Iterable[Invitee], *, actor: User) -> list[Invitation]:
    """Ask people who were not asked yet; for the others, say whether they are needed. Raises NotAllowed."""
    series = rows.locked_and_on(series_id, actor=actor)
    added = add(series, invitees, actor=actor)
    if added:
        outbox.queue(Kind.REQUEST, series, invitations=added)
        audit.record("series.invited", actor=actor, target=series, invited=len(added))
    return added


@transaction.atomic
def uninvite(series_id: UUID, invitation_id: UUID, *, actor: User) -> None:
    """Raises NotAllowed."""
    series = rows.locked(series_id, actor=actor)
    _revoke(series, series.invitations.filter(pk=invitation_id), actor=actor)


@transaction.atomic
def set_required(series_id: UUID, invitation_id: UUID, *, required: bool, actor: User) -> None:
    """Raises NotAllowed."""
    series = rows.locked(series_id, actor=actor)
    asked = series.invitations.filter(pk=invitation_id, revoked_at=None, required=not required)
    if asked.update(required=required):
        audit.record("series.invitation-changed", actor=actor, target=series, required=required)


@transaction.atomic
def set_people(series_id: UUID, invitees: Iterable[Invitee], *, actor: User) -> None:
    """These people and nobody else: the new ones are asked, the missing ones are told. Raises NotAllowed."""
    series = rows.locked_and_on(series_id, actor=actor)
    wanted = list(invitees)
    emails = {invitee.email.lower() for invitee in wanted}
    current = series.invitations.filter(revoked_at=None)
    gone = [invitation.pk for invitation in current if invitation.email.lower() not in emails]
    _revoke(series, series.invitations.filter(pk__in=gone), actor=actor)
    invite(series_id, wanted, actor=actor)


@transaction.atomic
def change_co_organisers(series_id: UUID, users: Iterable[User], *, actor: User) -> None:
    """Raises NotAllowed."""
    series = rows.locked(series_id, actor=actor)
    set_co_organisers(series.room, users, actor=actor)


def _revoke(series: Series, invitations: Iterable[Invitation], *, actor: User) -> None:
    ended = []
    for invitation in invitations:
        if Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=timezone.now()):
            ended.append(invitation)
    if ended:
        outbox.queue(Kind.CANCEL, series, invitations=ended)
        audit.record("series.uninvited", actor=actor, target=series, uninvited=len(ended))


def add(series: Series, invitees: Iterable[Invitee], *, actor: User) -> list[Invitation]:
    """In the caller's transaction, without a word to them. Returns those who were not asked before."""
    asked = {row.email.lower(): row for row in series.invitations.filter(revoked_at=None)}
    added = []
    for invitee in invitees:
        known = asked.get(invitee.email.lower())
        if known is None:
            known = asked[invitee.email.lower()] = _asked(series, invitee, actor)
            added.append(known)
        elif known.required != invitee.required:
            known.required = invitee.required
            known.save(update_fields=["required"])
    return added


def _asked(series: Series, invitee: Invitee, actor: User) -> Invitation:
    return Invitation.objects.create(
        series=series,
        user=invitee.user,
        email=invitee.email,
        name=invitee.user.get_full_name()[:120] if invitee.user else "",
        required=invitee.required,
        language=invitee.language,
        invited_by=actor,
    )


def ask_again(series: Series) -> None:
    """What was answered was answered to another time."""
    series.invitations.update(answer=Invitation.Answer.NONE, answered_at=None)


def copy(series: Series, follower: Series, *, keep_answers: bool) -> None:
    """The same people are asked to the series that continues another."""
    for invitation in series.invitations.filter(revoked_at=None):
        Invitation.objects.create(
            series=follower,
            user=invitation.user,
            email=invitation.email,
            name=invitation.name,
            required=invitation.required,
            language=invitation.language,
            invited_by=invitation.invited_by,
            answer=invitation.answer if keep_answers else Invitation.Answer.NONE,
            answered_at=invitation.answered_at if keep_answers else None,
        )


def set_co_organisers(room: Room, users: Iterable[User], *, actor: User) -> None:
    """Add those who are missing, remove those who are not named."""
    wanted = {user.pk for user in users if user.pk != room.organiser_id}
    current = set(room.room_organisers.values_list("user", flat=True))
    removed, added = current - wanted, wanted - current
    room.room_organisers.filter(user__in=removed).delete()
    RoomOrganiser.objects.bulk_create(RoomOrganiser(room=room, user_id=user, added_by=actor) for user in added)
    if removed or added:
        audit.record("room.organisers-changed", actor=actor, target=room, added=len(added), removed=len(removed))
