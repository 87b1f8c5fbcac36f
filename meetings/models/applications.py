"""Programs of institutions that are told what happens there, and what waits to be told."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution


class Application(models.Model):
    """Told of its institution, and of those below it. Its secret is in no row: see `meetings.applications.signing`."""

    class Event(models.TextChoices):
        MEETING_ENDED = "meeting.ended", _("a meeting is over")
        RECORDING_READY = "recording.ready", _("a recording is stored")
        MINUTES_READY = "minutes.ready", _("minutes are there, not yet approved")
        MINUTES_APPROVED = "minutes.approved", _("minutes are approved")
        RECORDING_ERASED = "recording.erased", _("sound or words of a recording are erased")

    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), on_delete=models.CASCADE, related_name="applications"
    )
    name = models.CharField(_("name"), max_length=100)
    url = models.URLField(_("address that is told"), max_length=500)
    events = ArrayField(models.CharField(max_length=30, choices=Event.choices), verbose_name=_("told when"))
    is_on = models.BooleanField(_("is told"), default=True)
    key_number = models.PositiveIntegerField(_("number of its key"), default=1)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["institution", "name"]
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="one_application_of_each_name")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """Something that an application is told, at least once. `body` holds identifiers, never a name nor a word."""

    audited_with = "application"

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(
        Application, verbose_name=_("application"), on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.CharField(_("event"), max_length=30)
    body = models.TextField(_("content"))  # JSON
    created_at = models.DateTimeField(_("happened"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    failure = models.CharField(_("failure"), max_length=40, blank=True)  # a code, or the status of the answer

    class Meta:
        verbose_name = _("message to an application")
        verbose_name_plural = _("messages to applications")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="waiting"), name="deliveries_to_be_sent"),
            models.Index(fields=["created_at"], name="deliveries_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"
