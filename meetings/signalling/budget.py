"""How much one browser may ask: a bucket that fills with time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from meetings.errors import ProtocolError

MESSAGES_PER_S = 20.0  # a person who presses everything at once stays below
BURST = 100.0


@dataclass(slots=True)
class Budget:
    left: float = BURST
    counted_at: float = field(default_factory=time.monotonic)

    def spend(self) -> None:
        """One message. Raises ProtocolError when there are too many."""
        now = time.monotonic()
        self.left = min(BURST, self.left + (now - self.counted_at) * MESSAGES_PER_S) - 1
        self.counted_at = now
        if self.left < 0:
            raise ProtocolError("too many messages")
