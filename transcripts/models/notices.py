"""Mails about minutes that wait to be sent: that they are there, that they were shared. One per person and reason."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from transcripts.models.jobs import Transcription


class Notice(models.Model):
    audited_with = "transcription"

    class Kind(models.TextChoices):
        READY = "ready", _("minutes are there")
        SHARED = "shared", _("minutes shared")

    class Mail(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    transcription = models.ForeignKey(
        Transcription, verbose_name=_("transcription"), on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, verbose_name=_("shared by"), null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(_("language"), max_length=5, blank=True)
    mail = models.CharField(_("state"), max_length=10, choices=Mail.choices, default=Mail.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    failure = models.CharField(_("failure"), max_length=40, blank=True)  # a code

    class Meta:
        verbose_name = _("mail about minutes")
        verbose_name_plural = _("mails about minutes")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(mail="failed"), name="notices_that_failed"),
            models.Index(fields=["next_attempt_at"], condition=Q(mail="waiting"), name="notices_to_be_sent"),
        ]
        constraints = [models.UniqueConstraint(fields=["transcription", "kind", "user"], name="told_once_of_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.transcription_id} {self.user_id}"
