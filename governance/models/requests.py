"""Requests of persons (GDPR, art. 15 to 21): what was asked, by when, whose rows it is about, what was done."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import Institution, RoleGrant, User
from governance.models.erasures import Erasure
from meetings.models import Invitation, Participation, Recording

LONGEST_TEXT = 4000


class PersonRequestQuerySet(models.QuerySet["PersonRequest"]):
    def visible_to(self, user: User | AnonymousUser) -> PersonRequestQuerySet:
        """Of institutions whose data protection officer `user` is, and of those below. Administrators see none."""
        return self.filter(institution__in=roles.institutions_of(user, RoleGrant.Role.DPO))

    def open(self) -> PersonRequestQuerySet:
        return self.filter(state__in=OPEN)


class PersonRequest(models.Model):
    """What one person asks of one institution. Its reference is counted by institution and year."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("access (art. 15)")
        RECTIFICATION = "rectification", _("rectification (art. 16)")
        ERASURE = "erasure", _("erasure (art. 17)")
        RESTRICTION = "restriction", _("restriction (art. 18)")
        PORTABILITY = "portability", _("portability (art. 20)")
        OBJECTION = "objection", _("objection (art. 21)")

    class Channel(models.TextChoices):
        VISIO = "visio", _("in Visio, signed in")
        MAIL = "mail", _("by e-mail")
        LETTER = "letter", _("by letter")
        DESK = "desk", _("by word of mouth")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        IN_HAND = "in-hand", _("in hand")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")

    class Check(models.TextChoices):
        NONE = "", _("not checked yet")
        SIGNED_IN = "signed-in", _("signed in with the account concerned")
        ADDRESS = "address", _("answer from the address that Visio knows")
        CALL = "call", _("call to a number that was known before")
        IN_PERSON = "in-person", _("in person")
        DOCUMENT = "document", _("identity document, seen and not kept")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), on_delete=models.PROTECT, related_name="person_requests"
    )
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    kind = models.CharField(_("kind of request"), max_length=20, choices=Kind.choices)
    channel = models.CharField(_("received by"), max_length=10, choices=Channel.choices)
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("to be answered by"))
    extended_because = models.CharField(_("reason of the extension"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    closed_at = models.DateTimeField(_("closed on"), null=True)
    handler = models.ForeignKey(
        User, verbose_name=_("handled by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Who asks. Blanked once nobody needs it any more: see `requests.keeping`
    person = models.ForeignKey(
        User, verbose_name=_("account"), null=True, on_delete=models.SET_NULL, related_name="person_requests"
    )
    contact_name = models.CharField(_("name given"), max_length=150, blank=True)
    contact_email = models.EmailField(_("e-mail address for the answer"), blank=True)
    words = models.TextField(_("what is asked"), max_length=LONGEST_TEXT, blank=True)
    language = models.CharField(_("language"), max_length=5, default="fr")
    identity_check = models.CharField(
        _("how the identity was checked"), max_length=12, choices=Check.choices, default=Check.NONE, blank=True
    )
    erasure = models.OneToOneField(
        Erasure, verbose_name=_("erasure"), null=True, on_delete=models.PROTECT, related_name="person_request"
    )
    created_at = models.DateTimeField(_("written down on"), auto_now_add=True)

    objects: ClassVar[models.Manager[PersonRequest]] = PersonRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a person")
        verbose_name_plural = _("requests of persons")
        ordering = ["due_on", "year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "year", "number"], name="one_request_per_reference"),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("received_on")), name="due_after_receipt"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"{self.year}-{self.number:04}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_checked(self) -> bool:
        """Nothing of somebody is handed out, changed or erased for whom nobody knows."""
        return bool(self.identity_check)

    @property
    def days_left(self) -> int:
        return (self.due_on - timezone.localdate()).days

    @property
    def days_late(self) -> int:
        return -self.days_left

    def is_late(self, today: date | None = None) -> bool:
        return self.is_open and self.due_on < (today or timezone.localdate())


OPEN = (PersonRequest.State.RECEIVED, PersonRequest.State.IN_HAND)


class RequestSubject(models.Model):
    """A row that the data protection officer has said to be of the person. It goes with that row."""

    audited_with = "request"
    request = models.ForeignKey(PersonRequest, on_delete=models.CASCADE, related_name="subjects")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    participation = models.ForeignKey(Participation, null=True, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "user", "participation", "invitation"],
                nulls_distinct=False,
                name="one_subject_per_row",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, participation=None, invitation=None)
                | Q(user=None, participation__isnull=False, invitation=None)
                | Q(user=None, participation=None, invitation__isnull=False),
                name="a_subject_is_one_row",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RequestStep(models.Model):
    """What was done about a request, as its file tells it. Notes may name people: they are blanked with the request."""

    class What(models.TextChoices):
        RECEIVED = "received", _("Request written down")
        TAKEN = "taken", _("Taken in hand")
        IDENTITY = "identity", _("Identity checked")
        CHOSEN = "chosen", _("Data of the person chosen")
        EXTENDED = "extended", _("Time limit extended by two months")
        EXPORTED = "exported", _("Export asked for")
        HANDED = "handed", _("Export opened or downloaded")
        RECTIFIED = "rectified", _("Name rectified")
        RESTRICTED = "restricted", _("Recordings set aside")
        LIFTED = "lifted", _("Recordings given back to their readers")
        ERASED = "erased", _("Data erased")
        NOTE = "note", _("Note")
        ANSWERED = "answered", _("Answer sent")
        REFUSED = "refused", _("Refusal sent")

    request = models.ForeignKey(PersonRequest, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=12, choices=What.choices)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(blank=True, max_length=LONGEST_TEXT)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.request_id}"


class RequestMail(models.Model):
    """To the data protection officers, that a request is there; or an answer, as it was read before it went."""

    class Kind(models.TextChoices):
        TO_DPO = "to-dpo"
        ANSWER = "answer"

    class Mail(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    request = models.ForeignKey(PersonRequest, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")  # an officer
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    failure = models.CharField(max_length=40, blank=True)  # a code

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(mail="waiting"), name="request_mails_to_be_sent")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.request_id}"


class PersonExportQuerySet(models.QuerySet["PersonExport"]):
    def waiting(self) -> PersonExportQuerySet:
        """Nobody works on them: not begun, or whoever had begun is dead."""
        return self.filter(
            Q(state=PersonExport.State.QUEUED) | Q(state=PersonExport.State.RUNNING, lease_until__lt=Now())
        )


class PersonExport(models.Model):
    """A ZIP of what is kept about a person. The row is the job: a state, a lease, attempts."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        ERASED = "erased"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(PersonRequest, null=True, on_delete=models.CASCADE, related_name="exports")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")  # who asked for their own
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(default=0.0)  # share of the bytes, 0 to 1
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, blank=True)  # a code
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    erase_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[PersonExport]] = PersonExportQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["queued", "running"]), name="person_exports_to_make"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False, user=None) | Q(request=None), name="an_export_has_one_owner"
            ),
            models.UniqueConstraint(
                fields=["request", "user"],
                condition=Q(state__in=["queued", "running"]),
                nulls_distinct=False,
                name="one_export_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def key(self) -> str:
        """Always the same, so that whoever was killed leaves nothing that nobody knows of."""
        return f"requests/{self.pk}/export.zip"

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}


class Restriction(models.Model):
    """A recording that nobody reads while what is in it is disputed (art. 18). Lifted by the officer, with a reason."""

    request = models.ForeignKey(PersonRequest, on_delete=models.PROTECT, related_name="restrictions")
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="restrictions")
    at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "recording"], condition=Q(lifted_at=None), name="restricted_once_per_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.recording_id}"
