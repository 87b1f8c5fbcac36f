"""Messages that wake a worker. Losing one does no harm: the row is the work, and a sweep finds it."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def nudge_erasures() -> None:
    """Have what was asked for erased now."""
    _nudge("governance.tasks.carry_out_erasures")


def nudge_warnings() -> None:
    """Have organisers told now of what will be erased."""
    _nudge("governance.tasks.send_warnings")


def _nudge(task: str) -> None:
    try:
        current_app.send_task(task, queue="default")
    except OperationalError as error:
        logger.warning("nudge lost: %s, %s", task, type(error).__name__)
