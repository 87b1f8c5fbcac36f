"""From one file of Janus' to one stored track: what was agreed to is kept, the file is deleted."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings import storage, storage_uploads
from meetings.agreement import Agreement, agreement_of
from meetings.janus import mjr, opus, placing
from meetings.janus.placing import Heard, Hole
from meetings.models import Recording, Track
from meetings.recordings import pictures
from meetings.recordings.sources import Source

logger = logging.getLogger(__name__)

OPUS_IN_OGG = "audio/ogg"
SHARED_SOUND = "sound"  # of a screen: nobody's voice, and not kept
HOLE_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Converted:
    """Seconds; `start` is after the beginning of the recording."""

    start: float
    duration: float
    heard: Heard


def settle(recording: Recording, source: Source, agreement: Agreement) -> bool:
    """Store what was agreed to, and delete the file. False when that failed: the file is left for the next time.

    Raises storage.StorageUnavailable: the file is left then, too.
    """
    try:
        if _may_keep(agreement, source):
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
    """Straight from the file into the store: a full disk does not matter."""
    if recording.tracks.filter(source_name=source.name).exists():
        return
    key, content_type = _place_of(recording, source)
    with storage_uploads.Upload(key, content_type=content_type) as upload:
        try:
            described = _convert(recording, source, upload)
        except mjr.NotARecording as error:
            logger.warning("unreadable file of recording %s: %s", recording.pk, error)
            return
        if described is None:
            return
        upload.finish()
    with transaction.atomic():
        if _may_keep(agreement_of(recording), source) and _is_waited_for(recording):
            return _note(recording, source, upload, described)
    storage.delete(key)  # taken back while it was put away, or the recording was erased


def _is_waited_for(recording: Recording) -> bool:
    """Until the transaction ends: who erases a recording waits for this lock."""
    return Recording.objects.select_for_update(no_key=True).filter(pk=recording.pk, sound_erased_at=None).exists()


def _note(recording: Recording, source: Source, upload: storage_uploads.Upload, described: dict[str, Any]) -> None:
    Track.objects.create(
        recording=recording,
        participation_id=source.participation_id,
        source_name=source.name,
        key=upload.key,
        sha256=upload.sha256,
        size_bytes=upload.size_bytes,
        shared_microphone=source.is_shared_microphone,
        recovered=source.is_open,
        **described,
    )


def _may_keep(agreement: Agreement, source: Source) -> bool:
    return agreement.covers(source) if source.is_audio else agreement.covers_picture(source)


def _place_of(recording: Recording, source: Source) -> tuple[str, str]:
    """Key in the store, and the type of what is under it."""
    extension, content_type = ("opus", OPUS_IN_OGG) if source.is_audio else ("webm", pictures.VP8_IN_WEBM)
    return f"recordings/{recording.pk}/{source.path.name.split('.mjr')[0]}.{extension}", content_type


def _convert(recording: Recording, source: Source, upload: storage_uploads.Upload) -> dict[str, Any] | None:
    """What the row says of it; None when it is empty. Raises mjr.NotARecording."""
    end = (recording.stopped_at or timezone.now()).timestamp()
    bounds = {"begin": recording.started_at.timestamp(), "end": end}
    if source.is_audio:
        sound = convert(source.path, upload, **bounds)
        found = {"start": sound.start, "duration": sound.duration, "heard": _described(sound.heard)}
        return found if sound.duration else None
    picture = pictures.convert(source.path, upload, **bounds)
    if picture is None:
        return None
    seen = asdict(picture.seen) | {"holes": _holes(picture.seen.holes)}
    return {"kind": picture.kind, "start": picture.start, "duration": picture.duration, "heard": seen}


def convert(source: Path, target: opus.Target, *, begin: float, end: float) -> Converted:
    """Make Opus of an .mjr. Raises mjr.NotARecording.

    Both bounds are seconds of the Unix clock; what arrived before or after is left out.
    """
    heard = Heard()
    with source.open("rb") as recorded:
        header = mjr.read_header(recorded)
        if header.kind != "audio" or header.codec != "opus":
            raise mjr.NotARecording("not Opus")
        if header.source == SHARED_SOUND:
            return Converted(0.0, 0.0, heard)
        first = header.first_frame_us / 1_000_000
        earliest_ms, latest_ms = (begin - first) * 1000, (end - first) * 1000
        packets = mjr.read_packets(recorded, earliest_ms=earliest_ms, latest_ms=latest_ms)
        opening = mjr.Packets.of([])
        while len(opening) < placing.OPENING_PACKETS and (more := next(packets, None)):
            opening += more
        if not opening:
            return Converted(0.0, 0.0, heard)
        start = max(0.0, first - begin + placing.begun_ms(opening) / 1000)
        placed = placing.place(chain([opening], packets), heard, longest_s=end - begin - start)
        return Converted(start, opus.write_ogg(target, placed), heard)


def _described(heard: Heard) -> dict[str, object]:
    """Holes in seconds from the start of the track."""
    return {**asdict(heard), "holes": _holes(heard.holes)}


def _holes(holes: list[Hole]) -> list[dict[str, object]]:
    return [
        {"start": round(hole.start, HOLE_DIGITS), "end": round(hole.end, HOLE_DIGITS), "why": hole.why.value}
        for hole in holes
    ]
