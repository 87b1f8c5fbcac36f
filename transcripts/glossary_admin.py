"""Glossaries of institutions in the administration."""

from __future__ import annotations

from django.contrib import admin

from accounts.scoped_admin import ScopedAdmin
from transcripts.models import GlossaryTerm


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(ScopedAdmin):
    verb = "glossary"
    list_display = ("term", "institution", "is_used", "times", "added_at")
    list_filter = ("is_used",)
    list_select_related = ("institution",)
    search_fields = ("term",)
    ordering = ("term",)
    fields = ("institution", "term", "is_used", "times")
    readonly_fields = ("times",)
