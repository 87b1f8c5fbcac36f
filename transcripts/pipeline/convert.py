"""From whatever somebody brought to sound of ours: one voice channel, Opus in Ogg, and nothing else of the file."""

from __future__ import annotations

from pathlib import Path

from transcripts.pipeline import sandbox
from transcripts.pipeline.audio import LONGEST_S, TIMEOUT_S
from transcripts.pipeline.errors import AudioUnreadable

_BITS_A_SECOND = 48_000  # transparent for one voice channel at 48 kHz (RFC 7587 §3.1.1: 28 to 40 kbit/s is fullband)
_LARGEST_BYTES = (LONGEST_S + 60) * _BITS_A_SECOND // 4


def to_opus(source: Path, target: Path) -> None:
    """The first audio stream of `source`, without pictures or tags. Raises AudioUnreadable."""
    with target.open("wb") as output:
        sandbox.run(
            _command(source),
            output=output,
            timeout_s=TIMEOUT_S,
            largest_bytes=_LARGEST_BYTES,
            memory_bytes=sandbox.MEMORY_BYTES,
        )
    if target.stat().st_size == 0:
        raise AudioUnreadable("no audio")


def _command(source: Path) -> list[str]:
    return [
        *("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"),
        *sandbox.source(source),
        *("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-t", str(LONGEST_S + 1)),
        # Holes in the stream's times become silence: words keep their place. Bit-exact: no date, no random serial.
        *("-af", "aresample=async=1:first_pts=0:rematrix_maxval=1", "-ac", "1", "-ar", "48000"),
        *("-c:a", "libopus", "-b:a", str(_BITS_A_SECOND), "-application", "voip", "-fflags", "+bitexact"),
        *("-flags:a", "+bitexact", "-f", "ogg", "pipe:1"),
    ]
