"""Recordings and their videos in the administration: how they go, never who spoke. What is stuck is tried again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_actions import Act, Obstacle
from accounts.admin_lists import by_period
from accounts.scoped_admin import ScopedAdmin
from meetings.errors import NotAllowed, NothingWaits, NotRecording
from meetings.models import Composition, Recording, RecordingPart
from meetings.pictures import actions as videos
from meetings.recordings.retries import try_now, waiting_parts
from meetings.recordings.stopping import stop_as_administrator

if TYPE_CHECKING:
    Parts = admin.TabularInline[RecordingPart, Recording]
else:  # Django's own class is not generic
    Parts = admin.TabularInline


def stopping(recording: Recording) -> str:
    if recording.status != Recording.Status.ACTIVE:
        raise Obstacle(_("it does not go on any more"))
    there = recording.meeting.participations.filter(left_at=None).count()
    return _("people in the meeting, who will be told: %(count)s; what was recorded is stored") % {"count": there}


def storing(recording: Recording) -> str:
    parts = list(waiting_parts(recording))
    if not parts:
        raise Obstacle(_("nothing of it waits"))
    nodes = ", ".join(sorted({part.node for part in parts}))
    attempts = max(part.attempts for part in parts)
    values = {"parts": len(parts), "nodes": nodes, "attempts": attempts}
    return _("parts that wait: %(parts)s, on %(nodes)s, after %(attempts)s attempts") % values


class PartsInline(Parts):
    """Of a recording that one may see."""

    model = RecordingPart
    fields = ("node", "state", "started_at", "ended_at", "attempts", "next_try_at", "failing_since", "failure")
    readonly_fields = fields
    can_delete = False
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Recording)
class RecordingAdmin(ScopedAdmin):
    scope = "meeting__room__institution"
    verb = "recording"
    person = ""
    list_display = ("started_at", "its_institution", "status", "stopped_at", "purpose", "failure")
    list_filter = (by_period("started_at"), "status")
    list_select_related = ("meeting__room__institution", "purpose")
    ordering = ("-started_at",)
    sortable_by = ()
    search_help_text = gettext_lazy("An identifier")
    fields = (
        *("id", "its_institution", "status", "started_at", "ends_by", "stopped_at", "stop_reason", "failure"),
        *("purpose", "for_minutes", "readers", "kept"),
    )
    readonly_fields = fields
    inlines = (PartsInline,)
    acts = (
        Act(
            name="stop",
            label=gettext_lazy("Stop the recording"),
            explained=gettext_lazy(
                "The meeting goes on. Everybody in it is told that the administration stopped the recording; what was "
                "recorded until now is kept, for the purpose that people agreed to."
            ),
            effect=stopping,
            do=stop_as_administrator,
            refusals=(NotAllowed, NotRecording),
        ),
        Act(
            name="store",
            label=gettext_lazy("Try to store it now"),
            explained=gettext_lazy(
                "What waits on the disks of media nodes is tried at once, instead of at its next turn. Nothing is lost "
                "if it fails again."
            ),
            effect=storing,
            do=try_now,
            refusals=(NotAllowed, NothingWaits),
        ),
    )

    @admin.display(description=gettext_lazy("tracks kept"))
    def kept(self, obj: Recording) -> str:
        found = obj.tracks.aggregate(count=Count("pk"), size=Sum("size_bytes"))
        return f"{found['count']}, {filesizeformat(found['size'] or 0)}"


def cancelling(video: Composition) -> str:
    if video.state not in {Composition.State.QUEUED, Composition.State.RUNNING}:
        raise Obstacle(_("nothing is being made"))
    return _("%(percent)s %% are done; they are thrown away") % {"percent": round(video.progress * 100)}


def trying_again(video: Composition) -> str:
    if video.state not in videos.OVER:
        raise Obstacle(_("it has not failed"))
    if video.recording.status != Recording.Status.READY:
        raise Obstacle(_("its recording is not stored"))
    return _("it is made from its beginning, of those who agree now")


@admin.register(Composition)
class CompositionAdmin(ScopedAdmin):
    scope = "recording__meeting__room__institution"
    verb = "composition"
    person = ""
    list_display = ("created_at", "its_institution", "state", "layout", "percent", "attempts", "failure", "finished_at")
    list_filter = (by_period("created_at"), "state")
    list_select_related = ("recording__meeting__room__institution",)
    ordering = ("-created_at",)
    sortable_by = ()
    search_help_text = gettext_lazy("An identifier")
    fields = (
        *("id", "its_institution", "state", "layout", "container", "percent", "attempts", "failure"),
        *("created_at", "finished_at", "size"),
    )
    readonly_fields = fields
    acts = (
        Act(
            name="cancel",
            label=gettext_lazy("Cancel"),
            explained=gettext_lazy(
                "The video is not made. Whoever asked for it sees that it was cancelled, and may ask again."
            ),
            effect=cancelling,
            do=partial(videos.cancel, as_administrator=True),
            refusals=(NotAllowed,),
        ),
        Act(
            name="try-again",
            label=gettext_lazy("Try again"),
            explained=gettext_lazy("The video is made as it was asked for."),
            effect=trying_again,
            do=videos.try_again,
            refusals=(NotAllowed,),
        ),
    )

    @admin.display(description=gettext_lazy("done"))
    def percent(self, obj: Composition) -> str:
        return _("%(percent)s %%") % {"percent": round(obj.progress * 100)}

    @admin.display(description=gettext_lazy("size"))
    def size(self, obj: Composition) -> str:
        return filesizeformat(obj.size_bytes)
