"""Who works on an export: the row says whose turn it is, by a lease, and a fence on everything that is written."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts import audit
from accounts.models import User
from governance.models import PersonExport, RequestStep
from governance.requests import actions
from governance.requests.errors import RequestRefused
from governance.requests.export import pack
from governance.requests.export.data import describe
from governance.requests.holdings import Holdings
from governance.requests.nudges import nudge_exports
from governance.requests.subjects import Subject, subject_of
from meetings import storage, storage_uploads

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)
LEASE = timedelta(minutes=3)
HEARTBEAT_S = 10
MOST_ATTEMPTS = 5
State = PersonExport.State


class LeaseLost(Exception):
    """Erased meanwhile, or taken by another worker."""


@transaction.atomic
def ask(request_id: UUID, *, actor: User) -> PersonExport:
    """For a person whose identity is known. The same one, while it is being made. Raises RequestRefused."""
    request = actions.locked(request_id)
    actions.require_checked(request)
    if subject_of(request).is_nobody:
        raise RequestRefused("nobody")
    export, is_new = PersonExport.objects.get_or_create(
        request=request, user=None, state__in=[State.QUEUED, State.RUNNING], defaults={"asked_by": actor}
    )
    if is_new:
        actions.note(request, RequestStep.What.EXPORTED, actor=actor, verb="person-request.exported")
        transaction.on_commit(nudge_exports)
    return export


@transaction.atomic
def ask_own(user: User) -> PersonExport:
    """What is kept about oneself."""
    User.objects.select_for_update().get(pk=user.pk)
    export, is_new = PersonExport.objects.get_or_create(
        request=None, user=user, state__in=[State.QUEUED, State.RUNNING], defaults={"asked_by": user}
    )
    if is_new:
        audit.record("person-data.exported", actor=user, target=user, export=str(export.pk))
        transaction.on_commit(nudge_exports)
    return export


def make_waiting() -> None:
    """Each that waits, the oldest first."""
    while (export := _claim()) is not None:
        try:
            _make(export)
        except LeaseLost:
            logger.info("export %s: given up, it is not ours any more", export.pk)
        except storage.StorageUnavailable as error:
            logger.warning("export %s not made: %s", export.pk, error.code)
            _put_back(export, error.code)
            return  # the sweep tries again


@transaction.atomic
def _claim() -> PersonExport | None:
    waiting = PersonExport.objects.waiting().select_for_update(skip_locked=True)
    export = waiting.order_by("asked_at", "pk").first()
    if export is None:
        return None
    export.attempts += 1
    export.state = State.FAILED if export.attempts > MOST_ATTEMPTS else State.RUNNING
    export.failure = "tried-too-often" if export.state == State.FAILED else ""
    export.lease_owner = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(8)}"
    export.lease_until = timezone.now() + LEASE
    export.save(update_fields=["attempts", "state", "failure", "lease_owner", "lease_until"])
    return export if export.state == State.RUNNING else None


def _write(export: PersonExport, **values: object) -> None:
    """Into the row, and hold it for another while. Raises LeaseLost."""
    ours = PersonExport.objects.filter(pk=export.pk, state=State.RUNNING, lease_owner=export.lease_owner)
    if not ours.update(lease_until=Now() + LEASE, **values):
        raise LeaseLost


def _put_back(export: PersonExport, code: str) -> None:
    ours = PersonExport.objects.filter(pk=export.pk, lease_owner=export.lease_owner, state=State.RUNNING)
    over = export.attempts >= MOST_ATTEMPTS
    ours.update(state=State.FAILED if over else State.QUEUED, failure=code, progress=0.0)


def subject_for(export: PersonExport) -> Subject:
    if export.request:
        return subject_of(export.request)
    assert export.user_id  # noqa: S101 -- a constraint of the table
    return Subject(users=frozenset({export.user_id}))


def _make(export: PersonExport) -> None:
    """Raises LeaseLost, StorageUnavailable."""
    holdings = Holdings(subject_for(export))
    reference = export.request.reference if export.request else ""
    data = describe(holdings, asked_at=export.asked_at, reference=reference)
    with storage_uploads.Upload(export.key, content_type="application/zip") as upload:
        pack.write(upload, holdings, data, _teller(export))
        upload.finish()
        made = {"sha256": upload.sha256, "size_bytes": upload.size_bytes}
    try:
        _write(export, state=State.DONE, progress=1.0, finished_at=Now(), erase_at=timezone.now() + KEPT, **made)
    except LeaseLost:
        _leave_nothing(export)
        raise


def _leave_nothing(export: PersonExport) -> None:
    """Unless another worker has made it, under the same key, and said so."""
    if not PersonExport.objects.filter(pk=export.pk, state__in=[State.RUNNING, State.DONE]).exists():
        storage.delete(export.key)


def _teller(export: PersonExport) -> pack.Progress:
    last = [monotonic()]

    def told(share: float) -> None:
        if monotonic() - last[0] >= HEARTBEAT_S:
            last[0] = monotonic()
            _write(export, progress=share)

    return told


def erase(export: PersonExport) -> None:
    """The row first, so that whoever makes it stops. Raises StorageUnavailable."""
    PersonExport.objects.filter(pk=export.pk).update(state=State.ERASED, progress=0.0)
    storage.delete(export.key)


def discard(export: PersonExport) -> None:
    """Now, or by the sweep where the store is away."""
    PersonExport.objects.filter(pk=export.pk).update(state=State.ERASED, progress=0.0, erase_at=timezone.now())
    try:
        erase(export)
        PersonExport.objects.filter(pk=export.pk).update(sha256="", size_bytes=0)
    except storage.StorageUnavailable as error:
        logger.warning("export %s: not erased yet, %s", export.pk, error.code)


def erase_old() -> int:
    """Those past their time, and whatever erasing left. Returns how many."""
    old = PersonExport.objects.filter(erase_at__lte=Now()).exclude(sha256="")
    erased = 0
    for export in old:
        erase(export)
        PersonExport.objects.filter(pk=export.pk).update(sha256="", size_bytes=0)
        erased += 1
    return erased


def wake() -> None:
    if PersonExport.objects.waiting().exists():
        nudge_exports()
