"""Who may see a recording, and its minutes, without having organised the meeting or been there."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User
from meetings.models.recordings import Recording


class RecordingShareQuerySet(models.QuerySet["RecordingShare"]):
    def current(self) -> RecordingShareQuerySet:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None)


class RecordingShare(models.Model):
    """With one person, with the agents of an institution, or with whoever has a link. Kept once it is over."""

    audited_with = "recording"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey(
        Recording, verbose_name=_("recording"), on_delete=models.CASCADE, related_name="shares"
    )
    user = models.ForeignKey(User, verbose_name=_("person"), null=True, on_delete=models.CASCADE, related_name="+")
    institution = models.ForeignKey(
        Institution, verbose_name=_("with the institution"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    nonce = models.UUIDField(_("mark of the link"), null=True)  # of a link: in its signature, never shown
    by = models.ForeignKey(User, verbose_name=_("shared by"), null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("shared"), auto_now_add=True)
    expires_at = models.DateTimeField(_("ends"), null=True)
    revoked_at = models.DateTimeField(_("ended"), null=True)

    objects: ClassVar[models.Manager[RecordingShare]] = RecordingShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("sharing of minutes")
        verbose_name_plural = _("sharings of minutes")
        ordering = ["at"]
        indexes = [
            models.Index(fields=["at"], name="shares_by_age"),
            models.Index(fields=["user", "recording"], condition=Q(revoked_at=None), name="shared_with_person"),
            models.Index(
                fields=["institution", "recording"], condition=Q(revoked_at=None), name="shared_with_institution"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, institution=None, nonce=None)
                | Q(user=None, institution__isnull=False, nonce=None)
                | Q(user=None, institution=None, nonce__isnull=False, expires_at__isnull=False),
                name="shared_with_one_of_them_and_links_end",
            ),
            models.UniqueConstraint(
                fields=["recording", "user"], condition=Q(revoked_at=None), name="shared_once_with_person"
            ),
            models.UniqueConstraint(
                fields=["recording", "institution"], condition=Q(revoked_at=None), name="shared_once_with_institution"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
