"""How far a job is, and how long it waits: from its steps, and from those of the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from transcripts.models import Step, Transcription

PLAN_SHARE = 0.15  # of the work on a track, until its chunks are known
ESTIMATED_FROM = timedelta(hours=1)
FEWEST_TO_ESTIMATE = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """`place` from 1; `minutes` is None where too little was done lately to tell."""

    place: int
    minutes: int | None


def share_done(transcription: Transcription) -> float:
    """0 to 1. One query."""
    plans: dict[object, float] = {}
    chunks: defaultdict[object, list[float]] = defaultdict(list)
    durations: dict[object, float] = {}
    for kind, track, seconds, progress in transcription.steps.exclude(kind=Step.Kind.JOIN).values_list(
        "kind", "track", "track__duration", "progress"
    ):
        durations[track] = max(seconds, 0.1)
        if kind == Step.Kind.PLAN:
            plans[track] = progress
        else:
            chunks[track].append(progress)
    total = sum(durations.values())
    return (
        sum(durations[track] * _of_track(plans.get(track, 0.0), chunks[track]) for track in durations) / total
        if total
        else 0.0
    )


def _of_track(plan: float, chunks: list[float]) -> float:
    heard = sum(chunks) / len(chunks) if chunks else float(plan >= 1.0)  # nobody spoke
    return PLAN_SHARE * plan + (1 - PLAN_SHARE) * heard


def waiting_of(transcription: Transcription) -> Waiting:
    """Institutions take turns: of each other one, as many jobs come before as wait of ours. Two queries."""
    institution = transcription.recording.meeting.room.institution_id
    waiting = Transcription.objects.filter(state=Transcription.State.QUEUED).exclude(pk=transcription.pk)
    before = Q(priority__gt=transcription.priority) | Q(
        priority=transcription.priority, queued_at__lt=transcription.queued_at
    )
    ours = waiting.filter(before, recording__meeting__room__institution=institution).count()
    others = waiting.exclude(recording__meeting__room__institution=institution)
    counts = Counter(dict(others.values_list("recording__meeting__room__institution").annotate(Count("pk"))))
    place = ours + 1 + sum(min(count, ours + 1) for count in counts.values())
    return Waiting(place, _estimate(place))


def _estimate(place: int) -> int | None:
    """Minutes, at the pace of the last hour."""
    done = Transcription.objects.filter(
        state=Transcription.State.DONE, finished_at__gt=timezone.now() - ESTIMATED_FROM
    ).count()
    return max(1, round(place * ESTIMATED_FROM.total_seconds() / 60 / done)) if done >= FEWEST_TO_ESTIMATE else None
