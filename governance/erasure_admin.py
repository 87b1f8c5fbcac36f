"""Erasures with their proofs, tombstones, and what will go when: for reading alone."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import roles
from accounts.scoped_admin import ScopedAdmin
from governance import retention
from governance.models import Erasure, Tombstone

PERIODS = (7, 30, 90, 365)


class ReadOnlyAdmin(ScopedAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    verb = "erasure"
    change_list_template = "admin/governance/erasure/change_list.html"
    list_display = ("asked_at", "institution", "what", "reason", "state", "failure", "finished_at")
    list_select_related = ("institution",)
    list_filter = ("state", "what", "reason", "asked_at")
    date_hierarchy = "asked_at"
    search_fields = ("=id", "=recording__id")
    ordering = ("-asked_at",)
    fields = (
        "institution", "what", "reason", "mode", "recording_key", "subject", "asked_by", "asked_at", "state",
        "attempts", "next_attempt_at", "failure", "finished_at", "counts", "objects_gone", "proof_file",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=gettext_lazy("recording"))
    def recording_key(self, obj: Erasure) -> str | None:
        return str(obj.recording_id) if obj.recording_id else None

    @admin.display(description=gettext_lazy("rows that are gone, by kind"))
    def counts(self, obj: Erasure) -> str:
        return ", ".join(f"{name}: {count}" for name, count in sorted(obj.proof.get("counts", {}).items()))

    @admin.display(description=gettext_lazy("objects that are gone"))
    def objects_gone(self, obj: Erasure) -> Any:
        rows = obj.proof.get("objects", [])
        return _("%(objects)d objects, %(versions)d versions, %(bytes)d bytes") % {
            "objects": len(rows),
            "versions": sum(one["versions"] for one in rows),
            "bytes": sum(one["size_bytes"] for one in rows),
        }

    @admin.display(description=gettext_lazy("proof"))
    def proof_file(self, obj: Erasure) -> Any:
        if not obj.proof:
            return None
        link = reverse("admin:governance_erasure_proof", args=[obj.pk])
        return format_html('<a href="{}">{}</a><br><code>{}</code>', link, _("Download (JSON)"), obj.proof["sha256"])

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("a-venir/", self.admin_site.admin_view(self.coming), name="governance_erasure_coming"),
            path(
                "<uuid:erasure_id>/preuve.json", self.admin_site.admin_view(self.proof), name="governance_erasure_proof"
            ),
        ]
        return [*own, *super().get_urls()]

    def proof(self, request: HttpRequest, erasure_id: Any) -> HttpResponse:
        erasure = self.get_queryset(request).filter(pk=erasure_id).first()
        if not self.has_view_permission(request) or erasure is None or not erasure.proof:
            raise Http404
        response = HttpResponse(json.dumps(erasure.proof, indent=1), content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="preuve-effacement-{erasure.pk}.json"'
        return response

    def coming(self, request: HttpRequest) -> HttpResponse:
        """What goes when, of one's institutions; as a page, or as CSV."""
        if not self.has_view_permission(request):
            raise Http404
        days = _days(request.GET.get("jours", ""))
        institutions = roles.institutions_where(request.user, self._permission("view"))
        tallies = retention.tallies(institutions.order_by("label", "pk"), timezone.localdate() + timedelta(days))
        if request.GET.get("format") == "csv":
            return _as_csv(tallies)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What will be erased, and when"),
            "opts": self.opts,
            "tallies": tallies,
            "today": timezone.localdate(),
            "days": days,
            "periods": PERIODS,
            "held": sum(one.held for one in tallies),
        }
        return render(request, "admin/governance/erasure/coming.html", context)


def _days(typed: str) -> int:
    return int(typed) if typed in {str(one) for one in PERIODS} else PERIODS[1]


def _as_csv(tallies: list[retention.Tally]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="effacements-a-venir.csv"'
    response.write("\ufeff")  # spreadsheets take it for Latin-1 otherwise
    rows = csv.writer(response, delimiter=";")
    rows.writerow([_("Date"), _("SIRET"), _("Institution"), _("What"), _("Recordings"), _("On legal hold")])
    for one in tallies:
        name = str(one.institution)
        safe = f"'{name}" if name[:1] in "=+-@\t\r" else name
        rows.writerow([one.date.isoformat(), one.institution.siret, safe, one.what.label, one.count, one.held])
    return response


@admin.register(Tombstone)
class TombstoneAdmin(ReadOnlyAdmin):
    verb = "tombstone"
    list_display = ("at", "institution", "what", "reason", "erasure")
    list_select_related = ("institution",)
    list_filter = ("what", "reason", "at")
    date_hierarchy = "at"
    search_fields = ("=id", "=erasure", "=recording")
    ordering = ("-at",)
    fields = ("erasure", "institution", "what", "reason", "mode", "recording", "subject", "at", "counts", "sha256")
    readonly_fields = fields
