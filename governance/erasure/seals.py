"""Names in the seals of approved minutes: of who approved, reviewed, corrected them, or said whose a voice is."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from governance.erasure import holds
from transcripts.models import SealedPerson


def naming(users: Collection[UUID]) -> QuerySet[SealedPerson]:
    return SealedPerson.objects.filter(user__in=users).exclude(content=None)


def held_meetings(users: Collection[UUID]) -> set[UUID]:
    """Whose minutes are sealed in these names, and which something holds."""
    if not users or not holds.any_in_force():
        return set()
    held = naming(users).filter(version__transcription__recording__in=holds.covered())
    return set(held.values_list("version__transcription__recording__meeting", flat=True))


def forget(users: Collection[UUID]) -> int:
    """The seals still hold."""
    return naming(users).update(content=None)
