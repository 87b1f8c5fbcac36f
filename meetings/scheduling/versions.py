"""What a series was when a form was opened on it, so that the form does not put back what others change meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from accounts.models import User
from meetings.errors import ChangedMeanwhile
from meetings.models import Series
from meetings.scheduling import rows

T = TypeVar("T")


def version_of(series: Series) -> str:
    """Of its words, its dates, and the people: other than before when any of them is. What they answer is theirs."""
    invited = series.invitations.filter(revoked_at=None).order_by("pk").values_list("pk", "required", "language")
    organisers = series.room.room_organisers.order_by("user").values_list("user", flat=True)
    seen = repr((series.sequence, list(invited), list(organisers)))
    return hashlib.sha256(seen.encode()).hexdigest()


@transaction.atomic
def unless_changed(series_id: UUID, version: str, act: Callable[[], T], *, actor: User) -> T:
    """What `act` returns. Raises NotAllowed; ChangedMeanwhile: the series is not what it was at `version`."""
    now = version_of(rows.locked(series_id, actor=actor))
    if version != now:
        raise ChangedMeanwhile(now)
    return act()
