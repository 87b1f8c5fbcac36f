"""Legal holds, in the administration: placed and lifted, each with a reason and a confirmation of what it does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import roles
from accounts.scoped_admin import NamelessRawIdWidget, RowForm, ScopedAdmin, actor_of
from governance.erasure import holds
from governance.models import LegalHold


class HoldForm(RowForm):
    """Says first what it would hold; places it once that is confirmed."""

    sure = forms.BooleanField(label=gettext_lazy("I have read what this does"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        self._require_one_place(given)
        if not given.get("sure"):
            count = holds.would_cover(
                given["institution"], *(given.get(name) for name in ("recording", "room", "person"))
            )
            words = ngettext(
                "Nothing of %(count)d recording will be erased as long as this lasts. Tick the box to place it.",
                "Nothing of %(count)d recordings will be erased as long as this lasts. Tick the box to place it.",
                count,
            )
            raise ValidationError({"sure": words % {"count": count}})
        return given

    def _require_one_place(self, given: dict[str, Any]) -> None:
        on = [given[name] for name in ("recording", "room", "person") if given.get(name)]
        if len(on) > 1:
            raise ValidationError(_("A hold is on one recording, one room or one person: place several if need be."))
        if not all(holds.is_of(given["institution"], one) for one in on):
            raise ValidationError(_("That is not of this institution."))


class LiftForm(RowForm):
    lifted_because = forms.CharField(
        label=gettext_lazy("Why it is lifted"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Lift it: what it held and whose time has come is erased within a day")
    )


@admin.register(LegalHold)
class LegalHoldAdmin(ScopedAdmin):
    verb, added = "hold", "placed"
    list_display = ("placed_at", "institution", "on", "until", "placed_by", "lifted_at")
    list_select_related = ("institution", "placed_by")
    list_filter = ("placed_at", "until")
    date_hierarchy = "placed_at"
    search_fields = ("=id", "=recording__id", "=room__id", "=person__id")
    ordering = ("-placed_at",)
    raw_id_fields = ("recording", "room", "person")
    placing = ("institution", "recording", "room", "person", "reason", "until", "is_told")
    placed = (*placing, "placed_by", "placed_at")
    lifted = (*placed, "lifted_by", "lifted_at", "lifted_because")

    @admin.display(description=gettext_lazy("what is held"))
    def on(self, obj: LegalHold) -> str:
        return {
            "recording": _("a recording"),
            "room": _("a room"),
            "person": _("a person"),
            "institution": _("the whole institution"),
        }[holds.kind_of(obj)]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = (
            LiftForm if obj and obj.lifted_at is None and self.has_change_permission(request, obj) else HoldForm
        )
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: LegalHold | None = None) -> tuple[str, ...]:
        if obj is None:
            return (*self.placing, "sure")
        if obj.lifted_at or not self.has_change_permission(request, obj):
            return self.lifted
        return (*self.placed, "lifted_because", "sure")

    def get_readonly_fields(self, request: HttpRequest, obj: LegalHold | None = None) -> tuple[str, ...]:
        return () if obj is None else self.lifted if obj.lifted_at else self.placed

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.lifted_at is None)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> ModelChoiceField[Any]:
        institutions = roles.institutions_where(request.user, self._permission("add"))
        paths = {"recording": "meeting__room__institution__in", "room": "institution__in", "person": "institution__in"}
        if db_field.name not in paths:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        rows = db_field.related_model.objects.filter(**{paths[db_field.name]: institutions})
        widget = NamelessRawIdWidget(db_field.remote_field, self.admin_site)
        return ModelChoiceField(rows, required=False, label=capfirst(db_field.verbose_name), widget=widget)

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:
        actor = actor_of(request)
        if change:
            return holds.lift(obj, because=form.cleaned_data["lifted_because"], actor=actor)
        given = {name: form.cleaned_data[name] for name in self.placing}
        obj.pk = holds.place(given.pop("institution"), **given, actor=actor).pk
