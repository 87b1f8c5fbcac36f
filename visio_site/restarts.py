"""When a dead child may start again: after a pause that grows, and not for ever."""

from __future__ import annotations

from collections import deque

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
MAX_DEATHS = 3
WINDOW_S = 60.0


class Restarts:
    """The deaths of one child. Times are seconds of one clock."""

    def __init__(self, now: float, retry_start_s: float) -> None:
        self._retry_start_s = retry_start_s
        self._patience_ends = now + retry_start_s
        self._deaths: deque[float] = deque(maxlen=MAX_DEATHS)
        self._next_pause_s = FIRST_PAUSE_S

    def after_death(self, *, started: float, died: float, was_ready: bool) -> float | None:
        """How long to wait before the next start; None when it died too often.

        A failed start is no death yet, within `retry_start_s` of the first start or of the last time it was ready.
        """
        if was_ready:
            self._patience_ends = died + self._retry_start_s
        if was_ready or died > self._patience_ends:
            self._deaths.append(died)
        if len(self._deaths) == MAX_DEATHS and died - self._deaths[0] < WINDOW_S:
            return None
        pause_s = FIRST_PAUSE_S if died - started > WINDOW_S else self._next_pause_s
        self._next_pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
        return pause_s
