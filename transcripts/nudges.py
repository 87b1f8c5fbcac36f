"""Messages that wake a speech worker. Losing one does no harm: the row is the work, and a sweep finds it."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

TASK = "transcripts.tasks.transcribe_recording"
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=10)


def nudge_transcribing(transcription_id: UUID) -> None:
    try:
        current_app.send_task(TASK, args=[str(transcription_id)])
    except OperationalError as error:
        logger.warning("nudge lost, the sweep will find %s: %s", transcription_id, type(error).__name__)


def wait_before_nudge(nudges: int) -> timedelta:
    """How long after so many nudges comes the next. It doubles: behind a long queue, messages would only pile up."""
    return min(FIRST_WAIT * (1 << min(nudges, 10)), LONGEST_WAIT)
