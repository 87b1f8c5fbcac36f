"""Purposes of recordings, in the administration. A text that was changed is a new version: old ones stay as shown."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import audit, roles
from accounts.scoped_admin import ScopedAdmin, actor_of
from meetings.models import Purpose

TEXTS = ("label_fr", "text_fr", "label_en", "text_en")
KEPT = ("legal_basis", "transcript", "picture", "retention_days")


@admin.register(Purpose)
class PurposeAdmin(ScopedAdmin):
    verb = "purpose"
    list_display = ("code", "version", "label_fr", "institution", "legal_basis", "retention_days", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("institution",)
    search_fields = ("code", "label_fr", "label_en", "institution__label")
    ordering = ("code", "institution__label", "-version")
    empty_value_display = _("the platform")
    fieldsets = (
        (None, {"fields": ("institution", "code", "version", "is_active")}),
        (_("What people read"), {"fields": TEXTS}),
        (_("What is kept"), {"fields": KEPT}),
    )

    def _covered(self, request: HttpRequest, verb: str) -> QuerySet[Any]:
        """The platform's own may be read by all who have purposes to write."""
        covered = super()._covered(request, verb)
        return covered | self.model.objects.filter(institution=None) if verb == "view" else covered

    def get_readonly_fields(self, request: HttpRequest, obj: Purpose | None = None) -> tuple[str, ...]:
        return ("institution", "code", "version") if obj else ("version",)

    def has_change_permission(self, request: HttpRequest, obj: Purpose | None = None) -> bool:
        """The newest version only: what was shown is not changed."""
        return super().has_change_permission(request, obj) and (obj is None or not _newer_than(obj).exists())

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        """Only the platform's administrators write for everybody."""
        form: type[ModelForm[Any]] = super().get_form(request, obj, change, **kwargs)
        if "institution" in form.base_fields and not roles.is_platform_admin(request.user):
            form.base_fields["institution"].required = True
        return form

    def save_model(self, request: HttpRequest, obj: Purpose, form: Any, change: bool) -> None:
        if set(form.changed_data) - {"is_active"} or not change:
            obj.pk, obj.version = None, _next_version(obj)
            obj._state.adding = True  # noqa: SLF001 -- a copy: what was shown stays as it is
        with transaction.atomic():
            obj.save()
            verb = "purpose.changed" if change else "purpose.added"
            audit.record(verb, actor=actor_of(request), target=obj, **self.details(obj, form), version=obj.version)


def _newer_than(purpose: Purpose) -> QuerySet[Purpose]:
    same = Purpose.objects.filter(institution=purpose.institution_id, code=purpose.code)
    return same.filter(version__gt=purpose.version)


def _next_version(purpose: Purpose) -> int:
    same = Purpose.objects.filter(institution=purpose.institution_id, code=purpose.code)
    newest = same.order_by("-version").values_list("version", flat=True).first()
    return (newest or 0) + 1
