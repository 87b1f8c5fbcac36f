"""Mails to organisers about what will be erased, which wait to be sent. One per person, recording and clock."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from governance.models.erasures import What
from meetings.models import Recording


class ErasureWarning(models.Model):
    class Mail(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=12, choices=What.choices)
    goes_on = models.DateField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    failure = models.CharField(max_length=40, blank=True)  # a code

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(mail="waiting"), name="warnings_to_be_sent"),
        ]
        constraints = [models.UniqueConstraint(fields=["recording", "what", "user"], name="warned_once_of_each")]

    def __str__(self) -> str:
        return f"{self.what} {self.recording_id} {self.user_id}"
