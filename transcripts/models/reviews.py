"""Who was asked to read minutes again, what they remarked, and what was approved and sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from meetings.models import Participation
from transcripts.models.jobs import Transcription


class Reviewer(models.Model):
    """Somebody who was asked to read the minutes again; and the mail that asks them, which waits here."""

    class Mail(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    audited_with = "transcription"
    transcription = models.ForeignKey(
        Transcription, verbose_name=_("transcription"), on_delete=models.CASCADE, related_name="reviewers"
    )
    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(
        User, verbose_name=_("asked by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    language = models.CharField(_("language"), max_length=5, blank=True)  # of the mail: that of the page which asked
    mail = models.CharField(_("state"), max_length=10, choices=Mail.choices, default=Mail.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    failure = models.CharField(_("failure"), max_length=40, blank=True)  # a code

    class Meta:
        verbose_name = _("request for a review")
        verbose_name_plural = _("requests for reviews")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(mail="failed"), name="reviewers_mail_failed"),
            models.Index(fields=["next_attempt_at"], condition=Q(mail="waiting"), name="reviewers_to_be_written_to"),
        ]
        constraints = [models.UniqueConstraint(fields=["transcription", "user"], name="asked_once")]

    def __str__(self) -> str:
        return f"{self.transcription_id} {self.user_id}"


class Comment(models.Model):
    """A remark on a line, while the minutes are in review."""

    audited_with = "transcription"
    transcription = models.ForeignKey(Transcription, on_delete=models.CASCADE, related_name="comments")
    line = models.BigIntegerField(db_index=True)
    participation = models.ForeignKey(Participation, null=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.transcription_id} {self.line}"


class ApprovedVersion(models.Model):
    """Minutes that were approved, and their seal. Never altered, by a rule of the database; only superseded."""

    audited_with = "transcription"
    transcription = models.ForeignKey(Transcription, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    statement = models.TextField()  # canonical JSON, without a word that was said, or a name: see sealing.statement
    digest = models.CharField(max_length=64)  # SHA-256 of the statement
    signature = models.CharField(max_length=128)  # Ed25519, in hexadecimal
    key_id = models.CharField(max_length=16)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["transcription", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.transcription_id} v{self.number}"


class SealedContent(models.Model):
    """A piece of an approved version. It can be erased; what the seal says of it stays true."""

    position = models.PositiveIntegerField()
    content = models.TextField(null=True)  # noqa: DJ001  (canonical JSON; null: erased)
    digest = models.CharField(max_length=64)  # SHA-256 of the content, which holds a salt

    class Meta:
        abstract = True
        ordering = ["version", "position"]


class SealedLine(SealedContent):
    version = models.ForeignKey(ApprovedVersion, on_delete=models.CASCADE, related_name="lines")
    participation = models.ForeignKey(Participation, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(SealedContent.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="one_sealed_line_per_position")]

    def __str__(self) -> str:
        return f"{self.version_id}#{self.position}"


class SealedPerson(SealedContent):
    """The name of who approved, reviewed, corrected or attributed something of it."""

    version = models.ForeignKey(ApprovedVersion, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(SealedContent.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="one_sealed_person_per_position")]

    def __str__(self) -> str:
        return f"{self.version_id}@{self.position}"
