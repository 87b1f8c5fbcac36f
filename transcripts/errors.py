"""Errors of the jobs that make minutes. `code` is stable, kept in the row and put into words by the page."""

from __future__ import annotations


class LeaseLost(Exception):
    """Somebody else has the job, or nobody may have it any more: stop, write nothing."""


class TrackChanged(Exception):
    """The file in the object store isn't the one whose sum was noted when it was recorded."""

    code = "track-changed"


class NotFailed(Exception):
    """Only a transcription that has failed is tried again."""


INTERRUPTED = "interrupted"  # workers died, one after the other, without a word
INTERNAL = "internal"
