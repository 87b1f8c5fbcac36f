"""Messages that wake a worker. Losing one does no harm: the row is the work, and a sweep finds it."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import ChannelError, OperationalError

logger = logging.getLogger(__name__)

TASK = "transcripts.tasks.work_on_minutes"
SPEECH_QUEUE = "speech"
CHECK_TASK = "transcripts.tasks.check_imports"
REVIEWS_TASK = "transcripts.tasks.send_reviews"
NOTICES_TASK = "transcripts.tasks.send_notices"
MOST_AT_ONCE = 16  # messages; workers go on by themselves while there is work
PROPOSALS_TASK = "transcripts.tasks.make_proposals"


def wake_workers(steps: int) -> None:
    """As many as `steps` are new. A message names nothing: whose turn it is, the rows say."""
    for _ in range(min(steps, MOST_AT_ONCE)):
        try:
            current_app.send_task(TASK, queue=SPEECH_QUEUE)
        except OperationalError as error:
            return logger.warning("nudge lost, the sweep will find the steps: %s", type(error).__name__)


def messages_waiting() -> int:
    """For the speech workers, that none has taken yet: where all are busy, more would only pile up."""
    try:
        with current_app.connection_for_read() as connection:
            found = connection.default_channel.queue_declare(SPEECH_QUEUE, passive=True)
            return int(found.message_count)
    except ChannelError:  # Redis has no empty lists
        return 0
    except OperationalError as error:
        logger.warning("the broker can't be asked: %s", type(error).__name__)
        return 0


def nudge_checking() -> None:
    """Have imports checked now."""
    try:
        current_app.send_task(CHECK_TASK, queue=SPEECH_QUEUE)
    except OperationalError as error:
        logger.warning("nudge lost: check_imports, %s", type(error).__name__)


def nudge_reviews() -> None:
    """Have the mails that ask for reviews sent now."""
    _nudge(REVIEWS_TASK)


def nudge_notices() -> None:
    """Have the mails that tell of minutes sent now."""
    _nudge(NOTICES_TASK)


def _nudge(task: str) -> None:
    try:
        current_app.send_task(task, queue="default")
    except OperationalError as error:
        logger.warning("nudge lost: %s, %s", task, type(error).__name__)


def nudge_proposals() -> None:
    """Have the drafts made now that somebody asked for."""
    _nudge(PROPOSALS_TASK)
