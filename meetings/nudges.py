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


def nudge_orphans(node: str) -> None:
    """Have files of recordings that are over, or were erased, deleted at once."""
    try:
        current_app.send_task("meetings.tasks.delete_orphans", queue=f"media.{node}")
    except OperationalError as error:
        logger.warning("nudge lost: delete_orphans %s, %s", node, type(error).__name__)


def nudge_erasing(recording_id: UUID) -> None:
    """Have what was stored of somebody who took their agreement back erased at once."""
    try:
        current_app.send_task("meetings.tasks.erase_withdrawn", args=[str(recording_id)], queue="default")
    except OperationalError as error:
        logger.warning("nudge lost: erase_withdrawn %s, %s", recording_id, type(error).__name__)


def nudge_composing(composition_id: UUID) -> None:
    """Have a video made."""
    try:
        current_app.send_task("meetings.tasks.compose_video", args=[str(composition_id)], queue="pictures")
    except OperationalError as error:
        logger.warning("nudge lost: compose_video %s, %s", composition_id, type(error).__name__)


def nudge_closing(meeting_id: UUID, node: str) -> None:
    """Have the Janus room of a meeting that is over removed. Lost, it costs Janus a few bytes."""
    _nudge("meetings.tasks.close_janus_room", meeting_id, node)


def nudge_mails() -> None:
    """Have the mails that wait sent now."""
    try:
        current_app.send_task("meetings.tasks.send_mails", queue="default")
    except OperationalError as error:
        logger.warning("nudge lost: send_mails, %s", type(error).__name__)


def nudge_deliveries() -> None:
    """Have applications told now."""
    try:
        current_app.send_task("meetings.tasks.send_deliveries", queue="default")
    except OperationalError as error:
        logger.warning("nudge lost: send_deliveries, %s", type(error).__name__)


def _nudge(task: str, identifier: UUID, node: str) -> None:
    try:
        current_app.send_task(task, args=[str(identifier)], queue=f"media.{node}")
    except OperationalError as error:
        logger.warning("nudge lost: %s %s, %s", task, identifier, type(error).__name__)
