"""Decode a recorded or imported file with the ffmpeg program, which is given as little as possible."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcripts.pipeline import sandbox
from transcripts.pipeline.errors import AudioUnreadable

Waveform = NDArray[np.float32]
"""Samples in [-1, 1], shape (samples,), 16 kHz mono."""

SAMPLE_RATE = 16_000
LONGEST_S = 12 * 3600
TIMEOUT_S = 1800.0
_BYTES_A_SECOND = SAMPLE_RATE * np.dtype(np.float32).itemsize
# Holes in the stream's times become silence, so that a word keeps its place on the track's clock. Without the largest
# value, two channels made one may come out 1.4 times too loud.
_FILTERS = (
    "aresample=async=1:first_pts=0:rematrix_maxval=1,"
    f"aformat=sample_fmts=flt:channel_layouts=mono:sample_rates={SAMPLE_RATE}"
)


def decode(path: Path) -> Waveform:
    """Read the first audio stream of `path`.

    The samples are mapped from a nameless temporary file: 230 MB an hour of disk, not of memory.
    Raises AudioUnreadable when nothing can be decoded, or when it is longer than LONGEST_S.
    A file cut in its middle gives what comes before the cut: storage checks hashes, not this.
    """
    with tempfile.TemporaryFile() as samples:
        sandbox.run(
            _command(path),
            output=samples,
            timeout_s=TIMEOUT_S,
            largest_bytes=(LONGEST_S + 2) * _BYTES_A_SECOND,
            memory_bytes=sandbox.MEMORY_BYTES,
        )
        size_bytes = os.fstat(samples.fileno()).st_size
        if size_bytes == 0:
            raise AudioUnreadable("no audio")
        if size_bytes > LONGEST_S * _BYTES_A_SECOND:
            raise AudioUnreadable("too long")
        return np.memmap(samples, dtype=np.float32, mode="c")  # copy on write: torch asks for writable memory


def duration_of(waveform: Waveform) -> float:
    return len(waveform) / SAMPLE_RATE


def _command(path: Path) -> list[str]:
    return [
        *("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"),
        *sandbox.source(path),
        *("-map", "0:a:0", "-vn", "-sn", "-dn", "-t", str(LONGEST_S + 1)),
        *("-af", _FILTERS, "-f", "f32le", "-flush_packets", "0", "pipe:1"),
    ]
