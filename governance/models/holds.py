"""Legal holds: what must not be erased, by whose word and until when. They win over every erasure."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User
from meetings.models import Recording, Room


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def in_force(self) -> LegalHoldQuerySet:
        return self.filter(Q(until=None) | Q(until__gte=timezone.localdate()), lifted_at=None)


class LegalHold(models.Model):
    """On one recording, on a room, on what somebody took part in, or, with none of these, on the whole institution
    and those below it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Alone, it holds everything of the institution and of those below it."),
    )
    recording = models.ForeignKey(
        Recording, verbose_name=_("recording"), null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    room = models.ForeignKey(
        Room, verbose_name=_("room"), null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    person = models.ForeignKey(
        User, verbose_name=_("person"), null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    reason = models.TextField(_("reason"), max_length=2000, help_text=_("For data protection officers only."))
    is_told = models.BooleanField(
        _("organisers are told"),
        default=True,
        help_text=_("That it is held, on the pages of what it holds. Never why."),
    )
    placed_by = models.ForeignKey(
        User, verbose_name=_("placed by"), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    placed_at = models.DateTimeField(_("placed on"), auto_now_add=True)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("Included. Empty: until it is lifted."))
    lifted_by = models.ForeignKey(
        User, verbose_name=_("lifted by"), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted on"), null=True, editable=False)
    lifted_because = models.TextField(_("why it was lifted"), blank=True, max_length=2000)

    objects: ClassVar[models.Manager[LegalHold]] = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-placed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(room=None, person=None) | Q(recording=None, person=None) | Q(recording=None, room=None),
                name="a_hold_is_on_one_thing",
            )
        ]

    def __str__(self) -> str:
        return _("placed on %(date)s") % {"date": date_format(timezone.localtime(self.placed_at))}

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None and (self.until is None or self.until >= timezone.localdate())
