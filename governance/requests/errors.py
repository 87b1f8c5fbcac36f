"""Why something is not done about a request. `code` is stable; sentences are in `words`."""

from __future__ import annotations


class RequestRefused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
