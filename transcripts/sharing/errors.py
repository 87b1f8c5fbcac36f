"""Why minutes are not shared. `code` is stable; the page has the words."""

from __future__ import annotations


class NotShared(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
