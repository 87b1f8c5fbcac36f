"""From Janus' files to stored tracks: what was agreed to is kept, the rest is deleted."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import tempfile
import time
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from meetings import gaps, signals, storage
from meetings.janus import mjr, opus
from meetings.models import Consent, JanusNode, Recording, RecordingPart, Track

logger = logging.getLogger(__name__)

# <recording>.<participation>.<connection>.<take>[.shared]-audio-<m-line>.mjr, and .tmp while Janus writes it
FILE_NAME = re.compile(
    r"(?P<recording>[0-9a-f]{32})\.(?P<participation>[0-9a-f]{32})\.\d+\.\d+(?P<shared>\.shared)?"
    r"-(?P<kind>audio|video)-\d+\.mjr(?P<open>\.tmp)?"
)
CLOSING_TIMEOUT_S = 10.0
GIVE_UP_AFTER = timedelta(hours=1)  # after the end: files that still can't be stored are no longer waited for
OPUS_IN_OGG = "audio/ogg"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of Janus'."""

    path: Path
    recording_id: UUID
    participation_id: UUID
    is_audio: bool
    is_shared_microphone: bool
    is_open: bool

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".tmp")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who lets a recording keep their voice. Declining also takes back what was kept until then."""

    accepted: frozenset[UUID]
    withdrawn_at: dict[UUID, datetime]

    def covers(self, source: Source) -> bool:
        who = source.participation_id
        return who in self.accepted and (who not in self.withdrawn_at or _is_newer(source, self.withdrawn_at[who]))


def agreement_of(recording: Recording) -> Agreement:
    choices = recording.current_choices().items()
    declined = recording.consents.filter(choice=Consent.Choice.DECLINED).order_by()
    return Agreement(
        frozenset(pk for pk, choice in choices if choice == Consent.Choice.ACCEPTED),
        dict(declined.values_list("participation_id").annotate(Max("at"))),
    )


def _is_newer(source: Source, moment: datetime) -> bool:
    """Whether the file was begun after `moment`. One that can't tell is not kept."""
    try:
        with source.path.open("rb") as recorded:
            return mjr.read_header(recorded).first_frame_us / 1_000_000 >= moment.timestamp()
    except mjr.NotARecording:
        return False


def sources_of(recording: Recording, folder: Path) -> list[Source]:
    return [source for source in _sources(folder) if source.recording_id == recording.pk]


def _sources(folder: Path) -> Iterator[Source]:
    for path in sorted(folder.iterdir()):
        match = FILE_NAME.fullmatch(path.name)
        if match:
            yield Source(
                path,
                UUID(match["recording"]),
                UUID(match["participation"]),
                is_audio=match["kind"] == "audio",
                is_shared_microphone=match["shared"] is not None,
                is_open=match["open"] is not None,
            )


def collect(recording: Recording) -> None:
    """Store what this machine holds of a stopped recording; READY when that was all. May run again at any point.

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
    _wait_until_closed(recording, folder)
    agreement = agreement_of(recording)
    failed = [source for source in sources_of(recording, folder) if not _settle(recording, source, agreement)]
    here = recording.parts.filter(node=settings.JANUS_NODE, state=RecordingPart.State.PENDING)
    if not failed:
        here.update(state=RecordingPart.State.COLLECTED)
    elif timezone.now() - _end_of(recording) > GIVE_UP_AFTER:
        here.update(state=RecordingPart.State.LOST)
    complete(recording)


def complete(recording: Recording) -> None:
    """Make a stopped recording READY once no node holds anything more of it. Raises storage.StorageUnavailable."""
    states = set(recording.parts.values_list("state", flat=True))
    if RecordingPart.State.PENDING in states:
        return
    if states == {RecordingPart.State.LOST} and not recording.tracks.exists():
        _fail(recording)
    else:
        _finish(recording)


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


def _wait_until_closed(recording: Recording, folder: Path, whose: Container[UUID] | None = None) -> None:
    """Everybody's socket stops their own file when it hears of the end. What stays open was left by a dead node."""
    deadline = time.monotonic() + CLOSING_TIMEOUT_S
    while any(
        source.is_open and (whose is None or source.participation_id in whose)
        for source in sources_of(recording, folder)
    ):
        if time.monotonic() >= deadline:
            return
        time.sleep(0.2)


def _settle(recording: Recording, source: Source, agreement: Agreement) -> bool:
    """Store what was agreed to, and delete the file. False when that failed: the file is left for the next time."""
    try:
        if source.is_audio and agreement.covers(source):
            _store(recording, source)
    except storage.StorageUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  (whatever it is, the other files do not wait for this one)
        who, kind = source.participation_id, type(error).__name__
        logger.error("file not stored: recording %s, participation %s, %s", recording.pk, who, kind)
        return False
    source.path.unlink(missing_ok=True)
    return True


