"""Why a recording was not taken. `code` is stable, kept in the row and put into words by `imports.words`."""

from __future__ import annotations


class ImportRefused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PartsMissing(Exception):
    """The store does not hold all parts: the browser sends what is missing."""
