"""Messages that wake a worker. Losing one does no harm: the row is the work, and a sweep finds it."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def nudge_collecting(recording_id: UUID, node: str) -> None:
    """Wake the worker beside `node`, where the files are."""
    try:
        current_app.send_task("meetings.tasks.collect_recording", args=[str(recording_id)], queue=f"media.{node}")
    except OperationalError as error:
        logger.warning("nudge lost, the sweep will find recording %s: %s", recording_id, type(error).__name__)
