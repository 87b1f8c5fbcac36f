"""On pages of the apps below: who opened these minutes for a reason."""

from __future__ import annotations

from django import template
from django.db.models import QuerySet

from governance.models import Access
from meetings.models import Recording

register = template.Library()


@register.simple_tag
def accesses_to(recording: Recording) -> QuerySet[Access]:
    """The newest first. One query."""
    found: QuerySet[Access] = recording.accesses.select_related("by_institution").order_by("-opened_at", "pk")
    return found
