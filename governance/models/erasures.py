"""What is to be erased, what was, and what a restored database must erase again."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Institution, User
from meetings.models import Recording


class What(models.TextChoices):
    """The three clocks of a recording, in the order in which they end; or all that is known of a person."""

    SOUND = "sound", _("sound and pictures")
    TRANSCRIPT = "transcript", _("transcript")
    ALL = "all", _("minutes, and all that is left of the recording")
    PERSON = "person", _("a person")


class Reason(models.TextChoices):
    RETENTION = "retention", _("end of the time for which it is kept")
    REQUEST = "request", _("request of the person")
    DECISION = "decision", _("decision of the data protection officer")
    RESTORED = "restored", _("came back with a backup")


class Mode(models.TextChoices):
    """What approved minutes keep of a person's words."""

    POLICY = "policy", _("as the policy of the institution says")
    NOTHING = "nothing", _("nothing")


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def to_do(self) -> ErasureQuerySet:
        """Those that nobody works on: not begun, to be tried again, or whose worker has died."""
        open_ones = [Erasure.State.WAITING, Erasure.State.RUNNING, Erasure.State.HELD]
        return self.filter(state__in=open_ones, next_attempt_at__lte=timezone.now())


class Erasure(models.Model):
    """One thing to erase. The row is the queue, and afterwards the proof. No name and no word is in it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        RUNNING = "running", _("under way")
        HELD = "held", _("held, wholly or in part")
        DONE = "done", pgettext_lazy("erasure", "done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(_("what"), max_length=12, choices=What.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    mode = models.CharField(
        _("approved minutes keep of their words"), max_length=10, choices=Mode.choices, default=Mode.POLICY
    )
    recording = models.ForeignKey(
        Recording, verbose_name=_("recording"), null=True, on_delete=models.PROTECT, related_name="erasures"
    )
    subject = models.JSONField(_("identifiers of the person"), default=dict)  # see erasure.persons.Subject
    asked_by = models.ForeignKey(
        User, verbose_name=_("asked by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked on"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)  # moved on by who takes it: a lease
    failure = models.CharField(_("failure"), max_length=40, blank=True)  # a code, of the last attempt
    gone = models.JSONField(_("objects that are gone"), default=list)  # noted as they go: whoever is killed goes on
    proof = models.JSONField(_("proof"), default=dict)
    finished_at = models.DateTimeField(_("done on"), null=True)

    objects: ClassVar[models.Manager[Erasure]] = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=~Q(state="done"), name="erasures_to_do"),
            models.Index(fields=["institution", "-asked_at"], name="erasures_of_an_institution"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "what"], condition=~Q(state="done"), name="one_open_erasure_of_each_kind"
            ),
            models.CheckConstraint(
                condition=Q(what="person", recording=None) | (~Q(what="person") & Q(recording__isnull=False)),
                name="erased_of_a_recording_or_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"


class Tombstone(models.Model):
    """What was erased, by identifiers, sums and counts. The database lets nobody change or delete it.

    It is in the object store too, under `tombstones/`: a database that was restored learns of it there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    erasure = models.UUIDField(_("erasure"), db_index=True)  # no key: a restored database does not know it
    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(_("what"), max_length=12, choices=What.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    mode = models.CharField(_("approved minutes keep of their words"), max_length=10, choices=Mode.choices)
    recording = models.UUIDField(_("recording"), null=True, db_index=True)  # no key: it may not be there
    subject = models.JSONField(_("identifiers of the person"), default=dict)
    at = models.DateTimeField(_("erased on"))
    counts = models.JSONField(_("counts"), default=dict)
    objects_gone = models.JSONField(_("objects that are gone"), default=list)
    sha256 = models.CharField(_("sum"), max_length=64)  # of the proof

    objects: ClassVar[models.Manager[Tombstone]] = models.Manager()

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"
