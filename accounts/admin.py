"""Institutions, people, their roles and their invitations, in the administration."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import admissions, roles, trail_admin  # noqa: F401 -- the trail has pages of its own
from accounts.models import AccountInvitation, Institution, RoleGrant, User
from accounts.scoped_admin import RowForm, ScopedAdmin, actor_of


class InstitutionForm(RowForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        above = cleaned.get("parent")
        while above is not None:
            if above.pk == self.instance.pk and self.instance.pk:
                raise ValidationError({"parent": _("An institution is not below itself.")})
            above = above.parent
        return cleaned


@admin.register(Institution)
class InstitutionAdmin(ScopedAdmin):
    scope, verb, form = "", "institution", InstitutionForm
    list_display = ("label", "siret", "parent", "is_open")
    list_select_related = ("parent",)
    list_filter = ("is_open",)
    search_fields = ("label", "siret")
    ordering = ("label", "siret")
    fields = ("siret", "label", "parent", "is_open")

    def get_readonly_fields(self, request: HttpRequest, obj: Institution | None = None) -> tuple[str, ...]:
        if not roles.is_platform_admin(request.user):
            return ("siret", "label", "parent")
        return ("siret",) if obj else ()


@admin.register(User)
class UserAdmin(ScopedAdmin):
    verb = "account"
    list_display = ("usual_name", "given_name", "email", "institution", "source", "is_active")
    list_display_links = ("usual_name", "given_name")
    list_select_related = ("institution",)
    list_filter = ("source", "is_active")
    search_help_text = gettext_lazy("An identifier, or the beginning of names or of the address")
    ordering = ("usual_name", "given_name", "pk")
    sortable_by = ()
    fields = (
        "given_name", "usual_name", "email", "institution", "source", "idp_id", "roles", "created_at", "last_login",
        "is_active",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name != "is_active")  # the rest is the provider's to say

    def within(self, institutions: QuerySet[Institution]) -> Q:
        """Externals have no institution: they answer to the one that invited them."""
        return super().within(institutions) | Q(institution=None, account_invitation__institution__in=institutions)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody shuts themselves out, and who administers the platform answers to their peers only."""
        if obj is not None and obj.pk == request.user.pk:
            return False
        if obj is not None and roles.is_platform_admin(obj) and not roles.is_platform_admin(request.user):
            return False
        return super().has_change_permission(request, obj)


class GivesRoles(ScopedAdmin):
    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role" and not roles.is_platform_admin(request.user):
            blank = [("", _("none: an external"))] if db_field.blank else []
            kwargs["choices"] = blank + [(role.value, role.label) for role in roles.GIVEN_BY_INSTITUTIONS]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class RoleGrantForm(RowForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_platform = cleaned.get("role") == RoleGrant.Role.PLATFORM_ADMIN
        if "role" in cleaned and is_platform == bool(cleaned.get("institution")):
            raise ValidationError(
                {
                    "institution": _("A platform administrator has no institution.")
                    if is_platform
                    else _("This role is held over an institution.")
                }
            )
        return cleaned


@admin.register(RoleGrant)
class RoleGrantAdmin(GivesRoles):
    verb, added, deleted, form = "role", "granted", "withdrawn", RoleGrantForm
    list_display = ("user", "role", "institution", "granted_by", "granted_at")
    list_select_related = ("user", "institution", "granted_by")
    list_filter = ("role",)
    search_fields = ("user__usual_name", "user__given_name", "user__email")
    ordering = ("user__usual_name", "pk")
    fields = ("user", "role", "institution")
    raw_id_fields = ("user",)

    def has_delete_permission(self, request: HttpRequest, obj: RoleGrant | None = None) -> bool:
        """One's own are withdrawn by somebody else: there is always one administrator left."""
        return (obj is None or obj.user_id != request.user.pk) and super().has_delete_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user" and field and field.queryset is not None:
            field.queryset = field.queryset.exclude(pk=request.user.pk)  # nobody gives themselves a role
        return field

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: RowForm, change: bool) -> None:
        obj.granted_by = actor_of(request)
        super().save_model(request, obj, form, change)

    def details(self, obj: RoleGrant, form: RowForm | None) -> dict[str, str]:
        return {"role": obj.role, "to": str(obj.user_id), "over": str(obj.institution_id or "")}


class AccountInvitationForm(RowForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            email = str(cleaned.get("email", "")).lower()
            admissions.check(
                AccountInvitation(email=email, role=cleaned["role"], institution=cleaned.get("institution"))
            )
        return cleaned


@admin.register(AccountInvitation)
class AccountInvitationAdmin(GivesRoles):
    verb, deleted, form = "account", "invitation-withdrawn", AccountInvitationForm
    list_display = ("email", "role", "institution", "invited_by", "created_at", "expires_at", "used_at")
    list_select_related = ("institution", "invited_by")
    search_fields = ("email",)
    ordering = ("-created_at",)
    fields = ("email", "role", "institution")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and not roles.is_platform_admin(request.user):
            field.required = True  # externals too are invited by an institution
        return field

    def save_model(self, request: HttpRequest, obj: AccountInvitation, form: RowForm, change: bool) -> None:
        obj.email = obj.email.lower()
        admissions.give(obj, actor=actor_of(request))
        transaction.on_commit(lambda: self._send(request, obj))

    def _send(self, request: HttpRequest, obj: AccountInvitation) -> None:
        try:
            admissions.send(obj)
        except (OSError, SMTPException):
            self.message_user(request, _("The message could not be sent: invite again later."), messages.ERROR)
