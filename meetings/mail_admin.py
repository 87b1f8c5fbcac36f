"""The outbox of invitations in the administration: what waits, and why; never to whom, nor what it says."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_actions import Act, Obstacle
from accounts.admin_lists import by_period
from accounts.scoped_admin import ScopedAdmin
from meetings.errors import NotAllowed, NothingWaits
from meetings.invitations import outbox
from meetings.models import OutgoingMail

SENDING_AGAIN = gettext_lazy(
    "They wait for the mail server again, as if they were new: at once, and for a day if it does not answer. What "
    "is told nowadays is sent, not the text of that time."
)


def given_up(row: Any, *, is_failed: bool) -> str:
    """What is said of a row that waits for another attempt once it is sent again. Raises Obstacle."""
    if not is_failed:
        raise Obstacle(_("it was not given up"))
    return _("given up after %(attempts)s attempts: %(failure)s") % {"attempts": row.attempts, "failure": row.failure}


def sending_again(mail: OutgoingMail) -> str:
    return given_up(mail, is_failed=mail.status == OutgoingMail.Status.FAILED)


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ScopedAdmin):
    scope = "invitation__series__room__institution"
    verb = "mail"
    person = ""
    list_display = (
        "created_at",
        "its_institution",
        "kind",
        "domain",
        "status",
        "attempts",
        "next_attempt_at",
        "failure",
    )
    list_filter = (by_period("created_at"), "status")
    list_select_related = ("invitation__series__room__institution",)
    ordering = ("-created_at",)
    sortable_by = ()
    search_help_text = gettext_lazy("An identifier")
    fields = (
        *("id", "its_institution", "kind", "domain", "status", "attempts", "created_at", "next_attempt_at"),
        *("sent_at", "failure"),
    )
    readonly_fields = fields
    acts = (
        Act(
            name="send-again",
            label=gettext_lazy("Send again"),
            explained=SENDING_AGAIN,
            effect=sending_again,
            do=outbox.send_again,
            refusals=(NotAllowed, NothingWaits),
        ),
    )

    @admin.display(description=gettext_lazy("to an address of"))
    def domain(self, obj: Any) -> str:
        """Enough to tell which mail server refuses."""
        return str(obj.invitation.email.rpartition("@")[2])
