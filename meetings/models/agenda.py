"""Who sees which date and which held meeting, by start: see docs/decisions/0007-agenda.md."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from meetings.models.rooms import Meeting
from meetings.models.schedule import Occurrence

PLANNED = Q(occurrence__isnull=False)
HELD = Q(meeting__isnull=False)


class AgendaEntry(models.Model):
    """One date, or one meeting that was held, as one person sees it. PostgreSQL's triggers write it, nobody else does.

    `visible_to` says the same of one row; this says it in the order of time, by an index.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    occurrence = models.ForeignKey(
        Occurrence, null=True, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.CASCADE, related_name="entries", db_index=False)
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)  # none: the meeting goes on
    organises = models.BooleanField()
    awaits_answer = models.BooleanField(default=False)
    recorded = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[AgendaEntry]] = models.Manager()

    class Meta:
        verbose_name_plural = "agenda entries"
        constraints = [
            models.UniqueConstraint(fields=["occurrence", "user"], name="one_agenda_entry_per_date"),
            models.UniqueConstraint(fields=["meeting", "user"], name="one_agenda_entry_per_meeting"),
            models.CheckConstraint(
                condition=Q(occurrence=None, meeting__isnull=False) | Q(occurrence__isnull=False, meeting=None),
                name="agenda_entry_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "start", "id"], condition=PLANNED, name="agenda_planned"),
            models.Index(fields=["user", "organises", "start", "id"], condition=PLANNED, name="agenda_planned_by_part"),
            models.Index(fields=["user", "start"], condition=Q(awaits_answer=True), name="agenda_to_answer"),
            models.Index(fields=["user", "start", "id"], condition=HELD, name="agenda_held"),
            models.Index(fields=["user", "organises", "start", "id"], condition=HELD, name="agenda_held_by_part"),
            models.Index(fields=["user", "start", "id"], condition=Q(recorded=True), name="agenda_recorded"),
            models.Index(fields=["user"], condition=HELD & Q(end=None), name="agenda_going_on"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.occurrence_id or self.meeting_id}"
