"""What is planned: series, their occurrences, and who is invited to them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from meetings.models.rooms import Room


class SeriesQuerySet(models.QuerySet["Series"]):
    def visible_to(self, user: User | AnonymousUser) -> SeriesQuerySet:
        """Series that `user` organises or is invited to."""
        if not isinstance(user, User):
            return self.none()
        organised = Series.objects.filter(room__organiser=user).values("pk")
        shared = Series.objects.filter(room__co_organisers=user).values("pk")
        invited = Series.objects.filter(invitations__user=user, invitations__revoked_at=None).values("pk")
        return self.filter(pk__in=organised.union(shared, invited))

    def managed_by(self, user: User | AnonymousUser) -> SeriesQuerySet:
        """Series that `user` may change: of rooms that are open, and of their institution."""
        if not isinstance(user, User):
            return self.none()
        here = Series.objects.filter(room__institution=user.institution, room__closed_at=None)
        organised = here.filter(room__organiser=user).values("pk")
        shared = here.filter(room__co_organisers=user).values("pk")
        return self.filter(pk__in=organised.union(shared))


class Series(models.Model):
    """A meeting that was planned: once, or by a rule of RFC 5545. Its occurrences are rows of their own."""

    audited_with = "room"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, verbose_name=_("room"), on_delete=models.PROTECT, related_name="series")
    title = models.CharField(_("title"), max_length=200)
    agenda = models.TextField(_("agenda"), blank=True, max_length=10_000)
    links = models.JSONField(_("links"), default=list, blank=True)  # of documents: [{"label", "url"}]
    start = models.DateTimeField(_("first date"))  # of the first occurrence
    duration_minutes = models.PositiveIntegerField(_("length in minutes"))
    time_zone = models.CharField(_("time zone"), max_length=60)  # IANA: the wall clock that the rule follows
    rule = models.CharField(
        _("recurrence"), max_length=200, blank=True
    )  # RRULE without its prefix, with COUNT or UNTIL; empty: once
    uid = models.CharField(
        _("identifier in calendars"), max_length=300, unique=True
    )  # of the calendar event (RFC 5545 3.8.4.7): pk@host, for ever
    sequence = models.PositiveIntegerField(_("changes told"), default=0)  # RFC 5546 2.1.4
    continues = models.ForeignKey(
        "self", verbose_name=_("continues"), null=True, on_delete=models.SET_NULL, related_name="continued_by"
    )
    created_by = models.ForeignKey(
        User, verbose_name=_("planned by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("planned"), auto_now_add=True)
    cancelled_at = models.DateTimeField(_("cancelled since"), null=True)

    objects: ClassVar[models.Manager[Series]] = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned meeting")
        verbose_name_plural = _("planned meetings")
        indexes = [models.Index(fields=["created_at"], name="series_by_age")]

    def __str__(self) -> str:
        return str(self.pk)


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible_to(self, user: User | AnonymousUser) -> OccurrenceQuerySet:
        return self.filter(series__in=Series.objects.visible_to(user))


class Occurrence(models.Model):
    """One date of a series. `original_start` is its RECURRENCE-ID: it stays when the date is moved."""

    audited_with = "series"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="occurrences")
    original_start = models.DateTimeField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    title = models.CharField(max_length=200, blank=True)  # empty: that of the series
    agenda = models.TextField(null=True, blank=True, max_length=10_000)  # noqa: DJ001 null: that of the series
    is_exception = models.BooleanField(default=False)  # changed on its own
    cancelled_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Occurrence]] = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["start"]
        indexes = [models.Index(fields=["series", "start"])]
        constraints = [
            models.UniqueConstraint(fields=["series", "original_start"], name="one_occurrence_per_original_start"),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="occurrence_ends_after_its_start"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Invitation(models.Model):
    """Somebody who was asked to a series: an agent of the directory, or an e-mail address."""

    class Answer(models.TextChoices):
        NONE = "needs-action"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        TENTATIVE = "tentative"

    audited_with = "series"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    required = models.BooleanField(default=True)
    language = models.CharField(max_length=5, default="fr")
    answer = models.CharField(max_length=12, choices=Answer.choices, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)  # in its signed links: a new one ends the old links
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.F("series"),
                Lower("email"),
                condition=Q(revoked_at=None),
                name="one_invitation_per_email",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OutgoingMail(models.Model):
    """A mail to send, rendered when it goes. The row is the queue: a Celery message only nudges."""

    class Kind(models.TextChoices):
        REQUEST = "request", _("invitation, or change")  # METHOD:REQUEST, new or changed
        CANCEL = "cancel", _("cancellation")  # METHOD:CANCEL, of a series or of one occurrence

    class Status(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    audited_with = "invitation"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invitation = models.ForeignKey(
        Invitation, verbose_name=_("invitation"), on_delete=models.CASCADE, related_name="mails"
    )
    occurrence = models.ForeignKey(
        Occurrence, verbose_name=_("date"), null=True, on_delete=models.CASCADE, related_name="+"
    )  # none: the series
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    sequence = models.PositiveIntegerField(_("changes told"))
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    failure = models.CharField(_("failure"), max_length=40, blank=True)  # a code

    class Meta:
        verbose_name = _("mail of invitation")
        verbose_name_plural = _("mails of invitations")
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status="waiting"), name="mails_that_wait"),
            models.Index(fields=["created_at"], name="mails_by_age"),
            models.Index(fields=["created_at"], condition=Q(status="failed"), name="mails_that_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.invitation_id}"


class CalendarFeed(models.Model):
    """The address at which somebody's calendar reads their meetings. Only a hash of its secret is kept."""

    audited_with = "user"
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.user_id)
