"""Tombstones: written with the rows that go, put into the store, and replayed after a restore."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Institution
from governance.erasure.proofs import Gone, Proof
from governance.models import Erasure, Tombstone
from meetings import storage, storage_uploads

FOLDER = "tombstones/"
FORMAT = "visio-tombstone/1"


def note(erasure: Erasure, counts: Mapping[str, int], subject: Mapping[str, list[str]] | None = None) -> None:
    """In the transaction in which the rows go. Nothing is noted twice by whoever goes on after being killed."""
    objects, rows = list(erasure.gone), {name: count for name, count in counts.items() if count}
    known = {one["key"] for row in Tombstone.objects.filter(erasure=erasure.pk) for one in row.objects_gone}
    fresh = [one for one in objects if one["key"] not in known]
    if not rows and not fresh and Tombstone.objects.filter(erasure=erasure.pk).exists():
        return
    proof = Proof(
        erasure=erasure.pk,
        what=erasure.what,
        reason=erasure.reason,
        at=timezone.now(),
        recording=erasure.recording_id,
        subject=dict(subject or {}),
        objects=tuple(Gone(**one) for one in fresh),
        counts=rows,
    )
    Tombstone.objects.create(
        erasure=erasure.pk,
        institution_id=erasure.institution_id,
        what=erasure.what,
        reason=erasure.reason,
        mode=erasure.mode,
        recording=erasure.recording_id,
        subject=dict(subject or {}),
        at=proof.at,
        counts=rows,
        objects_gone=fresh,
        sha256=proof.sha256,
    )


def proof_of(erasure: Erasure, held: Iterable[UUID] = ()) -> Proof:
    """All that was noted of it, as one."""
    counts: dict[str, int] = {}
    objects: list[Gone] = []
    at, subject = timezone.now(), dict(erasure.subject)
    for row in Tombstone.objects.filter(erasure=erasure.pk).order_by("at"):
        at, subject = row.at, row.subject
        objects += [Gone(**one) for one in row.objects_gone]
        for name, count in row.counts.items():
            counts[name] = counts.get(name, 0) + count
    return Proof(
        erasure=erasure.pk,
        what=erasure.what,
        reason=erasure.reason,
        at=at,
        recording=erasure.recording_id,
        subject=subject,
        objects=tuple(objects),
        counts=counts,
        held=tuple(held),
    )


def store(erasure_id: UUID) -> None:
    """Under fixed keys: once more does no harm. Raises StorageUnavailable."""
    for tombstone in Tombstone.objects.filter(erasure=erasure_id):
        put(tombstone)


def put(tombstone: Tombstone) -> None:
    storage_uploads.put(key_of(tombstone.pk), _written(tombstone), content_type="application/json")


def key_of(tombstone_id: UUID) -> str:
    return f"{FOLDER}{tombstone_id}.json"


def _written(tombstone: Tombstone) -> bytes:
    institution = tombstone.institution
    content = {
        "format": FORMAT,
        "id": str(tombstone.pk),
        "erasure": str(tombstone.erasure),
        "institution": institution.siret if institution else None,
        "what": tombstone.what,
        "reason": tombstone.reason,
        "mode": tombstone.mode,
        "recording": str(tombstone.recording) if tombstone.recording else None,
        "subject": tombstone.subject,
        "at": tombstone.at.isoformat(),
        "counts": tombstone.counts,
        "objects": tombstone.objects_gone,
        "sha256": tombstone.sha256,
    }
    return json.dumps(content, indent=1, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Learnt:
    """From the store, by a database that did not know; and the other way round."""

    read: int
    written: int


def exchange() -> Learnt:
    """Both know all tombstones afterwards. Raises StorageUnavailable."""
    there = {key for key in storage.keys_under(FOLDER) if key.endswith(".json")}
    here = {key_of(pk): pk for pk in Tombstone.objects.values_list("pk", flat=True)}
    for key in there - here.keys():
        _learn(json.loads(b"".join(storage.chunks(key))))
    missing = [pk for key, pk in here.items() if key not in there]
    for tombstone in Tombstone.objects.filter(pk__in=missing):
        put(tombstone)
    return Learnt(len(there - here.keys()), len(missing))


def _learn(content: dict[str, Any]) -> None:
    Tombstone.objects.get_or_create(
        pk=UUID(content["id"]),
        defaults={
            "erasure": UUID(content["erasure"]),
            "institution": Institution.objects.filter(siret=content["institution"]).first(),
            "what": content["what"],
            "reason": content["reason"],
            "mode": content["mode"],
            "recording": UUID(content["recording"]) if content["recording"] else None,
            "subject": content["subject"],
            "at": datetime.fromisoformat(content["at"]),
            "counts": content["counts"],
            "objects_gone": content["objects"],
            "sha256": content["sha256"],
        },
    )


def as_gone(stored: Iterable[storage.Stored], sums: Mapping[str, str]) -> list[dict[str, Any]]:
    """One for each object, with all its versions. `sums` are those that rows know, by key."""
    found: dict[str, Gone] = {}
    for one in stored:
        known = found.get(one.key) or Gone(one.key, sums.get(one.key, ""), 0, 0)
        found[one.key] = Gone(one.key, known.sha256, known.size_bytes + one.size_bytes, known.versions + 1)
    return [asdict(one) for one in found.values()]
