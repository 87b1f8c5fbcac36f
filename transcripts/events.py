"""How far the minutes of a recording are, and the one way to tell it to the pages that wait for them.

Delivery is at most once. Each message is the whole state, not a change, and pages ask again now and then.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import Any, Literal
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from meetings.models import Recording
from transcripts.models import Transcription, transcription_of
from transcripts.progress import waiting_of

logger = logging.getLogger(__name__)

State = Literal["recording", "collecting", "queued", "transcribing", "done", "failed", "cancelled", "none", "erased"]

_BEFORE_READY: dict[str, State] = {
    Recording.Status.ACTIVE: "recording",
    Recording.Status.STOPPING: "collecting",
    Recording.Status.FAILED: "failed",
}
_STATES: dict[str, State] = {
    Transcription.State.QUEUED: "queued",
    Transcription.State.RUNNING: "transcribing",
    Transcription.State.DONE: "done",
    Transcription.State.FAILED: "failed",
    Transcription.State.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` steps of `total`; `percent` of the whole work. Of a job that waits: its `place` from 1, and about how
    many minutes, 0 where nobody can tell.
    """

    state: State
    done: int = 0
    total: int = 0
    percent: int = 0
    place: int = 0
    minutes: int = 0

    def message(self) -> dict[str, Any]:
        return {"type": "progress", **asdict(self)}


def read_progress(recording_id: UUID) -> Progress:
    """As it stands in the database. Raises Recording.DoesNotExist."""
    return progress_of(Recording.objects.select_related("transcription", "meeting__room").get(pk=recording_id))


def progress_of(recording: Recording) -> Progress:
    """Of a row read with its transcription."""
    if recording.words_erased_at:
        return Progress("erased")
    if recording.status in _BEFORE_READY:
        return Progress(_BEFORE_READY[recording.status])
    transcription = transcription_of(recording)
    if transcription is None and not recording.for_minutes:
        return Progress("none")
    if transcription is None and recording.sound_erased_at:
        return Progress("erased")
    if transcription is None:  # the nudge was lost; the sweep makes the row within seconds
        return Progress("queued")
    if transcription.state == Transcription.State.QUEUED:
        waiting = waiting_of(transcription)
        return Progress("queued", total=transcription.steps_total, place=waiting.place, minutes=waiting.minutes or 0)
    return Progress(
        state=_STATES[transcription.state],
        done=transcription.steps_done,
        total=transcription.steps_total,
        percent=int(transcription.progress * 100),
    )


def group_of(recording_id: UUID) -> str:
    return f"minutes.{recording_id.hex}"


def publish(recording_id: UUID) -> None:
    """Tell the state, once what was written is committed."""
    transaction.on_commit(lambda: _send(recording_id))


def _send(recording_id: UUID) -> None:
    layer = get_channel_layer()
    assert layer is not None  # noqa: S101  (CHANNEL_LAYERS is in the settings of every installation)
    message = {"type": "progress.changed", "progress": read_progress(recording_id).message()}
    try:
        async_to_sync(layer.group_send)(group_of(recording_id), message)
    except (OSError, RedisError) as error:  # pages ask again; the work goes on
        logger.warning("progress of %s not told: %s", recording_id, type(error).__name__)
