"""The words of minutes, as captions of the recording's page."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import User
from meetings.models import Recording
from transcripts.models import Transcription


def captions_of(recording: Recording, user: User) -> str | None:
    done = Transcription.objects.visible_to(user).filter(recording=recording, state=Transcription.State.DONE)
    return reverse("minutes_download", args=[recording.pk, "vtt"]) if done.exists() else None
