"""Who minutes are shared with, in the administration: the kind, never the person nor the meeting. One can be ended."""

from __future__ import annotations

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_actions import Act, Obstacle
from accounts.admin_lists import by_period
from accounts.scoped_admin import ScopedAdmin
from meetings.models import RecordingShare
from transcripts.sharing import actions
from transcripts.sharing.errors import NotShared


def is_over(share: RecordingShare) -> bool:
    return bool(share.revoked_at or (share.expires_at and share.expires_at <= timezone.now()))


def with_whom(share: RecordingShare) -> str:
    home = share.recording.meeting.room.institution_id
    if share.user:
        return _("a person of the institution") if share.user.institution_id == home else _("a person elsewhere")
    if share.institution_id:
        return _("the institution") if share.institution_id == home else _("another institution")
    return _("whoever has the link")


def ending(share: RecordingShare) -> str:
    if is_over(share):
        raise Obstacle(_("it is over already"))
    return with_whom(share)


@admin.register(RecordingShare)
class RecordingShareAdmin(ScopedAdmin):
    scope = "recording__meeting__room__institution"
    verb = "minutes"
    person = ""
    list_display = ("at", "its_institution", "shared_with", "goes_on", "expires_at", "revoked_at")
    list_filter = (by_period("at"),)
    list_select_related = ("recording__meeting__room__institution", "user")
    ordering = ("-at",)
    sortable_by = ()
    search_help_text = gettext_lazy("An identifier")
    fields = ("id", "its_institution", "shared_with", "goes_on", "at", "expires_at", "revoked_at")
    readonly_fields = fields
    acts = (
        Act(
            name="end",
            label=gettext_lazy("End the sharing"),
            explained=gettext_lazy(
                "Whoever reads these minutes only because they were shared loses them at once: pages, search, sound "
                "and files. The organisers see it, and may share them again."
            ),
            effect=ending,
            do=actions.end_as_administrator,
            refusals=(NotShared,),
        ),
    )

    @admin.display(description=gettext_lazy("shared with"))
    def shared_with(self, obj: RecordingShare) -> str:
        return with_whom(obj)

    @admin.display(description=gettext_lazy("goes on"), boolean=True)
    def goes_on(self, obj: RecordingShare) -> bool:
        return not is_over(obj)
