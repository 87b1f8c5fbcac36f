"""Videos made of the tracks of a recording, and what is measured of the tracks for that."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from meetings.models.recordings import Recording, Track


class TrackLevels(models.Model):
    """How loud a microphone was, step by step. It goes with its track."""

    track = models.OneToOneField(Track, on_delete=models.CASCADE, related_name="levels")
    step_ms = models.PositiveSmallIntegerField()
    steps = models.BinaryField()  # one byte each, 0 to 255: see `pictures.levels`
    leaks = models.JSONField(default=list)  # pairs of seconds of the recording: see `leaks`

    def __str__(self) -> str:
        return str(self.track_id)


class Composition(models.Model):
    """One video of a recording, as somebody laid it out. The row is the job: a state, a lease and attempts."""

    class Layout(models.TextChoices):
        SPEAKER = "speaker", _("who speaks, with the others in a strip")
        GRID = "grid", _("everybody, side by side")
        SHARE = "share", _("shared screen first, with who speaks in a corner")

    class Container(models.TextChoices):
        MP4 = "mp4", "MP4 (H.264, AAC)"
        WEBM = "webm", "WebM (VP8, Opus)"

    class State(models.TextChoices):
        QUEUED = "queued", _("waits")
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    audited_with = "recording"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey(
        Recording, verbose_name=_("recording"), on_delete=models.CASCADE, related_name="compositions"
    )
    layout = models.CharField(_("layout"), max_length=10, choices=Layout.choices)
    container = models.CharField(_("kind of file"), max_length=5, choices=Container.choices, default=Container.MP4)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(_("progress"), default=0.0)  # share of the work, 0 to 1
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_owner = models.CharField(_("worker"), max_length=120, blank=True)
    lease_until = models.DateTimeField(_("held by it until"), null=True)
    failure = models.CharField(_("failure"), max_length=40, blank=True)  # a code
    key = models.CharField(
        _("key in the object store"), max_length=200, blank=True
    )  # in the object store; empty where there is no video
    sha256 = models.CharField(_("sum (SHA-256)"), max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0)
    made_of = models.JSONField(
        _("tracks"), default=list
    )  # identifiers of tracks: nobody sees it once one of them may not be kept
    requested_by = models.ForeignKey(
        User, verbose_name=_("asked for by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    finished_at = models.DateTimeField(_("made"), null=True)

    objects: ClassVar[models.Manager[Composition]] = models.Manager()

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        indexes = [models.Index(fields=["created_at"], name="compositions_by_age")]
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["recording", "layout", "container"], name="one_composition_of_each_kind"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="composed_under_a_lease"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
