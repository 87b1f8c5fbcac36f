"""What was kept of a recording, in a file beside its tracks. Its form: docs/manifest.schema.json."""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings

from meetings import gaps
from meetings.models import Recording, RecordingPart, Track

FORMAT = "visio-recording/1"


def as_bytes(recording: Recording) -> bytes:
    return json.dumps(describe(recording), indent=1, allow_nan=False).encode()


def describe(recording: Recording) -> dict[str, object]:
    """Identifiers, times and sums; no name, no word. The same rows give the same bytes."""
    consents = _consents(recording)
    return {
        "format": FORMAT,
        "recording": str(recording.pk),
        "meeting": str(recording.meeting_id),
        "started_at": recording.started_at.isoformat(),
        "stopped_at": _time(recording.stopped_at),
        "stop_reason": recording.stop_reason,
        "software": {"visio": settings.VISIO_VERSION},
        "parts": [_part(part) for part in recording.parts.all()],
        "tracks": [_track(track, consents) for track in recording.tracks.filter(erased_at=None)],
        "gaps": [{"start": round(gap.start, 3), "end": round(gap.end, 3)} for gap in gaps.gaps_of(recording)],
    }


def _consents(recording: Recording) -> dict[object, list[int]]:
    """The rows of the ledger of each participation, in order."""
    found: dict[object, list[int]] = {}
    for participation_id, pk in recording.consents.order_by("pk").values_list("participation_id", "pk"):
        found.setdefault(participation_id, []).append(pk)
    return found


def _part(part: RecordingPart) -> dict[str, object]:
    return {
        "node": part.node,
        "state": part.state,
        "started_at": part.started_at.isoformat(),
        "ended_at": _time(part.ended_at),
        "janus": part.janus_version or None,
    }


def _track(track: Track, consents: dict[object, list[int]]) -> dict[str, object]:
    return {
        "track": str(track.pk),
        "participation": str(track.participation_id),
        "consents": consents.get(track.participation_id, []),
        "kind": track.kind,
        "source": track.source_name,
        "key": track.key,
        "sha256": track.sha256,
        "size_bytes": track.size_bytes,
        "start": round(track.start, 3),
        "duration": round(track.duration, 3),
        "shared_microphone": track.shared_microphone,
        "recovered": track.recovered,
        "heard": track.heard,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
