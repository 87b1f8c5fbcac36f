"""Celery's doors: an id in, one function called."""

from __future__ import annotations

import asyncio

from celery import shared_task
from django.conf import settings

from meetings import actions, media_room, recordings, storage
from meetings.models import Meeting, Recording
from meetings.nudges import nudge_closing, nudge_collecting


@shared_task(autoretry_for=(storage.StorageUnavailable,), retry_backoff=5, retry_backoff_max=600, max_retries=None)  # type: ignore[untyped-decorator]
def collect_recording(recording_id: str) -> None:
    """In the queue of the node that holds the files."""
    recordings.collect(Recording.objects.get(pk=recording_id))


@shared_task  # type: ignore[untyped-decorator]
def delete_orphans() -> None:
    """In the queue of each node: what was still written after the end is not kept."""
    recordings.delete_orphans(settings.JANUS_RECORDINGS_DIR)


@shared_task  # type: ignore[untyped-decorator]
def sweep_recordings() -> None:
    """Wake the collectors of stopped recordings, again if need be: collecting twice does no harm."""
    for recording in Recording.objects.filter(status=Recording.Status.STOPPING).select_related("meeting"):
        nudge_collecting(recording.pk, recording.meeting.node)


@shared_task  # type: ignore[untyped-decorator]
def sweep_orphans() -> None:
    for node in settings.JANUS_NODES:
        delete_orphans.apply_async(queue=f"media.{node}")


@shared_task  # type: ignore[untyped-decorator]
def sweep_meetings() -> None:
    actions.remove_unseen()
    for meeting in actions.end_abandoned():
        nudge_closing(meeting.pk, meeting.node)


@shared_task  # type: ignore[untyped-decorator]
def close_janus_room(meeting_id: str) -> None:
    """In the queue of the node."""
    meeting = Meeting.objects.get(pk=meeting_id)
    asyncio.run(media_room.close(meeting.pk, meeting.node))


@shared_task  # type: ignore[untyped-decorator]
def abort_stale_uploads() -> None:
    storage.abort_stale()
