"""Recordings that agents bring: the upload, what they said of it, and what became of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User
from meetings.models import Recording

LONGEST_TITLE = 200
LONGEST_FILE_NAME = 120


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User | AnonymousUser) -> ImportQuerySet:
        """One's own, as long as one is of the institution that they were brought to."""
        if not isinstance(user, User) or user.institution is None:
            return self.none()
        return self.filter(user=user, institution=user.institution)

    def open(self) -> ImportQuerySet:
        return self.filter(state__in=[Import.State.UPLOADING, Import.State.CHECKING])

    def to_check(self) -> ImportQuerySet:
        return self.filter(state=Import.State.CHECKING, next_try_at__lte=Now())


class Import(models.Model):
    """UPLOADING: parts go from the browser to the store. CHECKING: it waits for a sandbox. The row is the queue."""

    class State(models.TextChoices):
        UPLOADING = "uploading", _("is being sent")
        CHECKING = "checking", _("waits for its check")
        READY = "ready", _("taken")  # it is a recording now
        REFUSED = "refused", _("refused")
        ERASED = "erased", _("erased")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, verbose_name=_("brought by"), null=True, on_delete=models.SET_NULL, related_name="+")
    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UPLOADING)
    failure = models.CharField(_("failure"), max_length=40, blank=True)  # a code
    # What was said of it
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    held_on = models.DateField(_("held on"))
    language = models.CharField(_("language"), max_length=5, blank=True)  # empty: to be detected
    speakers = models.PositiveSmallIntegerField(_("voices"), null=True)
    names = models.JSONField(_("names"), default=list)  # of those who speak
    cues = models.JSONField(_("subtitles"), default=list)  # [start, end, name] of the subtitles that came with it
    statement = models.CharField(_("statement"), max_length=20)  # which text its uploader confirmed
    statement_language = models.CharField(_("language of the statement"), max_length=5)
    stated_at = models.DateTimeField(_("stated"), auto_now_add=True)
    # The upload
    file_name = models.CharField(_("name of the file"), max_length=LONGEST_FILE_NAME, blank=True)
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0)
    upload_id = models.CharField(_("upload"), max_length=200, blank=True)  # the store's
    # The check
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(
        _("next attempt"), default=timezone.now
    )  # moved on by who begins to check: a lease
    recording = models.OneToOneField(
        Recording, verbose_name=_("recording"), null=True, on_delete=models.CASCADE, related_name="source"
    )
    seconds = models.FloatField(_("length"), null=True)
    at = models.DateTimeField(_("brought"), auto_now_add=True)

    objects: ClassVar[models.Manager[Import]] = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported recording")
        verbose_name_plural = _("imported recordings")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["at"], name="imports_by_age"),
            models.Index(fields=["next_try_at"], condition=Q(state="checking"), name="imports_to_check"),
            models.Index(fields=["user", "-at"], name="imports_of_an_agent"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="ready") | Q(recording__isnull=False), name="imported_somewhere")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def key(self) -> str:
        """Of what was uploaded."""
        return f"imports/{self.pk}/original"

    @property
    def sound_key(self) -> str:
        """Of what is kept: always the same, so that whoever was killed leaves nothing that nobody knows of."""
        return f"imports/{self.pk}/sound.opus"
