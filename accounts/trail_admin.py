"""The audit trail in the administration: searched, filtered, read out; never changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, trail_words
from accounts.admin_lists import by_period
from accounts.models import AuditEntry, AuditLink
from accounts.scoped_admin import ScopedAdmin, actor_of
from accounts.trail.content import COLUMNS, content_of
from accounts.trail.export import FORMATS, stream
from accounts.trail.search import matching


@admin.register(AuditEntry)
class AuditEntryAdmin(ScopedAdmin):
    verb = "audit"
    list_display = ("when", "what_and_why", "who_and_how", "institution", "target")
    list_filter = (by_period("at"), "actor_kind")
    linked_by = ("target_type", "target_id", "request_id", "actor")  # the history of a row, a request, a person
    search_fields = ("pk",)  # `matching` searches
    search_help_text = gettext_lazy(
        "Words of an action, a code, the beginning of a name or an address, an institution, or an identifier"
    )
    ordering = ("-at",)
    sortable_by = ("when",)
    fields = (
        "at", "what", "who", "actor_kind", "assurance", "institution", "kind_of_object", "target_id", "reason",
        "details", "request", "place",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Persons and institutions that are gone are none, where asking for them would fail."""
        return super().get_queryset(request).select_related("actor", "institution")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return matching(queryset, search_term), False

    @admin.display(description=gettext_lazy("at"), ordering="at")
    def when(self, obj: AuditEntry) -> str:
        return date_format(timezone.localtime(obj.at), "d/m/Y H:i:s")

    @admin.display(description=gettext_lazy("what"))
    def what_and_why(self, obj: AuditEntry) -> str:
        return format_html("{}<br>{}", self.what(obj), obj.reason) if obj.reason else self.what(obj)

    @admin.display(description=gettext_lazy("who"))
    def who_and_how(self, obj: AuditEntry) -> str:
        return format_html("{}<br>{}", self.who(obj), obj.assurance) if obj.actor_id else self.who(obj)

    @admin.display(description=gettext_lazy("object"))
    def target(self, obj: AuditEntry) -> str:
        return format_html("{}<br>{}", self.kind_of_object(obj), obj.target_id)

    @admin.display(description=gettext_lazy("what"), ordering="verb")
    def what(self, obj: AuditEntry) -> str:
        return trail_words.told(trail_words.VERBS, obj.verb)

    @admin.display(description=gettext_lazy("kind of object"), ordering="target_type")
    def kind_of_object(self, obj: AuditEntry) -> str:
        return trail_words.told(trail_words.TARGETS, obj.target_type)

    @admin.display(description=gettext_lazy("who"), ordering="actor")
    def who(self, obj: AuditEntry) -> str:
        """By name while they are known here; the trail itself keeps an identifier."""
        if obj.actor:
            return str(obj.actor)
        return str(obj.actor_id) if obj.actor_id else obj.get_actor_kind_display()

    @admin.display(description=gettext_lazy("request"))
    def request(self, obj: AuditEntry) -> str:
        if not obj.request_id:
            return self.get_empty_value_display()
        place = f"{reverse('admin:accounts_auditentry_changelist')}?{urlencode({'request_id': str(obj.request_id)})}"
        return format_html('<a href="{}">{}</a>', place, obj.request_id)

    @admin.display(description=gettext_lazy("place in the chain"))
    def place(self, obj: AuditEntry) -> str:
        """And whether the entry is what was chained, now."""
        link = AuditLink.objects.filter(entry_id=obj.pk).first()
        if link is None:
            return _("none yet")
        is_intact = content_of({name: getattr(obj, name) for name in COLUMNS}) == bytes(link.content)
        words = _("%(place)d: as it was written") if is_intact else _("%(place)d: not what was written")
        return words % {"place": link.position}

    # Reading out

    def get_urls(self) -> list[URLPattern]:
        read_out = self.admin_site.admin_view(self.read_out)
        return [path("export/<str:file_format>/", read_out, name="accounts_auditentry_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"asked": request.GET.urlencode(), **(extra_context or {})})

    def read_out(self, request: HttpRequest, file_format: str) -> StreamingHttpResponse:
        """What the list shows with these filters, on all its pages."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if file_format not in FORMATS:
            raise Http404
        entries = self.get_changelist_instance(request).get_queryset(request)
        asked = ",".join(sorted(request.GET))[:200]
        audit.record("audit.exported", actor=actor_of(request), target=actor_of(request), format=file_format, by=asked)
        answer = StreamingHttpResponse(
            stream(entries, FORMATS[file_format]), content_type=FORMATS[file_format].content_type
        )
        day = timezone.localdate().isoformat()
        answer["Content-Disposition"] = f'attachment; filename="journal-d-audit-{day}.{file_format}"'
        return answer
