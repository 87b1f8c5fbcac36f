"""What the apps above hear of recordings. Nudges: rows are the facts."""

from __future__ import annotations

from django.dispatch import Signal

recording_ready = Signal()  # recording: Recording
# Somebody agrees to less than before. In the transaction that wrote so: what was derived from it goes with it.
agreement_narrowed = Signal()  # recording: Recording, participation: Participation
