"""Celery's doors: one function called."""

from __future__ import annotations

import logging

from celery import shared_task

from governance import erasure, nightly, warnings
from governance.audit import seals
from governance.figures import counting, quality_rows, stored
from governance.requests import keeping, mails
from governance.requests.export import jobs
from meetings.storage import StorageUnavailable

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def count_figures() -> None:
    """Of the months that may still change."""
    counting.count()
    stored.count()


@shared_task  # type: ignore[untyped-decorator]
def write_down_quality() -> None:
    quality_rows.write_down()


@shared_task  # type: ignore[untyped-decorator]
def seal_trail() -> None:
    seals.seal()


@shared_task  # type: ignore[untyped-decorator]
def carry_out_erasures() -> None:
    """Nudged when something is asked for, and swept: what was killed or could not reach the store goes on."""
    erasure.sweep()


@shared_task  # type: ignore[untyped-decorator]
def make_person_exports() -> None:
    """Nudged when one is asked for, and swept."""
    jobs.make_waiting()


@shared_task  # type: ignore[untyped-decorator]
def send_request_mails() -> None:
    """Nudged when a request comes or is answered, and swept."""
    mails.send_waiting()


@shared_task  # type: ignore[untyped-decorator]
def sweep_requests() -> None:
    """What a lost nudge left, and what is past its time."""
    jobs.wake()
    mails.send_waiting()
    try:
        jobs.erase_old()
    except StorageUnavailable as error:
        logger.warning("old exports stay: %s", error.code)


@shared_task  # type: ignore[untyped-decorator]
def blank_old_requests() -> None:
    keeping.blank_old()


@shared_task  # type: ignore[untyped-decorator]
def end_clocks() -> None:
    """Each night."""
    nightly.run()


@shared_task  # type: ignore[untyped-decorator]
def send_warnings() -> None:
    """Nudged each night, and swept."""
    warnings.send_waiting()
