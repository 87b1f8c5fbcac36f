"""Who is asked to a series, and who organises it with its organiser."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from meetings.invitations import outbox
from meetings.models import Invitation, OutgoingMail, Room, RoomOrganiser, Series
from meetings.scheduling import rows
from meetings.scheduling.plan import Invitee, People, Shown

Kind = OutgoingMail.Kind


@transaction.atomic
def invite(series_id: UUID, invitees: Iterable[Invitee], *, actor: User) -> list[Invitation]:
    """Ask people who were not asked yet; for the others, say whether they are needed. Raises NotAllowed."""
    series = rows.locked_and_on(series_id, actor=actor)
    added = add(series, invitees, actor=actor)
    if added:
        if _were_asked_before(series, added):
            rows.bump(series)  # a calendar keeps the end of their first invitation, unless this is later
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
def change_people(series_id: UUID, asked: People, shown: Shown, *, actor: User) -> None:
    """The new ones are asked, the missing ones are told. Whom others added or removed, unseen, stays so.

    Raises NotAllowed, SeriesCancelled.
    """
    series = rows.locked_and_on(series_id, actor=actor)
    wanted = {invitee.email.lower(): invitee for invitee in asked.invitees}
    current = {row.email.lower(): row for row in series.invitations.filter(revoked_at=None)}
    _revoke(series, [current[email] for email in current.keys() & shown.invitees - wanted.keys()], actor=actor)
    withdrawn = shown.invitees - current.keys()
    invite(series_id, [invitee for email, invitee in wanted.items() if email not in withdrawn], actor=actor)
    _change_language(series, {invitee.language for invitee in wanted.values()} - {shown.language}, actor=actor)
    _change_co_organisers(series, asked.co_organisers, shown.co_organisers, actor=actor)


def _change_language(series: Series, languages: set[str], *, actor: User) -> None:
    """All are asked in one language by a form; nothing, if it is the one that it showed."""
    for language in languages:
        if series.invitations.filter(revoked_at=None).exclude(language=language).update(language=language):
            audit.record("series.invitation-changed", actor=actor, target=series, language=language)


def _change_co_organisers(series: Series, users: Iterable[User], shown: Collection[str], *, actor: User) -> None:
    current = set(series.room.co_organisers.all())
    wanted = {user.email.lower(): user for user in users}
    left_out = {user for user in current if user.email.lower() in shown - wanted.keys()}
    added = {user for email, user in wanted.items() if email not in shown}
    set_co_organisers(series.room, current - left_out | added, actor=actor)


def _revoke(series: Series, invitations: Iterable[Invitation], *, actor: User) -> None:
    ended = []
    for invitation in invitations:
        if Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=timezone.now()):
            ended.append(invitation)
    if ended:
        rows.bump(series)
        outbox.queue(Kind.CANCEL, series, invitations=ended)
        audit.record("series.uninvited", actor=actor, target=series, uninvited=len(ended))


def _were_asked_before(series: Series, added: list[Invitation]) -> bool:
    revoked = series.invitations.exclude(revoked_at=None).values_list("email", flat=True)
    return not {email.lower() for email in revoked}.isdisjoint(invitation.email.lower() for invitation in added)


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


def add_co_organisers(room: Room, users: Iterable[User], *, actor: User) -> None:
    set_co_organisers(room, {*room.co_organisers.all(), *users}, actor=actor)


def set_co_organisers(room: Room, users: Iterable[User], *, actor: User) -> None:
    """Add those who are missing, remove those who are not named."""
    wanted = {user.pk for user in users if user.pk != room.organiser_id}
    current = set(room.room_organisers.values_list("user", flat=True))
    removed, added = current - wanted, wanted - current
    room.room_organisers.filter(user__in=removed).delete()
    RoomOrganiser.objects.bulk_create(RoomOrganiser(room=room, user_id=user, added_by=actor) for user in added)
    if removed or added:
        audit.record("room.organisers-changed", actor=actor, target=room, added=len(added), removed=len(removed))
