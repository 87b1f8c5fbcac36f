"""Minutes that were opened by somebody who has no right of their own to read them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, RoleGrant, User
from meetings.models import Meeting, Recording

LASTS = timedelta(minutes=30)


class AccessQuerySet(models.QuerySet["Access"]):
    def concerning(self, user: User) -> AccessQuerySet:
        """To minutes of meetings that `user` was in, or organises. Each branch is an index of its own."""
        meetings = Meeting.objects.order_by()
        branches = [
            meetings.filter(room__organiser=user).values("pk"),
            meetings.filter(room__co_organisers=user).values("pk"),
        ]
        return self.filter(meeting__in=meetings.filter(participations__user=user).values("pk").union(*branches))

    def open_to(self, user: User) -> AccessQuerySet:
        """Whoever opened it reads, nobody else, and only as long as it lasts."""
        return self.filter(by=user, ended_at=None, until__gt=timezone.now())


class Access(models.Model):
    """A data protection officer reads minutes, for a reason that those who were in the meeting see.

    `words` are what the officer typed besides: for their institution's DPOs, and not for the trail, which keeps the
    reason alone. They may name somebody.
    """

    class Reason(models.TextChoices):
        PERSON = "person", _("a person asked for what concerns them")
        COMPLAINT = "complaint", _("a complaint or a report")
        INCIDENT = "incident", _("a security incident")
        AUTHORITY = "authority", _("a judge or an authority asked for it")
        CHECK = "check", _("a check of what is kept")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting that was held"), on_delete=models.CASCADE, related_name="accesses"
    )
    recording = models.ForeignKey(
        Recording, verbose_name=_("recording"), null=True, on_delete=models.SET_NULL, related_name="accesses"
    )  # none once it was erased
    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), on_delete=models.PROTECT, related_name="+"
    )  # of the meeting
    by = models.ForeignKey(User, verbose_name=_("who"), null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(_("role"), max_length=20, choices=RoleGrant.Role.choices)
    by_institution = models.ForeignKey(
        Institution, verbose_name=_("their institution"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    words = models.CharField(
        _("what it is about"),
        max_length=300,
        help_text=_("For you and the other officers of the institution: a reference is better than a name."),
    )
    opened_at = models.DateTimeField(_("opened on"), default=timezone.now, editable=False)
    until = models.DateTimeField(_("until"), editable=False)
    ended_at = models.DateTimeField(_("ended on"), null=True, editable=False)

    objects: ClassVar[Any] = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("reasoned access")
        verbose_name_plural = _("reasoned accesses")
        indexes = [models.Index(fields=["institution", "-opened_at"], name="accesses_of_an_institution")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.opened_at:%Y-%m-%d})"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.until > timezone.now()
