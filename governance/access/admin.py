"""Reasoned access in the administration: asked for, read, ended; and the list of those of one's institutions."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_lists import by_period
from accounts.scoped_admin import RowForm, ScopedAdmin, actor_of
from governance.access import actions
from governance.models import Access
from transcripts.reader.parts import Asked, read_part

_IDENTIFIER = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class AccessForm(RowForm):
    """`actor` is set by `AccessAdmin.get_form`."""

    actor: Any = None
    address = forms.CharField(
        label=gettext_lazy("Address of the minutes"),
        max_length=300,
        help_text=gettext_lazy("As the person gave it to you, or the identifier of the recording in the audit trail."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Access
        fields = ("reason", "words")
        widgets: ClassVar[dict[str, Any]] = {"words": forms.TextInput(attrs={"class": "vTextField", "maxlength": 300})}

    def clean_address(self) -> UUID:
        found = _IDENTIFIER.search(self.cleaned_data["address"])
        try:
            return actions.find(UUID(found[0]) if found else UUID(int=0), actor=self.actor).pk
        except actions.NotOpened as error:
            raise ValidationError(_("No finished minutes of your institutions have this address.")) from error


@admin.register(Access)
class AccessAdmin(ScopedAdmin):
    verb, added, form = "access", "opened", AccessForm
    list_display = ("opened_at", "who", "why", "institution", "meeting_held", "reading")
    list_select_related = ("by", "institution", "by_institution", "meeting")
    list_filter = (by_period("opened_at"), "reason")
    search_fields = ("=id",)
    ordering = ("-opened_at",)
    readonly_fields = ("opened_at", "who", "institution", "meeting_held", "until", "ended_at", "reading")

    def get_fields(self, request: HttpRequest, obj: Access | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("address", "reason", "words")
        return ("reason", "words", *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Access | None = None) -> tuple[str, ...]:
        return self.readonly_fields if obj else ()

    def get_form(self, request: HttpRequest, obj: Access | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:  # read only: there is no form
            return super().get_form(request, obj, change, **{**kwargs, "form": RowForm})
        return type("AccessForm", (AccessForm,), {"actor": actor_of(request)})

    def save_model(self, request: HttpRequest, obj: Access, form: RowForm, change: bool) -> None:
        given = form.cleaned_data
        opened = actions.open_minutes(
            given["address"], actor=actor_of(request), reason=given["reason"], words=given["words"]
        )
        obj.pk = opened.pk

    def response_add(self, request: HttpRequest, obj: Access, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:governance_access_read", args=[obj.pk]))

    @admin.display(description=gettext_lazy("who"))
    def who(self, obj: Access) -> str:
        return ", ".join(str(one) for one in (obj.by, obj.get_role_display(), obj.by_institution) if one)

    @admin.display(description=gettext_lazy("reason"))
    def why(self, obj: Access) -> str:
        return format_html("{}<br>{}", obj.get_reason_display(), obj.words)

    @admin.display(description=gettext_lazy("meeting that was held"))
    def meeting_held(self, obj: Access) -> str:
        """By its identifier: a list of titles would be content."""
        return str(obj.meeting_id)

    @admin.display(description=gettext_lazy("reading"))
    def reading(self, obj: Any) -> str:
        """A link for whoever opened it, as long as it lasts."""
        if not obj.is_open:
            return _("over")
        if not obj.is_theirs:
            return _("open until %(end)s") % {"end": time_format(timezone.localtime(obj.until))}
        place = reverse("admin:governance_access_read", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', place, _("Read the minutes"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        theirs = Coalesce(Q(by=actor_of(request)), Value(value=False), output_field=BooleanField())
        found: QuerySet[Any] = super().get_queryset(request).annotate(is_theirs=theirs)
        return found

    # The minutes themselves

    def get_urls(self) -> list[URLPattern]:
        read, end = (self.admin_site.admin_view(view) for view in (self.read, self.end))
        return [
            path("<uuid:object_id>/read/", read, name="governance_access_read"),
            path("<uuid:object_id>/end/", end, name="governance_access_end"),
            *super().get_urls(),
        ]

    def read(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        typed = request.GET.get("after", "")
        after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
        try:
            access, transcription = actions.read(object_id, actor=actor_of(request), after=after)
        except actions.NotOpened as error:
            raise Http404 from error
        context = {
            **self.admin_site.each_context(request),
            "title": _("Minutes, read for a reason"),
            "opts": self.opts,
            "access": access,
            "recording": transcription.recording,
            "part": read_part(transcription, Asked(after=after)),
        }
        answer = TemplateResponse(request, "admin/governance/access/read.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    def end(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            actions.end(object_id, actor=actor_of(request))
        except actions.NotOpened as error:
            raise Http404 from error
        messages.success(request, _("The access is over."))
        return HttpResponseRedirect(reverse("admin:governance_access_changelist"))
