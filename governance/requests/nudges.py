"""Messages that wake a worker. Losing one does no harm: the row is the work, and a sweep finds it."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def nudge_request_mails() -> None:
    _nudge("governance.tasks.send_request_mails")


def nudge_exports() -> None:
    _nudge("governance.tasks.make_person_exports")


def _nudge(task: str) -> None:
    try:
        current_app.send_task(task, queue="default")
    except OperationalError as error:
        logger.warning("nudge lost: %s, %s", task, type(error).__name__)
