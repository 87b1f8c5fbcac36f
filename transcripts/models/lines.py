"""Segments: the lines of the minutes, as they read now."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Deferrable, Q
from django.db.models.functions import Lower

from accounts.models import User
from meetings.models import Participation, Track
from transcripts.models.jobs import Transcription


class SpeakerAssurance(models.TextChoices):
    """How sure we are of who said a line."""

    VERIFIED = "verified"  # signed in with ProConnect
    LOCAL = "local"  # signed in with an account of ours
    INVITED = "invited"  # came by a link that was sent to them alone
    DECLARED = "declared"  # a guest's own words
    SHARED_MICROPHONE = "shared-microphone"  # one of the voices of a microphone with a known owner
    ATTRIBUTED = "attributed"  # a person said who it was, having listened or been there; never proof
    IMPORTED = "imported"  # named by what came with an imported recording; never proof
    ERASED = "erased"  # said by somebody whose name was erased since
    UNKNOWN = "unknown"  # a voice of a shared microphone that could not be told from the others


NAMED_BY_HAND = Q(assurance__in=["attributed", "imported"])


class Segment(models.Model):
    """One line of the minutes. Times are seconds from the start of the recording."""

    transcription = models.ForeignKey(
        Transcription,
        on_delete=models.CASCADE,
        related_name="segments",
        db_index=False,  # the constraint below begins with it
    )
    index = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=0, db_default=0)  # of a line that was split: pieces keep its index
    revision = models.PositiveIntegerField(default=0, db_default=0)  # one more with each correction
    start = models.FloatField()
    end = models.FloatField()
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="segments")
    participation = models.ForeignKey(Participation, null=True, on_delete=models.SET_NULL, related_name="segments")
    speaker_name = models.CharField(max_length=120)  # of the microphone's owner, as it was in the meeting
    assurance = models.CharField(max_length=20, choices=SpeakerAssurance.choices)
    attributed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    voice = models.PositiveSmallIntegerField(null=True)  # of a shared microphone, from 1
    text = models.TextField()
    words = models.JSONField(default=list)  # [{start, end, text}], same clock
    # Of the recording's beginning, from the year 0 on. PostgreSQL keeps it, see migrations/sql/months.sql
    month = models.IntegerField(db_default=0, editable=False)
    # Both: `french` alone does not find « décide » without its accent, `visio_fr` alone loses « décidées » for
    # « décidé », because it stems after the accents are gone.
    lexemes = models.GeneratedField(
        expression=SearchVector("text", config="french") + SearchVector("text", config="visio_fr"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["transcription", "index", "part"]
        # Words within some months, or words alone: any of its columns serve. See docs/decisions/0020-search.md.
        # Names that people gave, or that came with a file: whoever is erased is looked for there too.
        indexes = [
            GinIndex(fields=["month", "lexemes"], name="segments_by_month_and_word"),
            models.Index(Lower("speaker_name"), condition=NAMED_BY_HAND, name="segments_named_by_hand"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["transcription", "index", "part"],
                name="one_segment_per_place",
                deferrable=Deferrable.DEFERRED,  # pieces move along to make room for another one
            )
        ]

    def __str__(self) -> str:
        return f"{self.transcription_id}#{self.index}.{self.part}"
