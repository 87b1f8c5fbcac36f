"""Requests in the administration: a list to search and filter, which leads to the workbench."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin import ScopedAdmin
from governance.models import PersonRequest


@admin.register(PersonRequest)
class PersonRequestAdmin(ScopedAdmin):
    verb = "person-request"
    list_display = ("reference", "kind", "institution", "received_on", "due_on", "state", "handler")
    list_select_related = ("institution", "handler")
    list_filter = ("state", "kind", "channel", "received_on")
    search_fields = ("contact_email", "contact_name", "=number")
    date_hierarchy = "received_on"
    ordering = ("-received_on", "-number")
    fields = list_display
    readonly_fields = list_display

    def _covered(self, request: HttpRequest, verb: str) -> QuerySet[Any]:
        """By being an officer alone: an administrator of the platform who is one sees those of their institutions."""
        return super(ScopedAdmin, self).get_queryset(request) & PersonRequest.objects.visible_to(request.user)

    @admin.display(description=_("reference"), ordering="number")
    def reference(self, obj: PersonRequest) -> str:
        return obj.reference

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The file of a request is a page of the workbench, which says who may open it."""
        return redirect("dpo_request", object_id)
