"""Look into a file that somebody brought, before anything decodes it: is it a recording, how long, with what inside?"""

from __future__ import annotations

import json
import math
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcripts.pipeline import sandbox
from transcripts.pipeline.errors import AudioUnreadable

LONGEST_S = 12 * 3600.0
SHORTEST_S = 0.05
MOST_STREAMS = 32  # Zoom and OBS write a handful
_COUNTED_STREAMS = 4096  # of a file with more, ffprobe says nothing
LARGEST_BYTES = 64 << 30
SLOWEST_BITS_A_SECOND = 200  # below, a header promises hours that are not in the file
_TIMEOUT_S = 30.0
_MEMORY_BYTES = 1 << 30
_LARGEST_ANSWER_BYTES = 1 << 20
_READ_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Probe:
    """`seconds` is None where the file does not say, as in a stream that was cut."""

    container: str
    codec: str
    seconds: float | None
    audio_streams: int


def probe(path: Path) -> Probe:
    """Raises AudioUnreadable, with the reason: "empty", "no audio", "too many streams", "too long", "too short"…"""
    size_bytes = _size(path)
    answer = sandbox.run(
        _command(path),
        output=subprocess.PIPE,
        timeout_s=_TIMEOUT_S,
        largest_bytes=_LARGEST_ANSWER_BYTES,
        memory_bytes=_MEMORY_BYTES,
    )
    if len(answer) > _LARGEST_ANSWER_BYTES:
        raise AudioUnreadable("too many streams")
    try:
        found = _read(json.loads(answer))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AudioUnreadable("not a recording") from error
    _require_credible(found, size_bytes)
    return found


def _size(path: Path) -> int:
    try:
        size_bytes = path.stat().st_size
    except OSError as error:
        raise AudioUnreadable("no such file") from error
    if size_bytes == 0:
        raise AudioUnreadable("empty")
    if size_bytes > LARGEST_BYTES:
        raise AudioUnreadable("too large")
    return size_bytes


def _command(path: Path) -> list[str]:
    return [
        *("ffprobe", "-hide_banner", "-loglevel", "error", "-threads", "1"),
        *("-probesize", str(_READ_BYTES), "-max_streams", str(_COUNTED_STREAMS)),
        *sandbox.source(path),
        *("-show_entries", "format=format_name,duration:stream=codec_type,codec_name,duration", "-of", "json"),
    ]


def _read(answer: dict[str, Any]) -> Probe:
    streams = answer.get("streams", [])
    if len(streams) > MOST_STREAMS:
        raise AudioUnreadable("too many streams")
    sounds = [stream for stream in streams if stream.get("codec_type") == "audio"]
    if not sounds:
        raise AudioUnreadable("no audio")
    seconds = _seconds(sounds[0]) or _seconds(answer["format"])
    return Probe(str(answer["format"]["format_name"]), str(sounds[0].get("codec_name", "")), seconds, len(sounds))


def _seconds(fields: dict[str, Any]) -> float | None:
    value = float(fields.get("duration", "nan"))
    return value if math.isfinite(value) and value >= 0 else None


def _require_credible(found: Probe, size_bytes: int) -> None:
    if found.seconds is None:
        return
    if found.seconds > LONGEST_S:
        raise AudioUnreadable("too long")
    if found.seconds < SHORTEST_S:
        raise AudioUnreadable("too short")
    if size_bytes * 8 < found.seconds * SLOWEST_BITS_A_SECOND:
        raise AudioUnreadable("shorter than it says")
