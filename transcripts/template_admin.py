"""Templates of minutes in the administration: a file is given, looked into, tried, and replaced by the next one."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin import RowForm, ScopedAdmin
from transcripts.exports import FORMATS, export
from transcripts.exports.sample import sample
from transcripts.exports.template import MAX_BYTES, TemplateRefused, check
from transcripts.models import ExportTemplate

REFUSED = {
    "too-large": _("This file is larger than 2 MB, or unpacks to more than it should."),
    "not-word": _("This is no Word document (.docx) that can be read. Word saves templates (.dotx) as documents, too."),
    "runs": _("This document has macros or other files in it. Save it as a document without them (.docx)."),
    "fetches": _(
        "This document takes pictures, a template or data from elsewhere: whoever opened minutes would tell that place "
        "so. Put them into the document itself."
    ),
}


class TemplateForm(RowForm):
    file = forms.FileField(
        label=_("Word document"),
        help_text=_(
            "A document (.docx) with your page, styles, head and foot. What its page says comes before the minutes."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
    )

    class Meta:
        model = ExportTemplate
        fields = ("institution",)

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        content = file.read(MAX_BYTES + 1)
        try:
            check(content)
        except TemplateRefused as refused:
            raise forms.ValidationError(REFUSED[refused.code], code=refused.code) from refused
        self.instance.content, self.instance.digest = content, hashlib.sha256(content).hexdigest()
        self.instance.file_name = PurePath(file.name or "").name[:100]
        return file


@admin.register(ExportTemplate)
class ExportTemplateAdmin(ScopedAdmin):
    verb = "template"
    form = TemplateForm
    list_display = ("institution", "file_name", "set_at")
    list_select_related = ("institution",)
    search_fields = ("institution__label", "file_name")
    ordering = ("institution__label",)
    readonly_fields = ("file_name", "set_at", "digest", "example")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("content")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("institution", "file")
        given = ("file",) if self.has_change_permission(request, obj) else ()
        return ("institution", *given, *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("institution", *self.readonly_fields) if obj else ()

    @admin.display(description=_("example"))
    def example(self, obj: ExportTemplate) -> SafeString:
        address = reverse("admin:transcripts_exporttemplate_example", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', address, _("Minutes of nobody, written in this template"))

    def get_urls(self) -> list[Any]:
        own = path(
            "<int:pk>/example/", self.admin_site.admin_view(self.download), name="transcripts_exporttemplate_example"
        )
        return [own, *super().get_urls()]

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(self.get_queryset(request).select_related("institution"), pk=pk)
        content = export(sample(str(found.institution), bytes(found.content)), "docx")
        headers = {"Content-Disposition": 'attachment; filename="exemple.docx"'}
        return HttpResponse(content, content_type=FORMATS["docx"].content_type, headers=headers)
