"""After a restore: what was erased since the backup, and came back with it, is erased again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts import audit
from governance.erasure import persons, recordings, tombstones
from governance.erasure.asking import ask_person, ask_recording
from governance.erasure.running import run
from governance.erasure.subjects import Subject
from governance.models import Erasure, Reason, Tombstone, What
from meetings import storage
from meetings.models import Recording


@dataclass(frozen=True, slots=True)
class Replayed:
    """`read` from the store and `written` to it; `objects` that had come back, and erasures carried out `again`."""

    read: int
    written: int
    objects: int
    again: int


def replay(since: datetime | None = None) -> Replayed:
    """Safe to run at any time, and twice. Holds do not count: what is restored was erased lawfully before.

    Raises StorageUnavailable: run it again then.
    """
    learnt = tombstones.exchange()
    rows = Tombstone.objects.order_by("at", "pk")
    objects, seen, again = 0, set[UUID](), 0
    for tombstone in rows.filter(at__gte=since) if since else rows:
        objects += sum(len(storage.erase(one["key"])) for one in tombstone.objects_gone)
        if tombstone.erasure not in seen and _remains(tombstone):
            run(_ask(tombstone), despite_holds=True)
            again += 1
        seen.add(tombstone.erasure)
    return Replayed(learnt.read, learnt.written, objects, again)


def _remains(tombstone: Tombstone) -> bool:
    if tombstone.what == What.PERSON:
        return persons.remains(Subject.from_json(tombstone.subject))
    recording = _recording_of(tombstone)
    return recording is not None and recordings.remains(recording, tombstone.what)


def _recording_of(tombstone: Tombstone) -> Recording | None:
    """None where the backup is older than it."""
    return Recording.objects.filter(pk__in=[tombstone.recording]).first()


def _ask(tombstone: Tombstone) -> Erasure:
    if tombstone.what != What.PERSON:
        recording = _recording_of(tombstone)
        assert recording  # noqa: S101 -- something remains of it
        return ask_recording(recording, what=tombstone.what, actor=audit.SYSTEM, reason=Reason.RESTORED)
    subject = Subject.from_json(tombstone.subject)
    return ask_person(
        participations=subject.participations,
        users=subject.users,
        invitations=subject.invitations,
        lines=subject.lines,
        actor=audit.SYSTEM,
        reason=Reason.RESTORED,
        mode=tombstone.mode,
    )
