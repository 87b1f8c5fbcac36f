"""Why something is not erased now."""

from __future__ import annotations


class Held(Exception):
    """A legal hold wins. The row waits until it is lifted, or ends."""


class Busy(Exception):
    """Somebody else carries it out, or it was done."""


class NotOver(Exception):
    """The recording goes on: it is stopped first."""
