"""Media nodes in the administration: how they are, and drained after a page that says who is there."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.admin_actions import Act, Obstacle
from accounts.models import Institution
from accounts.scoped_admin import ScopedAdmin, actor_of
from meetings import placement
from meetings.errors import NotAllowed
from meetings.models import JanusNode, Meeting, Participation


def with_load(nodes: QuerySet[JanusNode]) -> QuerySet[JanusNode]:
    """With `meetings_now` and `people_now`."""
    going_on = Meeting.objects.filter(node=OuterRef("name"), ended_at=None).order_by()
    there = Participation.objects.filter(meeting__node=OuterRef("name"), meeting__ended_at=None, left_at=None)
    count = Count("*")
    return nodes.annotate(
        meetings_now=Coalesce(Subquery(going_on.values("node").annotate(count=count).values("count")), 0),
        people_now=Coalesce(
            Subquery(there.order_by().values("meeting__node").annotate(count=count).values("count")), 0
        ),
    )


def draining(node: JanusNode) -> str:
    """What it comes to."""
    if node.drains:
        raise Obstacle(_("it drains already"))
    others = JanusNode.objects.filter(drains=False, down_since=None).exclude(pk=node.pk).order_by("name")
    names = ", ".join(others.values_list("name", flat=True))
    where = _("new meetings go to %(names)s") % {"names": names} if names else str(NOWHERE)
    return f"{_load(node)}; {where}"


def taking_back(node: JanusNode) -> str:
    if not node.drains:
        raise Obstacle(_("it does not drain"))
    return _load(node)


NOWHERE = gettext_lazy("no other node is up: new meetings will come here all the same")


def _load(node: JanusNode) -> str:
    meetings = Meeting.objects.filter(node=node.pk, ended_at=None)
    people = Participation.objects.filter(meeting__in=meetings, left_at=None).count()
    return _("meetings that go on there: %(meetings)s, people in them: %(people)s") % {
        "meetings": meetings.count(),
        "people": people,
    }


@admin.register(JanusNode)
class JanusNodeAdmin(ScopedAdmin):
    """For administrators of the platform, by `roles.PERMISSIONS`. Rows come and go with the settings."""

    verb = "node"
    list_display = ("name", "is_up", "has_room", "drains", "meetings", "people", "capacity", "down_since", "seen_at")
    ordering = ("name",)
    fields = (
        "name",
        "capacity",
        "drains",
        "meetings",
        "people",
        "epoch",
        "down_since",
        "seen_at",
        "free",
        "disk_is_low",
    )
    readonly_fields = tuple(name for name in fields if name != "capacity")
    acts = (
        Act(
            name="drain",
            label=gettext_lazy("Drain"),
            explained=gettext_lazy(
                "New meetings go to other nodes. Those that go on there end in peace: nobody is cut off. When nobody "
                "is left, the node can be stopped. It can be taken back at any time."
            ),
            effect=draining,
            do=partial(placement.set_drains, drains=True),
            refusals=(NotAllowed,),
        ),
        Act(
            name="take-back",
            label=gettext_lazy("Take back"),
            explained=gettext_lazy("New meetings come to it again, as to the others."),
            effect=taking_back,
            do=partial(placement.set_drains, drains=False),
            refusals=(NotAllowed,),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[JanusNode]:
        return with_load(super().get_queryset(request))

    @admin.display(description=gettext_lazy("meetings now"))
    def meetings(self, obj: Any) -> int:
        return int(obj.meetings_now)

    @admin.display(description=gettext_lazy("people now"))
    def people(self, obj: Any) -> int:
        return int(obj.people_now)

    def within(self, institutions: QuerySet[Institution]) -> Q:
        return Q(pk__in=[])  # nodes are of none

    @admin.display(description=gettext_lazy("answers"), boolean=True)
    def is_up(self, obj: JanusNode) -> bool:
        return obj.down_since is None

    @admin.display(description=gettext_lazy("room to record"), boolean=True)
    def has_room(self, obj: JanusNode) -> bool:
        return not obj.disk_is_low

    @admin.display(description=gettext_lazy("free on its disk of recordings"))
    def free(self, obj: JanusNode) -> str | None:
        return None if obj.free_bytes is None else filesizeformat(obj.free_bytes)

    def save_model(self, request: HttpRequest, obj: JanusNode, form: Any, change: bool) -> None:
        """Only what was changed: the node may have gone down meanwhile."""
        obj.save(update_fields=form.changed_data)
        audit.record("node.changed", actor=actor_of(request), target=obj, **self.details(obj, form))
