"""Celery's doors: an id in, one function called."""

from __future__ import annotations

import asyncio
import logging

from asgiref.sync import async_to_sync
from celery import shared_task
from django.conf import settings

from meetings import actions, lobby, media_room, recordings, storage
from meetings.invitations import delivery
from meetings.models import Meeting, Recording
from meetings.nudges import nudge_closing, nudge_collecting

logger = logging.getLogger(__name__)
RECONCILE_EVERY_S = 5  # one that waited longer is of no use: the next one is there


@shared_task  # type: ignore[untyped-decorator]
def collect_recording(recording_id: str) -> None:
    """In the queue of the node that holds the files. The sweep is what tries again."""
    try:
        recordings.collect(Recording.objects.get(pk=recording_id))
    except storage.StorageUnavailable:
        logger.warning("recording %s not collected: the store is unavailable", recording_id)


@shared_task  # type: ignore[untyped-decorator]
def delete_withdrawn(recording_id: str) -> None:
    """In the queue of the node that holds the files."""
    recordings.withdraw(Recording.objects.get(pk=recording_id), settings.JANUS_RECORDINGS_DIR)


@shared_task  # type: ignore[untyped-decorator]
def delete_orphans() -> None:
    """In the queue of each node: what was still written after the end, or was taken back, is not kept."""
    recordings.delete_orphans(settings.JANUS_RECORDINGS_DIR)
    recordings.delete_withdrawn(settings.JANUS_RECORDINGS_DIR)


@shared_task  # type: ignore[untyped-decorator]
def sweep_recordings() -> None:
    """Wake the collectors of stopped recordings, again if need be: collecting twice does no harm."""
    for recording in Recording.objects.filter(status=Recording.Status.STOPPING):
        try:
            recordings.give_up_lost(recording)
        except storage.StorageUnavailable:
            logger.warning("recording %s not completed: the store is unavailable", recording.pk)
        for node in recording.nodes():
            nudge_collecting(recording.pk, node)


@shared_task  # type: ignore[untyped-decorator]
def sweep_orphans() -> None:
    for node in settings.JANUS_NODES:
        delete_orphans.apply_async(queue=f"media.{node}")


@shared_task  # type: ignore[untyped-decorator]
def sweep_meetings() -> None:
    actions.remove_unseen()
    lobby.forget_unseen()
    for meeting in actions.end_abandoned():
        nudge_closing(meeting.pk, meeting.node)


@shared_task  # type: ignore[untyped-decorator]
def close_janus_room(meeting_id: str) -> None:
    """In the queue of the node."""
    meeting = Meeting.objects.get(pk=meeting_id)
    asyncio.run(media_room.close(meeting.pk, meeting.node))


@shared_task  # type: ignore[untyped-decorator]
def sweep_janus_rooms(node: str) -> None:
    """In the queue of the node. Its queries run in this thread, on the connection that Celery looks after."""
    async_to_sync(media_room.close_ended)(node)


@shared_task  # type: ignore[untyped-decorator]
def remove_strangers(node: str) -> None:
    """In the queue of the node."""
    async_to_sync(media_room.remove_strangers)(node)


@shared_task  # type: ignore[untyped-decorator]
def reconcile_rooms() -> None:
    for node in settings.JANUS_NODES:
        remove_strangers.apply_async(args=[node], queue=f"media.{node}", expires=RECONCILE_EVERY_S)


@shared_task  # type: ignore[untyped-decorator]
def sweep_rooms() -> None:
    for node in settings.JANUS_NODES:
        sweep_janus_rooms.apply_async(args=[node], queue=f"media.{node}")


@shared_task  # type: ignore[untyped-decorator]
def abort_stale_uploads() -> None:
    storage.abort_stale()


@shared_task  # type: ignore[untyped-decorator]
def send_mails() -> None:
    """Nudged at each mail, and swept: what a lost nudge or a failed attempt left goes out too."""
    delivery.send_waiting()
