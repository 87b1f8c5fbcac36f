"""Policies of institutions, in the administration."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from accounts.scoped_admin import ScopedAdmin
from meetings.models import Policy


@admin.register(Policy)
class PolicyAdmin(ScopedAdmin):
    verb = "policy"
    list_display = ("institution", "creators", "guests", "lobby", "recording", "transcription", "assurance")
    list_select_related = ("institution",)
    search_fields = ("institution__label", "institution__siret")
    ordering = ("institution__label", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Policy | None = None) -> tuple[str, ...]:
        return ("institution",) if obj else ()
