"""Recordings that can't be put away yet: tried again, more and more rarely, and told to operators.

What waits lies on the disk of its node. It is never given up because the store is away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts import audit, roles
from accounts.models import User
from meetings.errors import NotAllowed, NothingWaits
from meetings.models import Recording, RecordingPart
from meetings.nudges import nudge_collecting

FIRST = timedelta(seconds=10)
LONGEST = timedelta(minutes=15)
PATIENT_AFTER = timedelta(hours=24)  # from then on once in a while, until somebody has repaired it
ONCE_IN_A_WHILE = timedelta(hours=1)
UNREADABLE = "unreadable"  # beside the codes of storage.StorageUnavailable


def put_off(parts: Iterable[RecordingPart], failure: str) -> None:
    now = timezone.now()
    for part in parts:
        since = part.failing_since or now
        RecordingPart.objects.filter(pk=part.pk).update(
            attempts=F("attempts") + 1,
            failing_since=since,
            failure=failure,
            next_try_at=now + pause(part.attempts, now - since),
        )


def pause(attempts: int, failing: timedelta) -> timedelta:
    """Before the next one, after so many that failed, for so long."""
    if failing >= PATIENT_AFTER:
        return ONCE_IN_A_WHILE
    return min(FIRST * (1 << min(attempts, 10)), LONGEST)


def succeeded(recording: Recording) -> None:
    recording.parts.filter(failing_since__isnull=False).update(failing_since=None, next_try_at=None, failure="")


@transaction.atomic
def try_now(recording: Recording, *, actor: User) -> None:
    """What was put off, by who administers the institution. Raises NotAllowed, NothingWaits."""
    if not roles.holds(actor, "meetings.operate_recording", recording.meeting.room.institution_id):
        raise NotAllowed("store")
    waiting = waiting_parts(recording)
    nodes = set(waiting.values_list("node", flat=True))
    if not waiting.update(next_try_at=None):
        raise NothingWaits
    audit.record("recording.tried-now", actor=actor, target=recording, parts=len(nodes))
    for node in nodes:
        transaction.on_commit(partial(nudge_collecting, recording.pk, node))


def waiting_parts(recording: Recording) -> QuerySet[RecordingPart]:
    """Not stored yet though the recording is over. The manifest, written last, is put off by a part that is stored."""
    if recording.status != Recording.Status.STOPPING:
        return RecordingPart.objects.none()
    return recording.parts.filter(Q(state=RecordingPart.State.PENDING) | Q(failing_since__isnull=False))


def nodes_to_wake(recording: Recording) -> list[str]:
    """Those that hold something of it, and were not put off."""
    pending = recording.parts.filter(_due(), state=RecordingPart.State.PENDING)
    return list(pending.order_by("node").distinct().values_list("node", flat=True))


def may_complete(recording: Recording) -> bool:
    """Its manifest, too, may have been put off."""
    return not recording.parts.exclude(state=RecordingPart.State.PENDING).exclude(_due()).exists()


def _due() -> Q:
    return Q(next_try_at=None) | Q(next_try_at__lte=timezone.now())


@dataclass(frozen=True, slots=True)
class Late:
    """What has waited for too long since it was stopped."""

    count: int
    since: datetime
    nodes: list[str]
    failures: list[str]  # none where no worker has tried


def late() -> Late | None:
    before = timezone.now() - timedelta(seconds=settings.RECORDINGS_LATE_AFTER_S)
    waiting = Recording.objects.filter(status=Recording.Status.STOPPING, stopped_at__lt=before)
    ends = list(waiting.order_by("stopped_at").values_list("stopped_at", flat=True))
    if not ends or ends[0] is None:
        return None
    parts = RecordingPart.objects.filter(recording__in=waiting)
    pending = parts.filter(state=RecordingPart.State.PENDING)
    return Late(
        len(ends),
        ends[0],
        sorted(set(pending.values_list("node", flat=True))),
        sorted(set(parts.exclude(failure="").values_list("failure", flat=True))),
    )
