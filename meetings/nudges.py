"""Messages that wake a worker. Losing one does no harm: the row is the work, and a sweep finds it."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def nudge_collecting(recording_id: UUID, node: str) -> None:
    """Wake the worker beside `node`, where the files are."""
    _nudge("meetings.tasks.collect_recording", recording_id, node)


def nudge_withdrawing(recording_id: UUID, node: str) -> None:
    """Have what was kept of somebody who has declined deleted at once."""
    _nudge("meetings.tasks.delete_withdrawn", recording_id, node)


def nudge_closing(meeting_id: UUID, node: str) -> None:
    """Have the Janus room of a meeting that is over removed. Lost, it costs Janus a few bytes."""
    _nudge("meetings.tasks.close_janus_room", meeting_id, node)


def nudge_mails() -> None:
    """Have the mails that wait sent now."""
    try:
        current_app.send_task("meetings.tasks.send_mails", queue="default")
    except OperationalError as error:
        logger.warning("nudge lost: send_mails, %s", type(error).__name__)


def _nudge(task: str, identifier: UUID, node: str) -> None:
    try:
        current_app.send_task(task, args=[str(identifier)], queue=f"media.{node}")
    except OperationalError as error:
        logger.warning("nudge lost: %s %s, %s", task, identifier, type(error).__name__)
