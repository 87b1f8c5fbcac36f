"""Keeps the secrets that are in addresses out of the logs: Django logs the path of each 403, 404 and 500."""

from __future__ import annotations

import logging
import re
from typing import Any

SECRET_PATHS = re.compile(r"(/(?:i|invitation|agenda|password/reset/key|confirm-email)/)[^/?\s]+")


class HideLinks(logging.Filter):
    """The signed links of invitations, the addresses of calendars, the keys that open an account again."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(argument) for argument in record.args)
        return True


def _hidden(value: Any) -> Any:
    return SECRET_PATHS.sub(r"\1…", value) if isinstance(value, str) else value
