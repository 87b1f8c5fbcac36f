"""What figures are reckoned with, in the administration: licences of former tools, costs, assumptions."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet

from accounts.models import Institution
from accounts.scoped_admin import ScopedAdmin
from governance.models import Assumptions, FormerTool, OperatingCost


@admin.register(FormerTool)
class FormerToolAdmin(ScopedAdmin):
    verb = "former-tool"
    list_display = ("institution", "tool", "licences", "agents", "given_up_on", "yearly_price")
    list_filter = ("tool",)
    list_select_related = ("institution",)
    search_fields = ("institution__label", "institution__siret")
    ordering = ("institution__label", "tool", "pk")
    fields = ("institution", "tool", "licences", "agents", "given_up_on", "yearly_price")


class OfThePlatform(ScopedAdmin):
    """For its administrators, by `roles.PERMISSIONS`: rows are of no institution."""

    def within(self, institutions: QuerySet[Institution]) -> Q:
        return Q(pk__in=[])


@admin.register(OperatingCost)
class OperatingCostAdmin(OfThePlatform):
    verb = "operating-cost"
    list_display = ("year", "hosting", "support", "other")
    ordering = ("-year",)
    fields = ("year", "hosting", "support", "other")


@admin.register(Assumptions)
class AssumptionsAdmin(OfThePlatform):
    verb = "assumptions"
    list_display = ("euros", "for_users", "storage_limit_gb")
    list_display_links = ("euros", "for_users")
    ordering = ("pk",)
    fields = ("euros", "for_users", "source", "storage_limit_gb")