def _store(recording: Recording, source: Source) -> None:
    if recording.tracks.filter(source_name=source.name).exists():
        return
    with tempfile.TemporaryDirectory(prefix="visio-track-") as scratch:
        path = Path(scratch) / "track.opus"
        try:
            start, duration = convert(
                source.path, path, begin=recording.started_at.timestamp(), end=_end_of(recording).timestamp()
            )
        except mjr.NotARecording as error:
            logger.warning("unreadable file of recording %s: %s", recording.pk, error)
            return
        if not duration:
            return
        track = Track(
            recording=recording,
            participation_id=source.participation_id,
            source_name=source.name,
            key=f"recordings/{recording.pk}/{source.path.name.split('.mjr')[0]}.opus",
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            size_bytes=path.stat().st_size,
            start=start,
            duration=duration,
            shared_microphone=source.is_shared_microphone,
            recovered=source.is_open,
        )
        storage.put(track.key, path, content_type=OPUS_IN_OGG)
        track.save()


def convert(source: Path, target: Path, *, begin: float, end: float) -> tuple[float, float]:
    """Make Opus of an .mjr; return its start in seconds after `begin` and its duration in seconds.

    Both bounds are seconds of the Unix clock; what arrived after `end` is left out. Raises mjr.NotARecording.
    """
    with source.open("rb") as recorded, target.open("wb") as stored:
        header = mjr.read_header(recorded)
        if header.kind != "audio" or header.codec != "opus":
            raise mjr.NotARecording("not Opus")
        first = header.first_frame_us / 1_000_000
        in_time = (packet for packet in mjr.read_packets(recorded) if first + packet.arrival_ms / 1000 <= end)
        duration = opus.write_ogg(stored, opus.place(in_time))
    return max(0.0, first - begin), duration


def _finish(recording: Recording) -> None:
    key = f"recordings/{recording.pk}/manifest.json"
    storage.put(key, json.dumps(manifest(recording), indent=1).encode(), content_type="application/json")
    with transaction.atomic():
        stopping = Recording.objects.filter(pk=recording.pk, status=Recording.Status.STOPPING)
        if not stopping.update(status=Recording.Status.READY, manifest_key=key):
            return
        audit.record("recording.collected", actor=audit.SYSTEM, target=recording, tracks=recording.tracks.count())
        transaction.on_commit(lambda: signals.recording_ready.send(sender=Recording, recording=recording))


def _fail(recording: Recording) -> None:
    with transaction.atomic():
        stopping = Recording.objects.filter(pk=recording.pk, status=Recording.Status.STOPPING)
        if stopping.update(status=Recording.Status.FAILED, failure="unreadable"):
            audit.record("recording.failed", actor=audit.SYSTEM, target=recording, failure="unreadable")


def manifest(recording: Recording) -> dict[str, object]:
    """What was kept of a recording: identifiers, times and sums, no name."""
    return {
        "recording": str(recording.pk),
        "meeting": str(recording.meeting_id),
        "started_at": recording.started_at.isoformat(),
        "stopped_at": recording.stopped_at.isoformat() if recording.stopped_at else None,
        "tracks": [
            {
                "track": str(track.pk),
                "participation": str(track.participation_id),
                "key": track.key,
                "sha256": track.sha256,
                "size_bytes": track.size_bytes,
                "start": round(track.start, 3),
                "duration": round(track.duration, 3),
                "recovered": track.recovered,
            }
            for track in recording.tracks.all()
        ],
        "gaps": [{"start": round(gap.start, 3), "end": round(gap.end, 3)} for gap in gaps.gaps_of(recording)],
    }


def delete_orphans(folder: Path) -> int:
    """Delete files of recordings that are over or unknown (a recorder that was stopped late); return how many."""
    sources = list(_sources(folder))  # first: a recording that begins now is alive, and has no file among these
    alive = set(
        Recording.objects.filter(status__in=[Recording.Status.ACTIVE, Recording.Status.STOPPING]).values_list(
            "pk", flat=True
        )
    )
    return _delete(source for source in sources if source.recording_id not in alive)


def withdraw(recording: Recording, folder: Path) -> None:
    """Delete what was kept of people who have just declined, as soon as Janus has closed it."""
    declined = {pk for pk, choice in recording.current_choices().items() if choice == Consent.Choice.DECLINED}
    _wait_until_closed(recording, folder, declined)
    delete_withdrawn(folder)


def delete_withdrawn(folder: Path) -> int:
    """Delete closed files that somebody took back, of recordings that go on; return how many.

    A recording that was stopped is its collector's.
    """
    closed = [source for source in _sources(folder) if not source.is_open]  # first: answers must be newer
    active = Recording.objects.filter(status=Recording.Status.ACTIVE, pk__in={source.recording_id for source in closed})
    agreements = {recording.pk: agreement_of(recording) for recording in active}
    return _delete(
        source
        for source in closed
        if (agreement := agreements.get(source.recording_id))
        and source.participation_id in agreement.withdrawn_at
        and not agreement.covers(source)
    )


def _delete(sources: Iterable[Source]) -> int:
    count = 0
    for source in sources:
        source.path.unlink(missing_ok=True)
        count += 1
    return count
