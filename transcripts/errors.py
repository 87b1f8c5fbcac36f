"""Errors of the jobs that make minutes. `code` is stable, kept in the row and put into words by the page."""

from __future__ import annotations


class LeaseLost(Exception):
    """Somebody else has the step, or nobody may have it any more: stop, write nothing."""


class TrackChanged(Exception):
    """The file in the object store isn't the one whose sum was noted when it was recorded."""

    code = "track-changed"


class WrongState(Exception):
    """Only what has failed or was cancelled is tried again, only what is under way is cancelled… `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


INTERRUPTED = "interrupted"  # workers died, one after the other, without a word
INTERNAL = "internal"
CANCELLED = "cancelled"
APPROVED = "approved"  # meanwhile: what is approved is not replaced
