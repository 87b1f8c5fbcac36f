"""Who may bring recordings, how many, how long: what an institution allows, and what a month holds."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone

from accounts.models import Institution, User
from meetings import ceilings
from meetings.models import Recording
from meetings.policy import Access
from transcripts.imports.errors import ImportRefused
from transcripts.models import Import

MOST_OPEN = 5  # of one agent


def refusal(user: User) -> str:
    """Why this agent may bring nothing, as a code; empty if they may."""
    if user.institution is None:
        return "no-institution"
    rules = ceilings.rules_of_institution(user.institution)
    if Access.NEVER in {rules.recording, rules.transcription} or not rules.staff_consulted:
        return "not-allowed"
    hours = rules.recording_hours_per_month
    if hours is not None and used_this_month(user.institution) >= timedelta(hours=hours):
        return "quota"
    return ""


def require(user: User) -> Institution:
    """The institution that it is brought to. Raises ImportRefused."""
    if code := refusal(user):
        raise ImportRefused(code)
    assert user.institution  # noqa: S101 -- for the types: `refusal` said so
    if Import.objects.open().filter(user=user).count() >= MOST_OPEN:
        raise ImportRefused("too-many")
    return user.institution


def require_size(size_bytes: int) -> None:
    """Raises ImportRefused."""
    if size_bytes < 1:
        raise ImportRefused("empty")
    if size_bytes > settings.IMPORT_MAX_MB * 1024 * 1024:
        raise ImportRefused("too-large")


def require_time(upload: Import, seconds: float) -> None:
    """Raises ImportRefused."""
    hours = ceilings.rules_of_institution(upload.institution).recording_hours_per_month
    if hours is not None and used_this_month(upload.institution) + timedelta(seconds=seconds) > timedelta(hours=hours):
        raise ImportRefused("quota")


def used_this_month(institution: Institution) -> timedelta:
    """Recorded here, and brought here: a recording of last year counts in the month in which it is brought."""
    month = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    older = Import.objects.filter(institution=institution, at__gte=month, recording__started_at__lt=month)
    brought = older.aggregate(total=Sum(F("seconds")))["total"] or 0.0
    return Recording.objects.recorded_this_month(institution) + timedelta(seconds=brought)
