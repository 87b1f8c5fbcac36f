"""Transcriptions (the jobs), their steps (what one worker does at a time), and whose turn it is."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User
from meetings.models import Recording, Track
from transcripts.policy import Stage


class TranscriptionQuerySet(models.QuerySet["Transcription"]):
    def visible_to(self, user: User | AnonymousUser) -> TranscriptionQuerySet:
        """Transcriptions of recordings that `user` may see."""
        return self.filter(recording__in=Recording.objects.visible_to(user))

    def readable(self) -> TranscriptionQuerySet:
        """That have minutes, even while others are being made in their place."""
        return self.filter(version__gt=0)


class Transcription(models.Model):
    """The job, one for each recording. Its steps are the queue; Celery's messages only wake workers."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waits")
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    audited_with = "recording"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.OneToOneField(
        Recording, verbose_name=_("recording"), on_delete=models.CASCADE, related_name="transcription"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    # How it is to be made: `transcripts.parameters`. Fixed when it is asked for.
    parameters = models.JSONField(_("parameters"), default=dict, db_default={})
    priority = models.SmallIntegerField(_("priority"), default=0, db_default=0)  # in its institution; the highest first
    queued_at = models.DateTimeField(_("asked for"), default=timezone.now)
    progress = models.FloatField(_("progress"), default=0.0)  # share of the work, 0 to 1
    steps_total = models.PositiveIntegerField(_("steps"), default=0)  # as far as they are known
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    # A code; of the last attempt, where older minutes stay
    failure = models.CharField(_("failure"), max_length=40, blank=True)
    # Of the minutes that there are
    version = models.PositiveIntegerField(_("version"), default=0, db_default=0)  # how often they were made; 0: not yet
    model_name = models.CharField(_("speech model"), max_length=100, blank=True)
    model_card = models.JSONField(_("card of the speech model"), default=dict)
    # Counts, by the code of the reason
    dropped = models.JSONField(_("lines left out"), default=dict, db_default={})
    stage = models.CharField(
        _("stage of the minutes"),
        max_length=10,
        choices=[
            (Stage.DRAFT.value, _("draft")),
            (Stage.IN_REVIEW.value, _("in review")),
            (Stage.APPROVED.value, _("approved")),
        ],
        default=Stage.DRAFT,
        db_default=Stage.DRAFT,
    )
    created_at = models.DateTimeField(_("first asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("begun"), null=True)
    finished_at = models.DateTimeField(_("made"), null=True)

    objects: ClassVar[models.Manager[Transcription]] = TranscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("transcription")
        verbose_name_plural = _("transcriptions")
        indexes = [
            models.Index(fields=["-queued_at"], name="transcriptions_by_age"),
            models.Index(fields=["queued_at"], condition=Q(state="queued"), name="transcriptions_waiting"),
            models.Index(fields=["finished_at"], condition=Q(state="done"), name="transcriptions_finished"),
            models.Index(
                fields=["queued_at"],
                condition=Q(state__in=["running", "failed", "cancelled"]),
                name="transcriptions_to_look_after",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="progress_is_a_share"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}


def transcription_of(recording: Recording) -> Transcription | None:
    """The job of a recording, if it has one yet: the other end of the one-to-one raises when it has none."""
    return getattr(recording, "transcription", None)


class StepQuerySet(models.QuerySet["Step"]):
    def abandoned(self) -> StepQuerySet:
        """Their worker is dead or cut off (no heartbeat), or hangs (no progress for as long as the lease)."""
        return self.filter(Q(alive_until__lt=Now()) | Q(lease_until__lt=Now()), state=Step.State.RUNNING)

    def ready(self) -> StepQuerySet:
        """That a worker could take now, were it not for quotas."""
        return self.filter(Q(not_before=None) | Q(not_before__lte=Now()), state=Step.State.WAITING)


class Step(models.Model):
    """What one worker does at a time: find the speech of a track, hear a chunk of it, join everything to minutes."""

    class Kind(models.TextChoices):
        PLAN = "plan"
        CHUNK = "chunk"
        JOIN = "join"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        HELD = "held"  # of a job that has failed: until it is tried again

    transcription = models.ForeignKey(Transcription, on_delete=models.CASCADE, related_name="steps", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    track = models.ForeignKey(Track, null=True, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(default=0)  # of the chunk
    # Whose turn it is: those of the job, put down here for the one index that the queue is read by
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+", db_index=False)
    priority = models.SmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    cost = models.FloatField(default=1.0)  # estimated, in any unit: shares of institutions are counted in it
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField(null=True)  # after trouble that may pass
    attempts = models.PositiveSmallIntegerField(default=0)
    owner = models.CharField(max_length=120, blank=True)
    alive_until = models.DateTimeField(null=True)  # moved by the worker's heartbeat
    lease_until = models.DateTimeField(null=True)  # moved by progress
    progress = models.FloatField(default=0.0)
    key = models.CharField(max_length=64, blank=True)  # digest of all that the result depends on
    result = models.JSONField(default=dict)  # holds words: goes once the minutes are stored

    objects: ClassVar[models.Manager[Step]] = StepQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                F("institution"),
                F("priority").desc(),
                F("queued_at"),
                F("id"),
                condition=Q(state="waiting"),
                name="steps_by_turn",
            ),
            models.Index(fields=["institution"], condition=Q(state="running"), name="steps_running"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["transcription", "kind", "track", "number"], nulls_distinct=False, name="one_step_of_each_kind"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False, alive_until__isnull=False),
                name="running_under_a_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transcription_id} {self.kind} {self.number}"


class SpeechShare(models.Model):
    """How much of the speech workers an institution gets while others wait too. See `transcripts.turns`."""

    institution = models.OneToOneField(
        Institution, verbose_name=_("institution"), on_delete=models.CASCADE, related_name="speech_share"
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("With 2, twice the work of an institution that has 1, while both wait."),
    )
    at_once = models.PositiveSmallIntegerField(
        _("steps at the same time, at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as there are workers."),
    )
    # Start and end of its last turn, on the clock of work done over weight
    started = models.FloatField(_("clock at its last turn"), default=0.0, editable=False)
    passed = models.FloatField(_("clock after its last turn"), default=0.0, editable=False)

    class Meta:
        verbose_name = _("share of the transcription")
        verbose_name_plural = _("shares of the transcription")
        indexes = [models.Index(fields=["started"], name="speech_share_clock")]

    def __str__(self) -> str:
        return str(self.institution)
