"""The only signal: a recording can be read. A nudge; the row `Recording(status=READY)` is the fact."""

from __future__ import annotations

from django.dispatch import Signal

recording_ready = Signal()  # recording: Recording
