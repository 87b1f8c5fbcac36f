"""How loud each microphone was: measured once for each track, for the page and for the choice of who is shown."""

from __future__ import annotations

import logging
import math
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
from django.db import transaction

from accounts import audit
from meetings import leaks, storage, unrecorded
from meetings.models import Track, TrackLevels
from meetings.pictures import jobs, sandbox
from meetings.pictures.turns import QUIETEST_DB, STEP_MS, Voice, level_of, turns_of

logger = logging.getLogger(__name__)

SAMPLE_RATE = 8000
STEP_SAMPLES = SAMPLE_RATE * STEP_MS // 1000
FULL_SCALE = 32768.0
CPU_S = 1800
MEMORY_BYTES = 1 << 30
STEPS_AT_ONCE = 600
LONGEST_STEPS = 24 * 3600 * 1000 // STEP_MS
AT_ONCE = 20


def measure_waiting() -> int:
    """Returns how many. What the store does not give now stays for the next time."""
    count = 0
    for track in jobs.unmeasured()[:AT_ONCE]:
        try:
            measure(track)
            count += 1
        except storage.StorageUnavailable as error:
            logger.warning("track %s not measured: %s", track.pk, error.code)
    return count


def measure(track: Track) -> bytes:
    """The levels of a track, which are kept. Raises storage.StorageUnavailable."""
    found = TrackLevels.objects.filter(track=track).first()
    if found:
        return bytes(found.steps)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sound.opus")
        storage.get_to_file(track.key, path)
        steps = measure_file(path)
    if Track.objects.filter(pk=track.pk).exists():  # it may have been erased meanwhile
        _keep(track, steps)
    return steps


def _keep(track: Track, steps: bytes) -> None:
    """With what may be the voice of somebody who is not on the record: its organisers are told."""
    turns = [(turn.start, turn.end) for turn in turns_of([Voice("", track.start, steps)])]
    found = leaks.suspected(turns, unrecorded.speech_of(track.recording), is_shared=track.shared_microphone)
    values = {"step_ms": STEP_MS, "steps": steps, "leaks": found}
    with transaction.atomic():
        _, is_new = TrackLevels.objects.get_or_create(track=track, defaults=values)
        if is_new and found:
            audit.record("recording.leak-suspected", actor=audit.SYSTEM, target=track, times=len(found))


def measure_file(path: Path) -> bytes:
    """One byte for each step of STEP_MS; what can't be decoded is silent."""
    command = ["ffmpeg", "-nostdin", "-loglevel", "quiet", "-threads", "1", *sandbox.OGG_ONLY]
    command += ["-i", f"file:{path.absolute()}", "-map", "0:a:0", "-ac", "1", "-ar", str(SAMPLE_RATE)]
    command += ["-f", "s16le", "pipe:1"]
    decoding = sandbox.start(command, cpu_s=CPU_S, memory_bytes=MEMORY_BYTES, largest_bytes=0)
    with decoding:
        assert decoding.stdout  # noqa: S101 -- it is a pipe
        steps = bytes(islice(_levels(decoding.stdout), LONGEST_STEPS))
        decoding.kill()
    return steps


def _levels(samples: IO[bytes]) -> Iterator[int]:
    while block := samples.read(STEPS_AT_ONCE * STEP_SAMPLES * 2):
        values = np.frombuffer(block[: len(block) // 2 * 2], dtype="<i2").astype(np.float64) / FULL_SCALE
        for start in range(0, len(values), STEP_SAMPLES):
            power = float(np.mean(values[start : start + STEP_SAMPLES] ** 2))
            yield level_of(10 * math.log10(power) if power > 0 else QUIETEST_DB)
