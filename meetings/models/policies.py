"""What an institution allows. Rooms may only tighten it: see `meetings/policy.py`."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from accounts.models import Institution
from meetings.policy import Access, Assurance, Creators, Lobby


def _choices(values: type[Creators] | type[Lobby] | type[Access] | type[Assurance]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Policy(models.Model):
    """A ceiling. Whatever is null is inherited from the parent institution, and at last from the platform."""

    institution = models.OneToOneField(Institution, on_delete=models.CASCADE, related_name="policy")
    creators = models.CharField(max_length=10, null=True, blank=True, choices=_choices(Creators))  # noqa: DJ001
    guests = models.BooleanField(null=True, blank=True)
    other_institutions = models.BooleanField(null=True, blank=True)
    lobby = models.CharField(max_length=10, null=True, blank=True, choices=_choices(Lobby))  # noqa: DJ001
    recording = models.CharField(max_length=10, null=True, blank=True, choices=_choices(Access))  # noqa: DJ001
    transcription = models.CharField(max_length=10, null=True, blank=True, choices=_choices(Access))  # noqa: DJ001
    assurance = models.CharField(max_length=10, null=True, blank=True, choices=_choices(Assurance))  # noqa: DJ001
    captions = models.BooleanField(null=True, blank=True)
    max_participants = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(2)])
    audio_retention_days = models.PositiveIntegerField(null=True, blank=True)
    transcript_retention_days = models.PositiveIntegerField(null=True, blank=True)
    minutes_retention_days = models.PositiveIntegerField(null=True, blank=True)
    recording_hours_per_month = models.PositiveIntegerField(null=True, blank=True)  # of the whole institution
    rooms_per_agent = models.PositiveIntegerField(null=True, blank=True)
    # Staff bodies are heard before transcription may be enabled; a parent's consultation holds for no child.
    staff_consulted_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return str(self.institution)
