"""What applications of institutions are told of minutes: that they are there, and where."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from meetings.applications import announce
from meetings.models import Application
from transcripts.models import Transcription


def announce_minutes(event: Application.Event, transcription: Transcription, **data: Any) -> None:
    recording = transcription.recording
    link = settings.PUBLIC_URL + reverse("minutes", args=[recording.pk])
    announce(event, recording.meeting, recording=recording.pk, link=link, **data)
