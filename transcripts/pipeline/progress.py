"""How a long step tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Told the share done, rising from 0 to 1. What it raises ends the work, and is passed on: a way to cancel."""


def between(progress: Progress, start: float, end: float) -> Progress:
    """A step's own progress, as the part from `start` to `end` of the whole."""
    return lambda share: progress(start + (end - start) * share)
