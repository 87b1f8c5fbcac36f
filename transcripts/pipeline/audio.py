"""Decode a recorded or imported file with the ffmpeg program, which is given as little as possible."""

from __future__ import annotations

import errno
import os
import subprocess
import tempfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from transcripts.pipeline.errors import AudioUnreadable

Waveform = NDArray[np.float32]
"""Samples in [-1, 1], shape (samples,), 16 kHz mono."""

SAMPLE_RATE = 16_000
LONGEST_S = 12 * 3600
TIMEOUT_S = 1800.0
_BYTES_A_SECOND = SAMPLE_RATE * np.dtype(np.float32).itemsize
_MEMORY_BYTES = 2 << 30
# What our own recordings and imports are made of. Without it a playlist (HLS, concat) under an innocent name
# would have ffmpeg open other files of this machine (`protocol_whitelist` alone still allows files).
_CONTAINERS = "ogg,matroska,webm,mov,mp4,m4a,wav,flac,mp3,aac"
# Holes in the stream's times become silence, so that a word keeps its place on the track's clock. Without the largest
# value, two channels made one may come out 1.4 times too loud.
_FILTERS = (
    "aresample=async=1:first_pts=0:rematrix_maxval=1,"
    f"aformat=sample_fmts=flt:channel_layouts=mono:sample_rates={SAMPLE_RATE}"
)
_NOT_FOUND = 127  # exit status of prlimit when there is no such program


def decode(path: Path) -> Waveform:
    """Read the first audio stream of `path`.

    The samples are mapped from a nameless temporary file: 230 MB an hour of disk, not of memory.
    Raises AudioUnreadable when nothing can be decoded, or when it is longer than LONGEST_S.
    A file cut in its middle gives what comes before the cut: storage checks hashes, not this.
    """
    with tempfile.TemporaryFile() as samples:
        _run_ffmpeg(path, samples)
        size_bytes = os.fstat(samples.fileno()).st_size
        if size_bytes == 0:
            raise AudioUnreadable("no audio")
        if size_bytes > LONGEST_S * _BYTES_A_SECOND:
            raise AudioUnreadable("too long")
        return np.memmap(samples, dtype=np.float32, mode="c")  # copy on write: torch asks for writable memory


def duration_of(waveform: Waveform) -> float:
    return len(waveform) / SAMPLE_RATE


def _run_ffmpeg(path: Path, samples: IO[bytes]) -> None:
    try:
        done = subprocess.run(
            [*_limits(), *_command(path)],
            stdin=subprocess.DEVNULL,
            stdout=samples,
            stderr=subprocess.PIPE,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise AudioUnreadable("too slow to decode") from error
    if done.returncode == _NOT_FOUND:
        raise FileNotFoundError(errno.ENOENT, "ffmpeg is not installed")
    if os.strerror(errno.ENOSPC).encode() in done.stderr:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # this machine's fault: worth another try
    if done.returncode != 0:
        raise AudioUnreadable(f"ffmpeg ended with {done.returncode}")


def _limits() -> list[str]:
    longest_bytes = (LONGEST_S + 2) * _BYTES_A_SECOND
    return ["prlimit", f"--cpu={int(TIMEOUT_S)}", f"--as={_MEMORY_BYTES}", f"--fsize={longest_bytes}", "--core=0", "--"]


def _command(path: Path) -> list[str]:
    return [
        *("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"),
        *("-protocol_whitelist", "file,pipe", "-format_whitelist", _CONTAINERS),
        *("-i", f"file:{path.absolute()}", "-map", "0:a:0", "-vn", "-sn", "-dn"),
        *("-t", str(LONGEST_S + 1)),
        *("-af", _FILTERS, "-f", "f32le", "-flush_packets", "0", "pipe:1"),
    ]
