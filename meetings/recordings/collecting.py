"""From Janus' files to stored tracks, once a recording was stopped. May run again at any point."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from meetings import signals, storage, storage_uploads
from meetings.agreement import agreement_of
from meetings.applications import announce
from meetings.janus import asking, versions
from meetings.models import Application, JanusNode, Recording, RecordingPart
from meetings.recordings import manifest, retries
from meetings.recordings.sources import sources_of, wait_until_closed
from meetings.recordings.tracks import settle

# After the end, for files that can't be read, while the store answers. The store itself is waited for: see `retries`
GIVE_UP_AFTER = timedelta(hours=1)


def collect(recording: Recording) -> None:
    """Store what this machine holds of a stopped recording; READY when that was all.

    Raises storage.StorageUnavailable: what is not stored yet is still on the disk.
    """
    with _only_collector(recording) as is_ours:
        recording.refresh_from_db(fields=["status", "stopped_at"])
        if is_ours and recording.status == Recording.Status.STOPPING:
            _collect(recording)


@contextmanager
def _only_collector(recording: Recording) -> Iterator[bool]:
    """Whether nobody else collects this recording here now: a nudge and a sweep may wake two workers.

    A lock of the database session, which ends with the process that holds it.
    """
    key = lock_key(recording)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        [is_ours] = cursor.fetchone()
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def lock_key(recording: Recording) -> int:
    """A bigint; another one on each node."""
    digest = hashlib.sha256(f"{recording.pk}/{settings.JANUS_NODE}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _collect(recording: Recording) -> None:
    folder = settings.JANUS_RECORDINGS_DIR
    here = recording.parts.filter(node=settings.JANUS_NODE, state=RecordingPart.State.PENDING)
    wait_until_closed(recording, folder)
    here.filter(janus_version="").update(janus_version=_janus_version())
    agreement = agreement_of(recording)
    try:
        failed = [source for source in sources_of(recording, folder) if not settle(recording, source, agreement)]
    except storage.StorageUnavailable as error:
        retries.put_off(here, error.code)
        raise
    if not failed:
        here.update(state=RecordingPart.State.COLLECTED)
    elif timezone.now() - _end_of(recording) > GIVE_UP_AFTER:
        here.update(state=RecordingPart.State.LOST)
    else:
        retries.put_off(here, retries.UNREADABLE)
    complete(recording)


def _janus_version() -> str:
    """Of the Janus here; empty when it is down, or there is none."""
    url = settings.JANUS_NODES.get(settings.JANUS_NODE)
    version = asyncio.run(asking.version_of(url, settings.JANUS_API_SECRET)) if url else versions.UNKNOWN
    return versions.show(version) if version else ""


def complete(recording: Recording) -> None:
    """Make a stopped recording READY once no node holds anything more of it. Raises storage.StorageUnavailable."""
    states = set(recording.parts.values_list("state", flat=True))
    if RecordingPart.State.PENDING in states:
        return
    if states == {RecordingPart.State.LOST} and not recording.tracks.exists():
        _fail(recording)
        return
    try:
        _finish(recording)
    except storage.StorageUnavailable as error:
        retries.put_off(recording.parts.all(), error.code)
        raise


def give_up_lost(recording: Recording) -> None:
    """What lies on nodes that have been down for too long, or are no longer ours, is waited for no more.

    A node that comes back later finds its files to be orphans. Raises storage.StorageUnavailable.
    """
    before = timezone.now() - timedelta(seconds=settings.LOST_PART_AFTER_S)
    if _end_of(recording) > before:
        return
    waited_for = set(settings.JANUS_NODES) - set(
        JanusNode.objects.filter(down_since__lt=before).values_list("name", flat=True)
    )
    for part in recording.parts.filter(state=RecordingPart.State.PENDING).exclude(node__in=waited_for):
        _give_up(recording, part)
    if recording.parts.exists():  # also what somebody left between the last part and this
        complete(recording)


@transaction.atomic
def _give_up(recording: Recording, part: RecordingPart) -> None:
    pending = RecordingPart.objects.filter(pk=part.pk, state=RecordingPart.State.PENDING)
    if pending.update(state=RecordingPart.State.LOST):
        audit.record("recording.part-lost", actor=audit.SYSTEM, target=recording, node=part.node)


def _end_of(recording: Recording) -> datetime:
    return recording.stopped_at or timezone.now()


def _finish(recording: Recording) -> None:
    key = f"recordings/{recording.pk}/manifest.json"
    storage_uploads.put(key, manifest.as_bytes(recording), content_type="application/json")
    with transaction.atomic():
        stopping = Recording.objects.filter(pk=recording.pk, status=Recording.Status.STOPPING)
        if not stopping.update(status=Recording.Status.READY, manifest_key=key):
            if Recording.objects.exclude(sound_erased_at=None).filter(pk=recording.pk).exists():
                storage.delete(key)
            return
        retries.succeeded(recording)
        audit.record("recording.collected", actor=audit.SYSTEM, target=recording, tracks=recording.tracks.count())
        announce(Application.Event.RECORDING_READY, recording.meeting, recording=recording.pk)
        transaction.on_commit(lambda: signals.recording_ready.send(sender=Recording, recording=recording))


def _fail(recording: Recording) -> None:
    with transaction.atomic():
        stopping = Recording.objects.filter(pk=recording.pk, status=Recording.Status.STOPPING)
        if stopping.update(status=Recording.Status.FAILED, failure="unreadable"):
            audit.record("recording.failed", actor=audit.SYSTEM, target=recording, failure="unreadable")
