"""Lines of a person as they were before: recognised first, changed since, approved and sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from governance.requests.holdings import NAMED, NOT_PROVEN, Holdings
from transcripts.models import LineChange, RecognisedLine, SealedLine, Segment

NOT_THEIRS = {*NOT_PROVEN, *NAMED}


def _named_by_somebody(holdings: Holdings) -> QuerySet[Segment, int]:
    """Lines at their microphone of which a person has said since who spoke: perhaps somebody else."""
    rows = Segment.objects.filter(participation__in=holdings.participations.values("pk"), assurance__in=NAMED)
    return rows.values_list("pk", flat=True)


def recognised_of(holdings: Holdings) -> Iterator[dict[str, Any]]:
    rows = RecognisedLine.objects.filter(participation__in=holdings.participations.values("pk"))
    rows = rows.exclude(assurance__in=NOT_THEIRS).exclude(line__in=_named_by_somebody(holdings))
    for row in rows.order_by("transcription", "index", "line"):
        yield {"minutes": str(row.transcription_id), "start": round(row.start, 2), "text": row.text}


def changes_of(holdings: Holdings) -> Iterator[dict[str, Any]]:
    """The person's words before and after; who changed them is not said."""
    rows = LineChange.objects.filter(participation__in=holdings.participations.values("pk")).select_related("edit")
    for row in rows.exclude(line__in=_named_by_somebody(holdings)).order_by("pk"):
        before, after = _own_words(row.before), _own_words(row.after)
        if before is not None or after is not None:
            minutes = str(row.edit.transcription_id)
            yield {"minutes": minutes, "at": row.edit.at.isoformat(), "before": before, "after": after}


def _own_words(state: dict[str, Any] | None) -> str | None:
    if state is None or state.get("assurance") in NOT_THEIRS:
        return None
    return str(state.get("text", ""))


def approved_of(holdings: Holdings) -> Iterator[dict[str, Any]]:
    rows = SealedLine.objects.filter(participation__in=holdings.participations.values("pk")).exclude(content=None)
    for row in rows.select_related("version").order_by("version", "position"):
        content = json.loads(row.content or "{}")
        if content["assurance"] not in NOT_THEIRS:
            yield {
                "minutes": str(row.version.transcription_id),
                "version": row.version.number,
                "start": content["start_ms"] / 1000,
                "text": content["text"],
                "sha256": row.digest,
            }
