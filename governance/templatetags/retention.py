"""`{% retention recording %}`: what of a recording is erased when, for pages of apps that know no clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from governance.erasure import holds
from governance.retention import dates_for
from meetings.models import Recording

register = template.Library()
SOON = timedelta(days=1)


@register.inclusion_tag("governance/_retention.html")
def retention(recording: Recording) -> dict[str, Any]:
    """A page that shows what goes within a day watches for it."""
    dates = dates_for(recording)
    held = holds.on(recording).filter(is_told=True).order_by("until")
    soon = timezone.localdate() + SOON
    going = [day for day in (dates.sound, dates.transcript, dates.all) if day is not None and day <= soon]
    return {
        "dates": dates,
        "recording": recording,
        "is_draft": dates.transcript is not None and not dates.was_approved,
        "is_held": held.exists(),
        "state_url": reverse("minutes_state", args=[recording.pk]) if going else "",
        "expires": "words" if recording.sound_erased_at else "sound",
    }
