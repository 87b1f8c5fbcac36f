"""The trail: `record("meeting.recording-started", actor=user, target=meeting)`. Append only."""

from __future__ import annotations

from django.db import models

from accounts.models import AuditEntry, User

SYSTEM = "system"  # a sweep, a worker
GUEST = "guest"  # somebody without an account; the target says which participation
Actor = User | str


def record(verb: str, *, actor: Actor, target: models.Model, **details: str | int | bool | None) -> None:
    """Note what was done. `details` hold identifiers, counts and states, never names or words."""
    user, kind = (actor, "agent") if isinstance(actor, User) else (None, actor)
    AuditEntry.objects.create(
        verb=verb,
        actor=user,
        actor_kind=kind,
        institution=user.institution if user else None,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        details=details,
    )
