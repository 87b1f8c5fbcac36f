"""What was corrected: the original of each line, and every change since, by whom and when. Written once.

Rules of the database keep it so: see `migrations/sql/corrections.sql`.
"""

from __future__ import annotations

from django.db import models

from accounts.models import User
from meetings.models import Participation, Track
from transcripts.models.jobs import Transcription
from transcripts.models.lines import SpeakerAssurance


class RecognisedLine(models.Model):
    """A line as it was recognised, of one that was corrected since: the database puts it aside at the first change."""

    line = models.BigIntegerField(primary_key=True)  # the segment's, which a merge may have taken away
    transcription = models.ForeignKey(Transcription, on_delete=models.CASCADE, related_name="recognised_lines")
    index = models.PositiveIntegerField()
    start = models.FloatField()
    end = models.FloatField()
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="+")
    participation = models.ForeignKey(Participation, null=True, on_delete=models.CASCADE, related_name="+")
    speaker_name = models.CharField(max_length=120)
    assurance = models.CharField(max_length=20, choices=SpeakerAssurance.choices)
    voice = models.PositiveSmallIntegerField(null=True)
    text = models.TextField()
    words = models.JSONField(default=list)

    class Meta:
        ordering = ["transcription", "index"]

    def __str__(self) -> str:
        return f"{self.transcription_id}#{self.index}"


class Edit(models.Model):
    """One thing that somebody did, on one line or on many."""

    class Kind(models.TextChoices):
        TEXT = "text"
        SPLIT = "split"
        MERGE = "merge"
        REMOVE = "remove"
        SPEAKER = "speaker"
        REPLACE = "replace"
        UNDO = "undo"

    transcription = models.ForeignKey(Transcription, on_delete=models.CASCADE, related_name="edits")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.transcription_id}"


class LineChange(models.Model):
    """One line before and after an edit; none where it did not exist. Goes with what its speaker takes back."""

    edit = models.ForeignKey(Edit, on_delete=models.CASCADE, related_name="changes")
    line = models.BigIntegerField(db_index=True)
    participation = models.ForeignKey(Participation, null=True, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(null=True)  # corrections.states
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.edit_id} {self.line}"
