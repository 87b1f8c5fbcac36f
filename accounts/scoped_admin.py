"""The base of every page of the administration: one sees and changes what one's roles cover, and it leaves a trace."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import audit, roles
from accounts.admin_actions import Act, Obstacle, respond
from accounts.admin_lists import BoundedPaginator, found_by
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


def _is_platform_admin(request: HttpRequest) -> bool:
    """By the query that let them in."""
    return any(role == roles.Role.PLATFORM_ADMIN for role, _institution in actor_of(request).held)


def _institutions_where(request: HttpRequest, permission: str) -> QuerySet[Institution]:
    """As that of `roles`, in one query for each request."""
    known: dict[str, QuerySet[Institution]] = request.__dict__.setdefault("institutions_where", {})
    if permission not in known:
        held = actor_of(request).held
        named = {pk for role, pk in held if pk is not None and permission in roles.PERMISSIONS[role]}
        known[permission] = Institution.objects.filter(pk__in=roles.with_descendants(named))
    return known[permission].all()


class ScopedAdmin(RowAdmin):
    scope: ClassVar[str] = "institution"  # the path from the row to its institution; "" when it is one
    verb: ClassVar[str]  # of the trail: "policy" makes "policy.changed"
    added: ClassVar[str] = "added"
    deleted: ClassVar[str] = "deleted"
    linked_by: ClassVar[tuple[str, ...]] = ()  # columns by which pages of ours point into this list
    person: ClassVar[str | None] = None  # found by identifier, and by this column's person unless it is ""
    acts: ClassVar[tuple[Act, ...]] = ()  # done after a page that asks
    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would be a count of the whole table
    paginator = BoundedPaginator

    # What is covered

    def _covered(self, request: HttpRequest, verb: str) -> QuerySet[Any]:
        everything = super().get_queryset(request)
        if _is_platform_admin(request):
            return everything
        return everything.filter(self.within(_institutions_where(request, self._permission(verb))))

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
        offered = {question for name in self.list_filter for question in self._questions(name)}
        if self.date_hierarchy:
            offered |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        return (lookup in offered or lookup in self.linked_by) and "\0" not in str(value)

    def _questions(self, name: Any) -> tuple[str, ...]:
        """Those of the links of a filter."""
        if not isinstance(name, str):
            return (name.parameter_name,)
        column = self.opts.get_field(name)
        if not isinstance(column, models.DateField):
            return (f"{name}__exact",)
        return (f"{name}__gte", f"{name}__lt", *((f"{name}__isnull",) if column.null else ()))

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
        if not _is_platform_admin(request):
            institutions = _institutions_where(request, self._permission("add")) | _institutions_where(
                request, self._permission("change")
            )
            model = db_field.related_model
            path = "pk__in" if model is Institution else "institution__in"
            kwargs["queryset"] = model.objects.filter(**{path: institutions})
        if db_field.name in self.raw_id_fields:
            kwargs["widget"] = NamelessRawIdWidget(db_field.remote_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[return-value]

    # How rows are found and told

    def get_search_fields(self, request: HttpRequest) -> Any:
        return self.search_fields if self.person is None else ("pk",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Of long lists: by what has an index. Django looks for each word anywhere in each column."""
        if self.person is None or not search_term:
            return super().get_search_results(request, queryset, search_term)
        return found_by(queryset, search_term, self.person), False

    @admin.display(description=_("institution"))
    def its_institution(self, obj: Any) -> str:
        """At the end of `scope`, which `list_select_related` should have loaded."""
        row = obj
        for name in self.scope.split("__"):
            row = getattr(row, name)
            if row is None:
                return self.get_empty_value_display()
        return str(row)

    def named(self, obj: Any) -> str:
        """On pages that ask before they act. No title and no name of a person, where the list shows none."""
        return f"{self.opts.verbose_name} {obj}"

    # What is done, besides changing

    def acts_for(self, request: HttpRequest) -> list[Act]:
        return [act for act in self.acts if self._may(request, act.permission, None)]

    def actionable(self, request: HttpRequest, permission: str) -> QuerySet[Any]:
        """What one both sees and may act upon."""
        return self.get_queryset(request).filter(pk__in=self._covered(request, permission).values("pk"))

    def ready_to_act(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With what `Act.effect` asks about."""
        related = self.list_select_related
        return rows.select_related(*related) if isinstance(related, (list, tuple)) else rows

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if IS_POPUP_VAR in request.GET:
            return {}
        return {act.name: (act, act.name, act.label) for act in self.acts_for(request)}

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        chosen = [act for act in self.acts_for(request) if act.name == request.POST.get("action")]
        return respond(self, request, chosen[0]) if chosen else super().response_action(request, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """With buttons of what can be done now."""
        original = context.get("original")
        context["acts"] = self._acts_on(request, original) if original else []
        return super().render_change_form(request, context, *args, **kwargs)

    def _acts_on(self, request: HttpRequest, obj: Any) -> list[Act]:
        possible = []
        for act in self.acts_for(request):
            if self._may(request, act.permission, obj):
                with suppress(Obstacle):
                    act.effect(obj)
                    possible.append(act)
        return possible

    # Titles: Django's put the name of the table into a sentence, which French does not bear

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        title = capfirst(str(self.opts.verbose_name))
        return super().changeform_view(request, object_id, form_url, {"title": title, **(extra_context or {})})

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
