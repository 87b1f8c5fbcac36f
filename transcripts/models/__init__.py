"""The tables of minutes, one file per subject."""

from __future__ import annotations

from transcripts.models.corrections import Edit, LineChange, RecognisedLine
from transcripts.models.glossary import GlossaryTerm
from transcripts.models.imports import Import, ImportQuerySet
from transcripts.models.jobs import (
    SpeechShare,
    Step,
    StepQuerySet,
    Transcription,
    TranscriptionQuerySet,
    transcription_of,
)
from transcripts.models.lines import Segment, SpeakerAssurance
from transcripts.models.notices import Notice
from transcripts.models.reviews import ApprovedVersion, Comment, Reviewer, SealedLine, SealedPerson
from transcripts.models.structure import Item, ItemChange, ItemLine, Proposals, ProposalsQuerySet, SealedItem
from transcripts.models.templates import ExportTemplate

__all__ = [
    "ApprovedVersion",
    "Comment",
    "Edit",
    "ExportTemplate",
    "GlossaryTerm",
    "Import",
    "ImportQuerySet",
    "Item",
    "ItemChange",
    "ItemLine",
    "LineChange",
    "Notice",
    "Proposals",
    "ProposalsQuerySet",
    "RecognisedLine",
    "Reviewer",
    "SealedItem",
    "SealedLine",
    "SealedPerson",
    "Segment",
    "SpeakerAssurance",
    "SpeechShare",
    "Step",
    "StepQuerySet",
    "Transcription",
    "TranscriptionQuerySet",
    "transcription_of",
]
