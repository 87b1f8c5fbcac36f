"""Policies of institutions, in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import NullBooleanSelect
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.scoped_admin import ScopedAdmin
from meetings.application_admin import ApplicationAdmin, DeliveryAdmin
from meetings.mail_admin import OutgoingMailAdmin
from meetings.models import Policy
from meetings.node_admin import JanusNodeAdmin
from meetings.purpose_admin import PurposeAdmin
from meetings.recording_admin import CompositionAdmin, RecordingAdmin
from meetings.room_admin import MeetingAdmin, RoomAdmin, SeriesAdmin

__all__ = [
    "ApplicationAdmin",
    "CompositionAdmin",
    "DeliveryAdmin",
    "InheritedSelect",
    "JanusNodeAdmin",
    "MeetingAdmin",
    "OutgoingMailAdmin",
    "PolicyAdmin",
    "PurposeAdmin",
    "RecordingAdmin",
    "RoomAdmin",
    "SeriesAdmin",
]

INHERITED = _("as the institution above")


class InheritedSelect(NullBooleanSelect):
    """Django's says "unknown" of what is inherited."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices = [("unknown", INHERITED), ("true", _("Yes")), ("false", _("No"))]


@admin.register(Policy)
class PolicyAdmin(ScopedAdmin):
    verb = "policy"
    list_display = ("institution", "creators", "guests_come_in", "lobby", "recording", "transcription", "assurance")
    list_select_related = ("institution",)
    search_fields = ("institution__label", "institution__siret")
    ordering = ("institution__label", "pk")
    empty_value_display = INHERITED
    formfield_overrides = {models.BooleanField: {"widget": InheritedSelect}}
    fieldsets = (
        (None, {"fields": ("institution",)}),
        (_("Meetings"), {"fields": ("creators", "rooms_per_agent", "max_participants")}),
        (_("Who comes in"), {"fields": ("assurance", "guests", "other_institutions", "lobby")}),
        (
            _("Traces"),
            {
                "fields": (
                    "captions",
                    "captions_first",
                    "recording",
                    "recording_max_minutes",
                    "recording_hours_per_month",
                    "transcription",
                    "staff_consulted_on",
                )
            },
        ),
        (_("Who reads minutes"), {"fields": ("readers", "sharing", "reading_links")}),
        (
            _("How long traces are kept"),
            {
                "fields": (
                    "audio_retention_days",
                    "transcript_retention_days",
                    "minutes_retention_days",
                    "erased_words",
                )
            },
        ),
    )

    @admin.display(description=_("guests without an account come in"), ordering="guests")
    def guests_come_in(self, obj: Policy) -> Any:
        """Django's icon of what is neither true nor false has no words."""
        return None if obj.guests is None else _("Yes") if obj.guests else _("No")

    def get_readonly_fields(self, request: HttpRequest, obj: Policy | None = None) -> tuple[str, ...]:
        fixed = ("institution",) if obj else ()
        return fixed if roles.is_platform_admin(request.user) else (*fixed, "captions_first")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["choices"] = [("", INHERITED), *db_field.choices]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.PositiveIntegerField) and field:
            field.widget.attrs["placeholder"] = INHERITED
        return field
