"""Tells how far a step is, about once a second, and ends it when it is no longer ours."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from transcripts import steps
from transcripts.errors import LeaseLost
from transcripts.jobs import Lease

TELL_EVERY_S = 1.0


@dataclass(slots=True)
class Teller:
    lease: Lease
    lost: threading.Event
    told_at: float = field(default=-TELL_EVERY_S)

    def tell(self, share: float) -> None:
        """`share` of the step is done. Raises LeaseLost."""
        if self.lost.is_set():
            raise LeaseLost
        if time.monotonic() - self.told_at >= TELL_EVERY_S:
            self.told_at = time.monotonic()
            if not steps.note_progress(self.lease, share):
                raise LeaseLost
