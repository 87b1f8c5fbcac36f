"""Transcriptions (the jobs), the words of their tracks (checkpoints), and segments: the lines of the minutes."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from meetings.models import Participation, Recording, Track


class TranscriptionQuerySet(models.QuerySet["Transcription"]):
    def visible_to(self, user: User | AnonymousUser) -> TranscriptionQuerySet:
        """Transcriptions of recordings that `user` may see."""
        return self.filter(recording__in=Recording.objects.visible_to(user))

    def abandoned(self) -> TranscriptionQuerySet:
        """Their worker has not renewed its lease: it is dead, or cut off."""
        return self.filter(state=Transcription.State.RUNNING, lease_until__lt=Now())

    def forgotten(self) -> TranscriptionQuerySet:
        """Queued for longer than a nudge takes: it was lost, or every worker is busy."""
        return self.filter(state=Transcription.State.QUEUED, nudge_at__lte=Now())


class Transcription(models.Model):
    """The job, one for each recording: a state, a lease and attempts. Celery's messages only wake workers."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    audited_with = "recording"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.OneToOneField(Recording, on_delete=models.CASCADE, related_name="transcription")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    tracks_total = models.PositiveSmallIntegerField(default=0)
    tracks_done = models.PositiveSmallIntegerField(default=0)
    progress = models.FloatField(default=0.0)  # share of the work, 0 to 1
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    lease_owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    nudges = models.PositiveSmallIntegerField(default=0)
    nudge_at = models.DateTimeField(default=timezone.now)  # when a sweep wakes a worker again
    failure = models.CharField(max_length=40, blank=True)  # a code
    model_name = models.CharField(max_length=100, blank=True)
    model_card = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Transcription]] = TranscriptionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "nudge_at"], name="transcriptions_to_sweep")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="running_under_a_lease"
            ),
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="progress_is_a_share"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def transcription_of(recording: Recording) -> Transcription | None:
    """The job of a recording, if it has one yet: the other end of the one-to-one raises when it has none."""
    return getattr(recording, "transcription", None)


class TrackWords(models.Model):
    """A checkpoint: what was heard on one track. Gone once the minutes are stored."""

    transcription = models.ForeignKey(Transcription, on_delete=models.CASCADE, related_name="track_words")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="+")
    speech = models.JSONField()  # pipeline.track.TrackSpeech; seconds from the start of the track
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transcription", "track"], name="one_result_per_track")]

    def __str__(self) -> str:
        return str(self.track_id)


class SpeakerAssurance(models.TextChoices):
    """How sure we are of who said a line."""

    VERIFIED = "verified"  # signed in with ProConnect
    LOCAL = "local"  # signed in with an account of ours
    INVITED = "invited"  # came by a link that was sent to them alone
    DECLARED = "declared"  # a guest's own words
    SHARED_MICROPHONE = "shared-microphone"  # one of the voices of a microphone with a known owner
    UNKNOWN = "unknown"  # a voice of a shared microphone that could not be told from the others


class SegmentQuerySet(models.QuerySet["Segment"]):
    def visible_to(self, user: User | AnonymousUser) -> SegmentQuerySet:
        """Lines of minutes that `user` may read.

        An array from a sub-select: PostgreSQL can't see into it, and so starts from what the user may see. From a
        list of ids, or a join, it starts from all that matches a common word: ten times slower with 200 meetings.
        """
        transcriptions = Transcription.objects.visible_to(user).values("pk")
        return self.filter(
            Func(
                F("transcription_id"),
                ArraySubquery(transcriptions),
                template="%(expressions)s)",
                arg_joiner=" = ANY(",
                output_field=models.BooleanField(),
            )
        )


class Segment(models.Model):
    """One line of the minutes. Times are seconds from the start of the recording."""

    transcription = models.ForeignKey(
        Transcription,
        on_delete=models.CASCADE,
        related_name="segments",
        db_index=False,  # the constraint below begins with it
    )
    index = models.PositiveIntegerField()
    start = models.FloatField()
    end = models.FloatField()
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="segments")
    participation = models.ForeignKey(Participation, null=True, on_delete=models.SET_NULL, related_name="segments")
    speaker_name = models.CharField(max_length=120)  # of the microphone's owner, as it was in the meeting
    assurance = models.CharField(max_length=20, choices=SpeakerAssurance.choices)
    voice = models.PositiveSmallIntegerField(null=True)  # of a shared microphone, from 1
    text = models.TextField()
    words = models.JSONField(default=list)  # [{start, end, text}], same clock
    # Both: `french` alone does not find « décide » without its accent, `visio_fr` alone loses « décidées » for
    # « décidé », because it stems after the accents are gone.
    lexemes = models.GeneratedField(
        expression=SearchVector("text", config="french") + SearchVector("text", config="visio_fr"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[models.Manager[Segment]] = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["transcription", "index"]
        indexes = [GinIndex(fields=["lexemes"], name="segments_by_lexeme")]
        constraints = [models.UniqueConstraint(fields=["transcription", "index"], name="one_segment_per_index")]

    def __str__(self) -> str:
        return f"{self.transcription_id}#{self.index}"
