"""Recordings that stop by themselves: too long, deserted, or on a disk that is nearly full."""

from __future__ import annotations

import shutil
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit, roles
from accounts.audit import Actor
from accounts.models import User
from meetings import actions
from meetings.errors import NotAllowed, NotRecording
from meetings.models import JanusNode, Meeting, Recording
from meetings.models.recordings import StopReason

ENOUGH_AGAIN = 1.25  # of the least: a disk at the limit does not go up and down


def stop_what_must() -> int:
    """How many."""
    now, count = timezone.now(), 0
    for recording in Recording.objects.filter(status=Recording.Status.ACTIVE):
        if recording.ends_by and recording.ends_by <= now:
            count += _stop(recording.pk, StopReason.TOO_LONG)
        elif recording.is_deserted(since=now - actions.ABANDONED_AFTER):
            count += _stop(recording.pk, StopReason.NOBODY_LEFT)
    return count


def watch_disk(node: str) -> bool:
    """Of the node beside this process: is it nearly full? What is recorded there then stops."""
    free = shutil.disk_usage(settings.JANUS_RECORDINGS_DIR).free
    least = settings.RECORDINGS_DISK_MIN_MB * 1024 * 1024
    row, _ = JanusNode.objects.get_or_create(name=node)
    is_low = free < (least * ENOUGH_AGAIN if row.disk_is_low else least)
    JanusNode.objects.filter(name=node).update(free_bytes=free, disk_is_low=is_low)
    if is_low:
        going_on = Recording.objects.filter(status=Recording.Status.ACTIVE, meeting__node=node)
        for recording_id in going_on.values_list("pk", flat=True):
            _stop(recording_id, StopReason.DISK_FULL)
    return is_low


def stop_as_administrator(recording: Recording, *, actor: User) -> None:
    """Everybody in the room is told. Raises NotAllowed, NotRecording when it has stopped meanwhile."""
    if not roles.holds(actor, "meetings.operate_recording", recording.meeting.room.institution_id):
        raise NotAllowed("stop-recording")
    if not _stop(recording.pk, StopReason.ADMINISTRATION, actor):
        raise NotRecording


@transaction.atomic
def _stop(recording_id: UUID, reason: str, actor: Actor = audit.SYSTEM) -> bool:
    meetings = Meeting.objects.select_for_update(no_key=True, of=("self",))
    meeting = meetings.filter(recordings=recording_id, recordings__status=Recording.Status.ACTIVE).first()
    return meeting is not None and actions.stop_active(meeting, actor=actor, reason=reason) is not None
