"""The verbs of a room. Whoever organises it may do all of them, signed in as strongly as the institution asks.

`acr` is that of the session. All of them raise Refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from meetings import actions as meeting_actions
from meetings import ceilings, policy
from meetings.codes import new_code
from meetings.errors import PastDate, Refused
from meetings.models import Occurrence, Room, RoomOrganiser
from meetings.policy import Access, Verb
from meetings.scheduling import cancelling

CHOICES = (
    "meeting_type",
    "guests",
    "other_institutions",
    "lobby",
    "recording",
    "transcription",
    "captions",
    "max_participants",
)


def managed_by(user: User) -> QuerySet[Room]:
    """Rooms of their institution that `user` organises, alone or with others, and that are not closed."""
    organised = Room.objects.filter(organiser=user).values("pk")
    shared = Room.objects.filter(co_organisers=user).values("pk")
    here = Room.objects.filter(institution=user.institution, closed_at=None)
    return here.filter(pk__in=organised.union(shared))


def _require_configuring(room: Room, actor: User, acr: str) -> None:
    decision = policy.decide(ceilings.standing_in(room, actor, acr), ceilings.rules_of_room(room), Verb.CONFIGURE)
    if not decision.allowed:
        raise Refused(decision.reason)


@transaction.atomic
def configure(room: Room, choices: Mapping[str, Any], *, actor: User, acr: str = "") -> None:
    """`choices` hold a value, or None, for each of CHOICES. What would loosen the policy is without effect.

    A recording that the new rules forbid ends.
    """
    _require_configuring(room, actor, acr)
    locked = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    changed = [name for name in CHOICES if getattr(locked, name) != choices[name]]
    for name in changed:
        setattr(locked, name, choices[name])
    if changed:
        locked.save(update_fields=changed)
        audit.record("room.configured", actor=actor, target=room, changed=" ".join(changed))
        if ceilings.rules_of_room(locked).recording == Access.NEVER:
            meeting_actions.stop_recording_in(locked, actor=actor)


@transaction.atomic
def lock(room: Room, *, actor: User, acr: str = "") -> None:
    """Nobody new comes in, until `unlock`."""
    _require_configuring(room, actor, acr)
    if Room.objects.filter(pk=room.pk, locked_at=None).update(locked_at=timezone.now()):
        audit.record("room.locked", actor=actor, target=room)


@transaction.atomic
def unlock(room: Room, *, actor: User, acr: str = "") -> None:
    _require_configuring(room, actor, acr)
    if Room.objects.filter(pk=room.pk, locked_at__isnull=False).update(locked_at=None):
        audit.record("room.unlocked", actor=actor, target=room)


@transaction.atomic
def renew_link(room: Room, *, actor: User, acr: str = "") -> str:
    """The new code. The old one leads nowhere from now on; who is in a meeting stays."""
    _require_configuring(room, actor, acr)
    code = new_code()
    Room.objects.filter(pk=room.pk).update(code=code)
    audit.record("room.link-renewed", actor=actor, target=room)
    return code


@transaction.atomic
def close(room: Room, *, actor: User, acr: str = "") -> None:
    """It leaves the lists, and nobody comes in any more. What was held there stays, as do its minutes.

    What is planned there is cancelled, and the people invited are told.
    """
    _require_configuring(room, actor, acr)
    for series_id in to_come(room).order_by("series").values_list("series", flat=True).distinct():
        with suppress(PastDate):  # it has just begun
            cancelling.cancel_series(series_id, actor=actor)
    if Room.objects.filter(pk=room.pk, closed_at=None).update(closed_at=timezone.now()):
        audit.record("room.closed", actor=actor, target=room)


def to_come(room: Room) -> QuerySet[Occurrence]:
    """The dates that `close` cancels."""
    on = Occurrence.objects.filter(cancelled_at=None, series__cancelled_at=None)
    return on.filter(series__room=room, start__gt=timezone.now())


@transaction.atomic
def add_co_organiser(room: Room, user: User, *, actor: User, acr: str = "") -> None:
    _require_configuring(room, actor, acr)
    if user.pk == room.organiser_id:
        return
    _, is_new = RoomOrganiser.objects.get_or_create(room=room, user=user, defaults={"added_by": actor})
    if is_new:
        audit.record("room.co-organiser-added", actor=actor, target=room, user=str(user.pk))


@transaction.atomic
def remove_co_organiser(room: Room, user: User, *, actor: User, acr: str = "") -> None:
    _require_configuring(room, actor, acr)
    if RoomOrganiser.objects.filter(room=room, user=user).delete()[0]:
        audit.record("room.co-organiser-removed", actor=actor, target=room, user=str(user.pk))
