"""Policies of institutions, in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import NullBooleanSelect
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.scoped_admin import ScopedAdmin, actor_of
from meetings.models import JanusNode, Policy

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
                    "recording",
                    "recording_hours_per_month",
                    "transcription",
                    "staff_consulted_on",
                )
            },
        ),
        (
            _("How long traces are kept"),
            {"fields": ("audio_retention_days", "transcript_retention_days", "minutes_retention_days")},
        ),
    )

    @admin.display(description=_("guests without an account come in"), ordering="guests")
    def guests_come_in(self, obj: Policy) -> Any:
        """Django's icon of what is neither true nor false has no words."""
        return None if obj.guests is None else _("Yes") if obj.guests else _("No")

    def get_readonly_fields(self, request: HttpRequest, obj: Policy | None = None) -> tuple[str, ...]:
        return ("institution",) if obj else ()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["choices"] = [("", INHERITED), *db_field.choices]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.PositiveIntegerField) and field:
            field.widget.attrs["placeholder"] = INHERITED
        return field


@admin.register(JanusNode)
class JanusNodeAdmin(ScopedAdmin):
    """For administrators of the platform, by `roles.PERMISSIONS`. Rows come and go with the settings."""

    verb = "node"
    list_display = ("name", "is_up", "drains", "capacity", "epoch", "down_since", "seen_at")
    ordering = ("name",)
    fields = ("name", "drains", "capacity", "epoch", "down_since", "seen_at")
    readonly_fields = ("name", "epoch", "down_since", "seen_at")

    @admin.display(description=_("answers"), boolean=True)
    def is_up(self, obj: JanusNode) -> bool:
        return obj.down_since is None

    def save_model(self, request: HttpRequest, obj: JanusNode, form: Any, change: bool) -> None:
        """Only what was changed: the node may have gone down meanwhile."""
        obj.save(update_fields=form.changed_data)
        audit.record("node.changed", actor=actor_of(request), target=obj, **self.details(obj, form))
