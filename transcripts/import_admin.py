"""Recordings that agents brought, in the administration: what became of them; no title, no names."""

from __future__ import annotations

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import by_period
from accounts.scoped_admin import ScopedAdmin
from transcripts.models import Import


@admin.register(Import)
class ImportAdmin(ScopedAdmin):
    """Read only. Who brought it is told: it is they who answer for it."""

    verb = "import"
    person = "user"
    list_display = ("at", "institution", "user", "state", "failure", "size", "attempts")
    list_filter = (by_period("at"), "state")
    list_select_related = ("institution", "user")
    ordering = ("-at",)
    sortable_by = ()
    search_help_text = _("An identifier, or the beginning of the name or address of who brought it")
    fields = (
        *("id", "institution", "user", "state", "failure", "size", "seconds", "attempts", "next_try_at", "at"),
        *("statement", "statement_language", "stated_at"),
    )
    readonly_fields = fields

    @admin.display(description=_("size"))
    def size(self, obj: Import) -> str:
        return filesizeformat(obj.size_bytes)
