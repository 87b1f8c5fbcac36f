"""The base of every page of the administration: one sees and changes what one's roles cover, and it leaves a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import audit, roles
from accounts.models import Institution, User

if TYPE_CHECKING:
    RowForm = ModelForm[Any]
    RowAdmin = admin.ModelAdmin[Any]
else:  # Django's own classes are not generic
    RowForm, RowAdmin = ModelForm, admin.ModelAdmin


class NamelessRawIdWidget(ForeignKeyRawIdWidget):
    """Django's shows the name of whatever identifier was typed, in the scope or not."""

    def label_and_url_for_value(self, value: Any) -> tuple[str, str]:
        return "", ""


def actor_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- the site let nobody else in
    return request.user


class ScopedAdmin(RowAdmin):
    scope: ClassVar[str] = "institution"  # the path from the row to its institution; "" when it is one
    verb: ClassVar[str]  # of the trail: "policy" makes "policy.changed"
    added: ClassVar[str] = "added"
    deleted: ClassVar[str] = "deleted"
    linked_by: ClassVar[tuple[str, ...]] = ()  # columns by which pages of ours point into this list
    actions = None
    list_per_page = 50
    show_full_result_count = False

    # What is covered

    def _covered(self, request: HttpRequest, verb: str) -> QuerySet[Any]:
        everything = super().get_queryset(request)
        if roles.is_platform_admin(request.user):
            return everything
        institutions = roles.institutions_where(request.user, self._permission(verb))
        return everything.filter(self.within(institutions))

    def within(self, institutions: QuerySet[Institution]) -> Q:
        return Q(**{f"{self.scope}__in" if self.scope else "pk__in": institutions})

    def _permission(self, verb: str) -> str:
        return f"{self.opts.app_label}.{verb}_{self.opts.model_name}"

    def _may(self, request: HttpRequest, verb: str, obj: models.Model | None) -> bool:
        user: User | AnonymousUser = request.user
        if not isinstance(user, User) or not user.has_perm(self._permission(verb)):
            return False
        return obj is None or self._covered(request, verb).filter(pk=obj.pk).exists()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self._covered(request, "view")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the list offers. Django lets an address ask about any column, hashes of passwords included."""
        offered = {question for name in self.list_filter for question in self._questions(str(name))}
        return (lookup in offered or lookup in self.linked_by) and "\0" not in str(value)

    def _questions(self, name: str) -> tuple[str, ...]:
        """Those of the links of a filter."""
        is_date = isinstance(self.opts.get_field(name), models.DateField)
        return (f"{name}__gte", f"{name}__lt") if is_date else (f"{name}__exact",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "delete", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "add", None)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> ModelChoiceField[Any]:
        """Only what one may refer to: institutions of one's scope, and their people."""
        if not roles.is_platform_admin(request.user):
            institutions = roles.institutions_where(request.user, self._permission("add")) | roles.institutions_where(
                request.user, self._permission("change")
            )
            model = db_field.related_model
            path = "pk__in" if model is Institution else "institution__in"
            kwargs["queryset"] = model.objects.filter(**{path: institutions})
        if db_field.name in self.raw_id_fields:
            kwargs["widget"] = NamelessRawIdWidget(db_field.remote_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[return-value]

    # What is traced: ours instead of Django's log, which keeps names

    def save_model(self, request: HttpRequest, obj: Any, form: RowForm, change: bool) -> None:
        obj.save()
        verb = f"{self.verb}.{'changed' if change else self.added}"
        audit.record(verb, actor=actor_of(request), target=obj, **self.details(obj, form))

    def details(self, obj: Any, form: RowForm | None) -> dict[str, str]:
        """Identifiers, states and names of fields: never a value that somebody typed."""
        return {"fields": ",".join(sorted(form.changed_data))} if form else {}

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        audit.record(f"{self.verb}.{self.deleted}", actor=actor_of(request), target=obj, **self.details(obj, None))
        obj.delete()

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        where = urlencode({"target_type": self.opts.label_lower, "target_id": object_id})
        return redirect(f"{reverse('admin:accounts_auditentry_changelist')}?{where}")
