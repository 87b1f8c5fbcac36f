"""Chapters, decisions, actions and open questions: each leans on lines. Written by people, or proposed by a machine.

What a machine proposed is a draft until somebody accepts it. Everything that was done to an item is kept beside it.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from meetings.models import Participation
from transcripts.models.jobs import Transcription
from transcripts.models.reviews import ApprovedVersion, SealedContent

LONGEST_TEXT = 2000
LONGEST_WHO = 120


class ProposalsQuerySet(models.QuerySet["Proposals"]):
    def waiting(self) -> ProposalsQuerySet:
        """Nobody works on them: not begun, or whoever had begun has not renewed the lease."""
        return self.filter(
            Q(state=Proposals.State.QUEUED, next_attempt_at__lte=Now())
            | Q(state=Proposals.State.RUNNING, lease_until__lt=Now())
        )


class Proposals(models.Model):
    """Somebody asked a machine to propose items. The row is the job: a state, a lease and attempts."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    class Method(models.TextChoices):
        EXTRACT = "extract"  # sentences that were said, chosen on this machine
        SERVER = "server"  # a language model of the State's, by setting

    audited_with = "transcription"
    transcription = models.ForeignKey(Transcription, on_delete=models.CASCADE, related_name="proposals")
    method = models.CharField(max_length=10, choices=Method.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    failure = models.CharField(max_length=40, blank=True)  # a code
    model = models.CharField(max_length=100, blank=True)  # as items, exports and the seal name it
    proposed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)  # cited no line, or not of these minutes, or broke the schema
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Proposals]] = ProposalsQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state__in=["queued", "running"]), name="proposals_to_sweep"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["transcription"],
                condition=Q(state__in=["queued", "running"]),
                name="one_machine_proposes_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.transcription_id} {self.method}"


class Item(models.Model):
    """A chapter begins at a line; a decision, an action or a question is supported by lines."""

    class Kind(models.TextChoices):
        CHAPTER = "chapter"
        DECISION = "decision"
        ACTION = "action"
        QUESTION = "question"

    class State(models.TextChoices):
        DRAFT = "draft"  # generated, and not validated by anybody
        ACCEPTED = "accepted"
        REFUSED = "refused"  # a draft that somebody did not want
        REMOVED = "removed"

    audited_with = "transcription"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transcription = models.ForeignKey(Transcription, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    revision = models.PositiveIntegerField(default=0)  # one more with each change
    start = models.FloatField()  # seconds from the start of the recording: of the first line
    text = models.CharField(max_length=LONGEST_TEXT)
    who = models.CharField(max_length=LONGEST_WHO, blank=True)  # of an action; empty unless somebody said it
    due = models.DateField(null=True)
    proposals = models.ForeignKey(Proposals, null=True, on_delete=models.RESTRICT, related_name="items")
    is_as_generated = models.BooleanField(default=False)  # its text is a machine's: nobody has written another one
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")  # who wrote or accepted it
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["transcription", "start", "at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="draft") | Q(proposals__isnull=False), name="drafts_are_proposed")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.transcription_id}"


class ItemLine(models.Model):
    """A line that supports an item. A line that was merged is found again by when it was said, and by whom."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="lines")
    line = models.BigIntegerField()
    participation = models.ForeignKey(Participation, null=True, on_delete=models.CASCADE, related_name="+")
    start = models.FloatField()

    class Meta:
        ordering = ["item", "start", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "line"], name="cited_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.line}"


class ItemChange(models.Model):
    """An item before and after what somebody did. It goes with its item."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="changes")
    before = models.JSONField(null=True)  # structure.states; none: the item was made
    after = models.JSONField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.at}"


class SealedItem(SealedContent):
    version = models.ForeignKey(ApprovedVersion, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=Item.Kind.choices)
    speakers = ArrayField(models.UUIDField())  # the participations whose lines it cites
    is_as_generated = models.BooleanField()

    class Meta(SealedContent.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="one_sealed_item_per_position")]

    def __str__(self) -> str:
        return f"{self.version_id}#{self.position}"
