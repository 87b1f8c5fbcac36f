"""Celery's doors: an id in, one function called."""

from __future__ import annotations

import asyncio
import logging
from uuid import UUID

from asgiref.sync import async_to_sync
from celery import shared_task
from django.conf import settings

from meetings import actions, applications, erasure, lobby, media_room, recordings, storage
from meetings.invitations import delivery
from meetings.models import Meeting, Recording
from meetings.nudges import nudge_closing, nudge_collecting, nudge_composing
from meetings.pictures import jobs

logger = logging.getLogger(__name__)
RECONCILE_EVERY_S = 5  # one that waited longer is of no use: the next one is there
WATCH_DISKS_EVERY_S = 10
SWEEP_PICTURES_EVERY_S = 30


@shared_task  # type: ignore[untyped-decorator]
def collect_recording(recording_id: str) -> None:
    """In the queue of the node that holds the files. The sweep is what tries again."""
    try:
        recordings.collect(Recording.objects.get(pk=recording_id))
    except storage.StorageUnavailable as error:
        logger.warning("recording %s not collected: %s", recording_id, error.code)


@shared_task  # type: ignore[untyped-decorator]
def delete_withdrawn(recording_id: str) -> None:
    """In the queue of the node that holds the files."""
    recordings.withdraw(Recording.objects.get(pk=recording_id), settings.JANUS_RECORDINGS_DIR)


@shared_task  # type: ignore[untyped-decorator]
def erase_withdrawn(recording_id: str) -> None:
    """The sweep is what tries again."""
    try:
        erasure.erase_withdrawn(Recording.objects.get(pk=recording_id))
    except storage.StorageUnavailable:
        logger.warning("recording %s: not erased, the store is unavailable", recording_id)


@shared_task  # type: ignore[untyped-decorator]
def sweep_withdrawn() -> None:
    erasure.erase_all_withdrawn()


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
            if recordings.may_complete(recording):
                recordings.give_up_lost(recording)
        except storage.StorageUnavailable as error:
            logger.warning("recording %s not completed: %s", recording.pk, error.code)
        for node in recordings.nodes_to_wake(recording):
            nudge_collecting(recording.pk, node)
    if late := recordings.late():
        logger.error("%d recordings wait to be stored, since %s", late.count, late.since.isoformat())


@shared_task  # type: ignore[untyped-decorator]
def stop_recordings() -> None:
    """Those that have gone on for too long, or have nobody left who agreed."""
    recordings.stop_what_must()


@shared_task  # type: ignore[untyped-decorator]
def watch_disk(node: str) -> None:
    """In the queue of the node."""
    recordings.watch_disk(node)


@shared_task  # type: ignore[untyped-decorator]
def watch_disks() -> None:
    for node in settings.JANUS_NODES:
        watch_disk.apply_async(args=[node], queue=f"media.{node}", expires=WATCH_DISKS_EVERY_S)


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
def compose_video(composition_id: str) -> None:
    """In the queue `pictures`. May be told twice: the row's lease lets one in."""
    from meetings.pictures import composing  # and numpy, which the other workers can do without

    composing.compose(UUID(composition_id))


@shared_task  # type: ignore[untyped-decorator]
def measure_sound() -> None:
    """In the queue `pictures`."""
    from meetings.pictures import levels

    levels.measure_waiting()


@shared_task  # type: ignore[untyped-decorator]
def sweep_pictures() -> None:
    """Wake who makes videos, again if need be."""
    jobs.give_up()
    for composition in jobs.waiting():
        nudge_composing(composition.pk)
    if jobs.unmeasured().exists():
        measure_sound.apply_async(queue="pictures", expires=SWEEP_PICTURES_EVERY_S)


@shared_task  # type: ignore[untyped-decorator]
def abort_stale_uploads() -> None:
    storage.abort_stale()


@shared_task  # type: ignore[untyped-decorator]
def send_mails() -> None:
    """Nudged at each mail, and swept: what a lost nudge or a failed attempt left goes out too."""
    delivery.send_waiting()


@shared_task  # type: ignore[untyped-decorator]
def send_deliveries() -> None:
    """Nudged when an application is to be told something, and swept."""
    applications.send_waiting()


@shared_task  # type: ignore[untyped-decorator]
def forget_deliveries() -> None:
    applications.forget_old()
