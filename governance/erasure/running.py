"""Carrying an erasure out: what hides it first, then objects, then rows with their tombstone, then the proof.

Whoever is killed leaves a row that is taken up again; each step looks what is still there.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from governance.erasure import persons, recordings, tombstones
from governance.erasure.errors import Busy, Held, NotOver
from governance.erasure.proofs import Proof
from governance.models import Erasure, What
from meetings.storage import StorageUnavailable

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
HELD_UNTIL = timedelta(days=1)  # then it is asked again whether the hold has ended; one that is lifted tells at once
AT_ONCE = 500
State = Erasure.State


def run(erasure: Erasure, *, despite_holds: bool = False) -> Proof:
    """Raises Busy, Held, NotOver, StorageUnavailable: the row then waits for the next time."""
    if not _claim(erasure):
        raise Busy
    erasure.refresh_from_db()
    try:
        return _carry_out(erasure, despite_holds=despite_holds)
    except Held:
        _put_off(erasure, State.HELD, "held", HELD_UNTIL)
        raise
    except (StorageUnavailable, NotOver) as error:
        pause = min(FIRST * (1 << min(erasure.attempts, 10)), LONGEST)
        _put_off(erasure, State.WAITING, getattr(error, "code", "not-over"), pause)
        raise


def _claim(erasure: Erasure) -> bool:
    changed = {"state": State.RUNNING, "attempts": F("attempts") + 1, "next_attempt_at": timezone.now() + LEASE}
    return bool(
        Erasure.objects.filter(pk=erasure.pk).filter(pk__in=Erasure.objects.to_do().values("pk")).update(**changed)
    )


def _put_off(erasure: Erasure, state: str, failure: str, pause: timedelta) -> None:
    waiting = Erasure.objects.filter(pk=erasure.pk, state=State.RUNNING)
    waiting.update(state=state, failure=failure, next_attempt_at=timezone.now() + pause)


def _carry_out(erasure: Erasure, *, despite_holds: bool) -> Proof:
    work = persons.carry_out if erasure.what == What.PERSON else recordings.carry_out
    proof = work(erasure, despite_holds=despite_holds)
    tombstones.store(erasure.pk)
    _finish(erasure, proof)
    return proof


@transaction.atomic
def _finish(erasure: Erasure, proof: Proof) -> None:
    """What a hold keeps is asked for again each day."""
    held = {"state": State.HELD, "failure": "held", "next_attempt_at": timezone.now() + HELD_UNTIL}
    done = {"state": State.DONE, "failure": "", "finished_at": timezone.now()}
    ours = Erasure.objects.filter(pk=erasure.pk, state=State.RUNNING)
    if ours.update(proof=proof.to_json(), **(held if proof.held else done)):
        audit.record(
            "erasure.done",
            actor=audit.SYSTEM,
            target=erasure,
            what=erasure.what,
            objects=len(proof.objects),
            rows=sum(proof.counts.values()),
            held=len(proof.held),
            sha256=proof.sha256,
        )


def sweep() -> int:
    """Those that wait, one after the other; how many are done now. The next sweep goes on."""
    done = 0
    for erasure in Erasure.objects.to_do().order_by("next_attempt_at")[:AT_ONCE]:
        try:
            run(erasure)
            done += 1
        except (Busy, Held, NotOver):
            continue
        except StorageUnavailable as error:
            logger.warning("erasure %s put off: %s", erasure.pk, error.code)
    return done
