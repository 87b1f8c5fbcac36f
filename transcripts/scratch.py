"""Where a worker puts the audio that it listens to, and removes it: its own, and what a killed one left."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transcripts.jobs import Lease

STALE_S = 24 * 3600  # no step of another worker of this machine lasts as long


@contextmanager
def scratch_folder(root: Path, lease: Lease) -> Iterator[Path]:
    """An empty private folder for this attempt, gone afterwards."""
    _remove_left_behind(root, lease)
    folder = root / f"{lease.step_id}.{lease.attempt}"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(root: Path, lease: Lease) -> None:
    """Earlier attempts at this step are over, or have lost it."""
    for folder in root.glob("*.*"):
        is_earlier = folder.name.startswith(f"{lease.step_id}.")
        if is_earlier or time.time() - folder.stat().st_mtime > STALE_S:
            shutil.rmtree(folder, ignore_errors=True)
