"""From one picture that Janus wrote to WebM: placed in time, not encoded again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from meetings.janus import mjr, vp8, webm
from meetings.models import Track

VP8_IN_WEBM = "video/webm"
LAST_FRAME_S = 0.04
KINDS = {"camera": Track.Kind.CAMERA, "screen": Track.Kind.SCREEN}  # by the name of the m-line


@dataclass(frozen=True, slots=True)
class Picture:
    """Seconds; `start` is after the beginning of the recording."""

    kind: Track.Kind
    start: float
    duration: float
    seen: vp8.Seen


def convert(source: Path, target: webm.Target, *, begin: float, end: float) -> Picture | None:
    """Make WebM of an .mjr; None when it holds no picture. Raises mjr.NotARecording.

    Both bounds are seconds of the Unix clock; what arrived before or after is left out.
    """
    seen = vp8.Seen()
    with source.open("rb") as recorded:
        header = mjr.read_header(recorded)
        kind = KINDS.get(header.source)
        if kind is None or header.kind != "video" or header.codec != "vp8":
            raise mjr.NotARecording("not a picture of ours")
        first = header.first_frame_us / 1_000_000
        bounds: dict[str, Any] = {"earliest_ms": (begin - first) * 1000, "latest_ms": (end - first) * 1000}
        packets = chain.from_iterable(mjr.read_packets(recorded, **bounds, reorder=vp8.REORDER_PACKETS))
        frames = vp8.frames_of(packets, seen)
        head = next(frames, None)
        if head is None or seen.first_ms is None:
            return None
        webm.write_head(target, seen.width, seen.height)
        webm.write_frames(target, chain([head], frames))
    start = first - begin + seen.first_ms / 1000
    return Picture(kind, start, seen.last_ms / 1000 + LAST_FRAME_S, seen)
