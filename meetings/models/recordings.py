"""What was recorded, and who agreed to it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from accounts.models import Institution, User
from meetings.models.rooms import Meeting, Participation


class RecordingQuerySet(models.QuerySet["Recording"]):
    def visible_to(self, user: User | AnonymousUser) -> RecordingQuerySet:
        """Recordings of meetings that `user` organised or took part in."""
        return self.filter(meeting__in=Meeting.objects.visible_to(user))

    def recorded_this_month(self, institution: Institution) -> timedelta:
        """What the rooms of `institution` have recorded since the first of the month, what goes on included."""
        month = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        since = self.filter(meeting__room__institution=institution, started_at__gte=month)
        length = Coalesce(F("stopped_at"), Now()) - F("started_at")
        return since.aggregate(total=Sum(length))["total"] or timedelta()


RecordingManager = models.Manager.from_queryset(RecordingQuerySet)


class Recording(models.Model):
    """From "record" to "stop" in one meeting. READY hands it to transcription: see `signals.py`."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        STOPPING = "stopping"  # told to everyone; files are being collected
        READY = "ready"
        FAILED = "failed"

    audited_with = "meeting"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="recordings")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    started_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    manifest_key = models.CharField(max_length=200, blank=True)
    failure = models.CharField(max_length=40, blank=True)  # a code
    for_minutes = models.BooleanField(default=True)  # policy allowed transcription when it began

    objects: ClassVar[RecordingManager[Recording]] = RecordingManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(status="active"), name="one_active_recording_per_meeting"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def nodes(self) -> list[str]:
        """Those whose disks may hold files of it that were not collected yet."""
        pending = self.parts.filter(state=RecordingPart.State.PENDING)
        return list(pending.order_by("node").distinct().values_list("node", flat=True))

    def current_choices(self) -> dict[uuid.UUID, str]:
        """The newest answer of each participation that has answered."""
        newest = self.consents.order_by("participation_id", "-pk").distinct("participation_id")
        return dict(newest.values_list("participation_id", "choice"))


class RecordingPart(models.Model):
    """One stay of a recorded meeting on one Janus node, whose disk holds the files of that time."""

    class State(models.TextChoices):
        PENDING = "pending"
        COLLECTED = "collected"
        LOST = "lost"  # unreadable, or its node stayed away for too long

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="parts")
    node = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # when the node was lost, if the meeting had to move

    class Meta:
        ordering = ["started_at"]

    def __str__(self) -> str:
        return f"{self.recording_id} on {self.node}"


class Consent(models.Model):
    """A ledger row: what one person answered, to which text, when. Written once; the newest one counts."""

    class Choice(models.TextChoices):
        ACCEPTED = "accepted"
        DECLINED = "declined"

    audited_with = "recording"
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="consents")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="consents")
    choice = models.CharField(max_length=10, choices=Choice.choices)
    text_version = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.choice}"


class Track(models.Model):
    """One stored file of one person's microphone: Opus in Ogg, on the recording's clock."""

    audited_with = "recording"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="tracks")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="tracks")
    source_name = models.CharField(max_length=120)  # of the .mjr, without folder: makes collecting repeatable
    key = models.CharField(max_length=200)  # in the object store
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    start = models.FloatField()  # seconds from the start of the recording
    duration = models.FloatField()  # seconds
    shared_microphone = models.BooleanField(default=False)  # when it was recorded: its owner's name proves nothing
    recovered = models.BooleanField(default=False)  # the file was never closed: its node died

    class Meta:
        ordering = ["start", "id"]
        constraints = [models.UniqueConstraint(fields=["recording", "source_name"], name="one_track_per_source")]

    def __str__(self) -> str:
        return self.source_name
