"""How loud the meeting was, drawn by the server from the levels that were measured of each microphone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from meetings.agreement import agreed_tracks
from meetings.models import Recording, Track, TrackLevels

COLUMNS = 600
HEIGHT = 48
QUIETEST = 60  # of 255: the noise of rooms, which is not drawn


def has_wave(recording: Recording) -> bool:
    return TrackLevels.objects.filter(track__in=agreed_tracks(recording)).exists()


def draw(recording: Recording, seconds: float) -> str:
    """An SVG of the loudest microphone at each moment. Its colour can be seen on light and on dark pages."""
    tracks = list(agreed_tracks(recording).select_related("levels").filter(levels__isnull=False))
    bars = [round(HEIGHT * (peak / 255) ** 1.6) for peak in peaks_of(tracks, seconds)]
    path = "".join(f"M{place} {HEIGHT - bar}v{bar}" for place, bar in enumerate(bars) if bar)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-0.5 0 {COLUMNS} {HEIGHT}" preserveAspectRatio="none">'
        f'<path d="{path}" stroke="#6a6af4" fill="none"/></svg>'
    )


def peaks_of(tracks: Sequence[Track], seconds: float) -> list[int]:
    """0 to 255, for COLUMNS stretches of `seconds`."""
    peaks: NDArray[np.uint8] = np.zeros(COLUMNS, dtype=np.uint8)
    for track in tracks:
        levels = track.levels
        steps = np.frombuffer(bytes(levels.steps), dtype=np.uint8)
        at = track.start + np.arange(len(steps)) * levels.step_ms / 1000
        columns = np.clip(at / max(seconds, 0.001) * COLUMNS, 0, COLUMNS - 1).astype(int)
        loud = np.where(steps > QUIETEST, steps, 0)
        np.maximum.at(peaks, columns, loud.astype(np.uint8))
    return [int(peak) for peak in peaks]
