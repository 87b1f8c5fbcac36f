"""Legal holds: placed and lifted with a reason; asked before anything is erased."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit, roles
from accounts.models import Institution, User
from governance.models import Erasure, LegalHold
from meetings import ceilings
from meetings.errors import NotAllowed
from meetings.models import Meeting, Participation, Recording, Room


@transaction.atomic
def place(
    institution: Institution,
    *,
    reason: str,
    until: date | None = None,
    recording: Recording | None = None,
    room: Room | None = None,
    person: User | None = None,
    is_told: bool = True,
    actor: User,
) -> LegalHold:
    """On one of the three, or on the whole institution. Raises NotAllowed outside of one's institutions."""
    _require(actor, institution)
    if not all(is_of(institution, one) for one in (recording, room, person) if one):
        raise NotAllowed("hold")
    held = LegalHold.objects.create(
        institution=institution,
        recording=recording,
        room=room,
        person=person,
        reason=reason,
        until=until,
        is_told=is_told,
        placed_by=actor,
    )
    audit.record("hold.placed", actor=actor, target=held, on=kind_of(held), until=until.isoformat() if until else None)
    return held


@transaction.atomic
def lift(hold: LegalHold, *, because: str, actor: User) -> None:
    """What it held is erased at the next sweep, if its time has come. Nothing happens to one that is lifted."""
    _require(actor, hold.institution)
    open_ones = LegalHold.objects.filter(pk=hold.pk, lifted_at=None)
    if open_ones.update(lifted_at=timezone.now(), lifted_by=actor, lifted_because=because):
        audit.record("hold.lifted", actor=actor, target=hold, on=kind_of(hold))
        wake_held()


def wake_held() -> None:
    """Erasures that waited for a hold look again: whether another one holds them, they find out."""
    Erasure.objects.filter(state=Erasure.State.HELD).update(next_attempt_at=timezone.now())


def _require(actor: User, institution: Institution) -> None:
    if not roles.institutions_where(actor, "governance.add_legalhold").filter(pk=institution.pk).exists():
        raise NotAllowed("hold")


def is_of(institution: Institution, row: Recording | Room | User) -> bool:
    """Of it, or of one below it."""
    home = row.meeting.room.institution if isinstance(row, Recording) else row.institution
    return home is not None and institution in ceilings.lineage(home)


def kind_of(hold: LegalHold) -> str:
    kinds = {"recording": hold.recording_id, "room": hold.room_id, "person": hold.person_id}
    return next((kind for kind, pk in kinds.items() if pk), "institution")


def on(recording: Recording) -> QuerySet[LegalHold]:
    """Those that are in force on it: its own, its room's, of somebody who was there, of its institution or above."""
    return on_meeting(recording.meeting) | _in_force().filter(recording=recording)


def on_meeting(meeting: Meeting) -> QuerySet[LegalHold]:
    lineage = [one.pk for one in ceilings.lineage(meeting.room.institution)]
    people = Participation.objects.filter(meeting=meeting).exclude(user=None).values("user")
    whole = Q(recording=None, room=None, person=None, institution__in=lineage)
    return _in_force().filter(whole | Q(room=meeting.room_id) | Q(person__in=people))


def on_person(users: Collection[UUID]) -> QuerySet[LegalHold]:
    """On the person alone: what holds the recordings in which they spoke is asked of each."""
    return _in_force().filter(person__in=users)


def is_held(recording: Recording) -> bool:
    return on(recording).exists()


def any_in_force() -> bool:
    return _in_force().exists()


def held_meetings(participations: Collection[UUID]) -> set[UUID]:
    """The meetings of these participations that something holds. One query where nothing is held anywhere."""
    if not participations or not any_in_force():
        return set()
    meetings = Meeting.objects.filter(participations__in=participations).distinct().select_related("room__institution")
    own = set(
        _in_force()
        .filter(recording__meeting__participations__in=participations)
        .values_list("recording__meeting", flat=True)
    )
    return own | {meeting.pk for meeting in meetings if on_meeting(meeting).exists()}


def _in_force() -> QuerySet[LegalHold]:
    today = timezone.localdate()
    return LegalHold.objects.filter(Q(until=None) | Q(until__gte=today), lifted_at=None)


def covered() -> QuerySet[Any, Any]:
    """Recordings that something holds: their keys, to look for others among them."""
    rows = _in_force()
    whole = rows.filter(recording=None, room=None, person=None).values_list("institution", flat=True)
    institutions = roles.with_descendants(set(whole))
    held = (
        Q(pk__in=rows.exclude(recording=None).values("recording"))
        | Q(meeting__room__in=rows.exclude(room=None).values("room"))
        | Q(meeting__participations__user__in=rows.exclude(person=None).values("person"))
        | Q(meeting__room__institution__in=institutions)
    )
    return Recording.objects.filter(held).values("pk")


def would_cover(institution: Institution, recording: Recording | None, room: Room | None, person: User | None) -> int:
    """How many recordings, if it were placed."""
    if recording is not None:
        return 1
    if room is not None:
        return Recording.objects.filter(meeting__room=room).count()
    if person is not None:
        return Recording.objects.filter(meeting__participations__user=person).distinct().count()
    return Recording.objects.filter(meeting__room__institution__in=roles.with_descendants({institution.pk})).count()


def of_meetings() -> Q:
    """Those that something holds, whether or not anything was recorded."""
    return _of_rooms("room") | Q(participations__user__in=_in_force().exclude(person=None).values("person"))


def of_series() -> Q:
    return _of_rooms("room") | Q(invitations__user__in=_in_force().exclude(person=None).values("person"))


def _of_rooms(path: str) -> Q:
    whole = _in_force().filter(recording=None, room=None, person=None).values_list("institution", flat=True)
    institutions = roles.with_descendants(set(whole))
    rooms = _in_force().exclude(room=None).values("room")
    return Q(**{f"{path}__in": rooms}) | Q(**{f"{path}__institution__in": institutions})
