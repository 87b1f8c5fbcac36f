"""Processes of tests that are killed in the middle of something."""

from __future__ import annotations

import gc
import os


def fork() -> int:
    """`os.fork`; the child collects no garbage: filters of FFmpeg would wait for threads that only its parent has."""
    child = os.fork()
    if child == 0:
        gc.disable()
    return child
