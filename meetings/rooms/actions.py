"""The verbs of a room. Whoever organises it may do all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from meetings.codes import new_code
from meetings.models import Room, RoomOrganiser

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
    """Rooms that `user` organises, alone or with others, and that are not closed."""
    organised = Room.objects.filter(organiser=user).values("pk")
    shared = Room.objects.filter(co_organisers=user).values("pk")
    return Room.objects.filter(pk__in=organised.union(shared), closed_at=None)


@transaction.atomic
def configure(room: Room, choices: Mapping[str, Any], *, actor: User) -> None:
    """`choices` hold a value, or None, for each of CHOICES. What would loosen the policy is without effect."""
    locked = Room.objects.select_for_update().get(pk=room.pk)
    changed = [name for name in CHOICES if getattr(locked, name) != choices[name]]
    for name in changed:
        setattr(locked, name, choices[name])
    if changed:
        locked.save(update_fields=changed)
        audit.record("room.configured", actor=actor, target=room, changed=" ".join(changed))


@transaction.atomic
def lock(room: Room, *, actor: User) -> None:
    """Nobody new comes in, until `unlock`."""
    if Room.objects.filter(pk=room.pk, locked_at=None).update(locked_at=timezone.now()):
        audit.record("room.locked", actor=actor, target=room)


@transaction.atomic
def unlock(room: Room, *, actor: User) -> None:
    if Room.objects.filter(pk=room.pk, locked_at__isnull=False).update(locked_at=None):
        audit.record("room.unlocked", actor=actor, target=room)


@transaction.atomic
def renew_link(room: Room, *, actor: User) -> str:
    """The new code. The old one leads nowhere from now on; who is in a meeting stays."""
    code = new_code()
    Room.objects.filter(pk=room.pk).update(code=code)
    audit.record("room.link-renewed", actor=actor, target=room)
    return code


@transaction.atomic
def close(room: Room, *, actor: User) -> None:
    """It leaves the lists, and nobody comes in any more. What was held there stays, as do its minutes."""
    if Room.objects.filter(pk=room.pk, closed_at=None).update(closed_at=timezone.now()):
        audit.record("room.closed", actor=actor, target=room)


@transaction.atomic
def add_co_organiser(room: Room, user: User, *, actor: User) -> None:
    if user.pk == room.organiser_id:
        return
    _, is_new = RoomOrganiser.objects.get_or_create(room=room, user=user, defaults={"added_by": actor})
    if is_new:
        audit.record("room.co-organiser-added", actor=actor, target=room, user=str(user.pk))


@transaction.atomic
def remove_co_organiser(room: Room, user: User, *, actor: User) -> None:
    if RoomOrganiser.objects.filter(room=room, user=user).delete()[0]:
        audit.record("room.co-organiser-removed", actor=actor, target=room, user=str(user.pk))
