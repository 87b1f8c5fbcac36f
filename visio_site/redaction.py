"""What each line of the logs goes through. Secrets of addresses stay out: Django logs the path of 403, 404 and 500."""

from __future__ import annotations

import logging
import re
from typing import Any

from accounts.trail import origin

SECRET_PATHS = re.compile(r"(/(?:i|invitation|retrait|agenda|lecture|password/reset/key|confirm-email)/)[^/?\s]+")


class HideLinks(logging.Filter):
    """Signed links of invitations, minutes and exports, addresses of calendars, keys that open an account again."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(argument) for argument in record.args)
        return True


class NameRequest(logging.Filter):
    """The identifier that the trail has for what was done in the same request."""

    def filter(self, record: logging.LogRecord) -> bool:
        found = origin.request_id()
        record.request = f" [{found}]" if found else ""
        return True


def _hidden(value: Any) -> Any:
    return SECRET_PATHS.sub(r"\1…", value) if isinstance(value, str) else value
