"""The trail: `record("meeting.recording-started", actor=user, target=meeting)`. Append only."""

from __future__ import annotations

from django.db import models

from accounts.models import AuditEntry, Institution, User
from accounts.trail import origin

SYSTEM = "system"  # a sweep, a worker
GUEST = "guest"  # somebody without an account; the target says which participation
Actor = User | str


def record(
    verb: str, *, actor: Actor, target: models.Model, reason: str = "", **details: str | int | bool | None
) -> None:
    """Note what was done. `details` hold identifiers, counts and states, never names or words; `reason` is a code.

    Costs a query, and those of what the target belongs to and is not loaded: see `audited_with` of models.
    """
    user, kind = (actor, "agent") if isinstance(actor, User) else (None, actor)
    AuditEntry.objects.create(
        verb=verb,
        actor=user,
        actor_kind=kind,
        assurance=origin.assurance_of(user) if user else kind,
        institution_id=_institution_of(target) or (user.answers_to_id if user else None),
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        reason=reason,
        request_id=origin.request_id(),
        details=details,
    )


def _institution_of(row: models.Model) -> int | None:
    """Where it was done: its DPO reads of it, whoever did it. Rows say by `audited_with` what they are a part of."""
    while part_of := getattr(row, "audited_with", ""):
        row = getattr(row, part_of)
    if isinstance(row, Institution):
        return row.pk
    institution_id: int | None = row.answers_to_id if isinstance(row, User) else getattr(row, "institution_id", None)
    return institution_id
