"""Celery's doors: one function called. The speech libraries are imported by workers alone, inside."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings

from meetings.storage import StorageUnavailable
from transcripts import sweep
from transcripts.imports.actions import give_up_late
from transcripts.models import Import
from transcripts.nudges import nudge_checking, wake_workers
from transcripts.review import mails
from transcripts.sharing import notices

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def work_on_minutes() -> None:
    """In the queue `speech`: whatever step is next. May be told twice, or in vain."""
    from transcripts.run import Tools, work
    from transcripts.speech_settings import speech_by_name

    if work(Tools(speech_by_name(settings), scratch=settings.VAR_DIR / "speech")):
        wake_workers(1)


@shared_task  # type: ignore[untyped-decorator]
def check_imports() -> None:
    """In the queue `speech`, whose machines have what decodes."""
    from transcripts.imports.checking import check_waiting

    check_waiting(settings.VAR_DIR / "speech")


@shared_task  # type: ignore[untyped-decorator]
def sweep_imports() -> None:
    """Nudge for those that wait, and give up what nobody finished."""
    if Import.objects.to_check().exists():
        nudge_checking()
    try:
        give_up_late()
    except StorageUnavailable as error:
        logger.warning("unfinished uploads stay: %s", error.code)


@shared_task  # type: ignore[untyped-decorator]
def sweep_transcriptions() -> None:
    sweep.sweep()


@shared_task  # type: ignore[untyped-decorator]
def send_reviews() -> None:
    """Nudged when reviewers are named, and swept."""
    mails.send_waiting()


@shared_task  # type: ignore[untyped-decorator]
def make_proposals() -> None:
    """Nudged when somebody asks for drafts, and swept."""
    from transcripts.structure.proposing.run import run_waiting

    run_waiting()


@shared_task  # type: ignore[untyped-decorator]
def send_notices() -> None:
    """Nudged when minutes are there, or shared, and swept."""
    notices.send_waiting()
