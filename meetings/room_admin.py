"""Rooms, planned and held meetings in the administration. Read only, without titles, codes or who was there.

A code is a key to the door, a title is what people talk about, and who met whom is nobody's business: see
docs/decisions/0029-administration.md.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import by_period
from accounts.scoped_admin import ScopedAdmin
from meetings.models import Invitation, Meeting, Occurrence, Participation, Recording, Room, Series


def how_many(rows: QuerySet[Any], of: str) -> Coalesce:
    """Of the row of the list: one look into an index for each row that is shown."""
    counted = rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@admin.register(Room)
class RoomAdmin(ScopedAdmin):
    verb = "room"
    person = "organiser"
    list_display = ("created_at", "its_institution", "organiser", "is_lasting", "locked_at", "closed_at")
    list_filter = (by_period("created_at"), "is_lasting")
    list_select_related = ("institution", "organiser")
    ordering = ("-created_at",)
    sortable_by = ()
    search_help_text = _("An identifier, or the beginning of the organiser’s name or address")
    fields = (
        *("id", "institution", "organiser", "is_lasting", "meetings_held", "created_at", "locked_at", "closed_at"),
        *("guests", "other_institutions", "lobby", "recording", "transcription", "captions", "max_participants"),
    )
    readonly_fields = fields

    @admin.display(description=_("meetings held"))
    def meetings_held(self, obj: Room) -> int:
        return obj.meetings.count()


@admin.register(Series)
class SeriesAdmin(ScopedAdmin):
    verb = "series"
    scope = "room__institution"
    person = "room__organiser"
    list_display = ("created_at", "its_institution", "start", "recurs", "dates", "invited", "cancelled_at")
    list_filter = (by_period("created_at"),)
    list_select_related = ("room__institution",)
    ordering = ("-created_at",)
    sortable_by = ()
    search_help_text = RoomAdmin.search_help_text
    fields = (
        *("id", "its_institution", "start", "duration_minutes", "time_zone", "rule", "dates", "invited"),
        *("created_at", "cancelled_at"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        invited = Invitation.objects.filter(revoked_at=None)
        dates = how_many(Occurrence.objects.all(), "series")
        rows: Any = super().get_queryset(request)
        annotated: QuerySet[Any] = rows.annotate(how_many_dates=dates, how_many_invited=how_many(invited, "series"))
        return annotated

    @admin.display(description=_("recurs"), boolean=True)
    def recurs(self, obj: Series) -> bool:
        return bool(obj.rule)

    @admin.display(description=_("dates"))
    def dates(self, obj: Any) -> int:
        return int(obj.how_many_dates)

    @admin.display(description=_("people invited"))
    def invited(self, obj: Any) -> int:
        return int(obj.how_many_invited)


@admin.register(Meeting)
class MeetingAdmin(ScopedAdmin):
    verb = "meeting"
    scope = "room__institution"
    person = ""
    list_display = ("started_at", "its_institution", "ended_at", "people", "guests", "recordings", "node")
    list_filter = (by_period("started_at"),)
    list_select_related = ("room__institution",)
    ordering = ("-started_at",)
    sortable_by = ()
    search_help_text = _("An identifier")
    fields = (
        *("id", "its_institution", "node", "started_at", "ended_at", "empty_since", "people", "guests", "recordings"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        came = Participation.objects.all()
        rows: Any = super().get_queryset(request)
        annotated: QuerySet[Any] = rows.annotate(
            how_many_people=how_many(came, "meeting"),
            how_many_guests=how_many(came.filter(user=None), "meeting"),
            how_many_recordings=how_many(Recording.objects.all(), "meeting"),
        )
        return annotated

    @admin.display(description=_("people"))
    def people(self, obj: Any) -> int:
        return int(obj.how_many_people)

    @admin.display(description=_("of them guests"))
    def guests(self, obj: Any) -> int:
        return int(obj.how_many_guests)

    @admin.display(description=_("recordings"))
    def recordings(self, obj: Any) -> int:
        return int(obj.how_many_recordings)
