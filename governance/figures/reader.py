"""Who reads figures, and of which institutions. Every page asks through it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import Institution, RoleGrant, User
from accounts.scoped_admin import actor_of
from governance.figures import months


@dataclass(frozen=True, slots=True)
class Reader:
    user: User
    institutions: QuerySet[Institution]  # all that the role covers
    chosen: Institution | None
    month: date
    own: frozenset[int]  # administered by name: their figures are told whole, however few people there are

    @property
    def asked(self) -> QuerySet[Institution]:
        return Institution.objects.filter(pk=self.chosen.pk) if self.chosen else self.institutions

    @property
    def is_of_the_platform(self) -> bool:
        return roles.is_platform_admin(self.user)


class Choice(forms.Form):
    institution = forms.ModelChoiceField(
        Institution.objects.none(), required=False, label=_("Institution"), empty_label=_("All of them")
    )
    mois = forms.ChoiceField(required=False, label=_("Month"))

    def __init__(self, *args: Any, institutions: QuerySet[Institution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions.order_by("label", "siret")  # type: ignore[attr-defined]
        latest = reversed(months.last(months.FIRST_COUNT))
        self.fields["mois"].choices = [  # type: ignore[attr-defined]
            ("", _("The current one")),
            *((f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in latest),
        ]

    @cached_property
    def month(self) -> date:
        said = self.cleaned_data["mois"]
        return date.fromisoformat(f"{said}-01") if said else months.current()


def reader_of(request: HttpRequest, permission: str) -> tuple[Reader, Choice]:
    """Raises Http404: for who may not read it, and for institutions that are unknown or not theirs."""
    user = actor_of(request)
    if not user.has_perm(permission):
        raise Http404
    institutions = roles.institutions_where(user, permission)
    form = Choice(request.GET, institutions=institutions)
    if "%00" in request.GET.urlencode() or not form.is_valid():
        raise Http404
    named = RoleGrant.objects.filter(user=user, role=RoleGrant.Role.INSTITUTION_ADMIN)
    own = frozenset(named.values_list("institution_id", flat=True))
    reader = Reader(user, institutions, form.cleaned_data["institution"], form.month, frozenset(filter(None, own)))
    return reader, form
