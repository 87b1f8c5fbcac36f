"""Mails about minutes in the administration: what waits, and why; never to whom, nor of which meeting."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy

from accounts.admin_actions import Act
from accounts.scoped_admin import ScopedAdmin
from meetings.errors import NotAllowed, NothingWaits
from meetings.mail_admin import SENDING_AGAIN, given_up
from transcripts import mail_queue
from transcripts.models import Notice, Reviewer


def sending_again(mail: Any) -> str:
    return given_up(mail, is_failed=mail.mail == mail_queue.FAILED)


class MailAdmin(ScopedAdmin):
    scope = "transcription__recording__meeting__room__institution"
    verb = "mail"
    list_filter = ("mail",)
    list_select_related = ("transcription__recording__meeting__room__institution", "user")
    ordering = ("-pk",)
    sortable_by = ()
    acts = (
        Act(
            name="send-again",
            label=gettext_lazy("Send again"),
            explained=SENDING_AGAIN,
            effect=sending_again,
            do=mail_queue.send_again,
            refusals=(NotAllowed, NothingWaits),
        ),
    )

    @admin.display(description=gettext_lazy("to an address of"))
    def domain(self, obj: Any) -> str:
        return str(obj.user.email.rpartition("@")[2])

    def named(self, obj: Any) -> str:
        return f"{self.opts.verbose_name} {obj.pk}"


@admin.register(Notice)
class NoticeAdmin(MailAdmin):
    list_display = ("id", "its_institution", "kind", "domain", "mail", "attempts", "next_attempt_at", "failure")
    fields = list_display
    readonly_fields = fields


@admin.register(Reviewer)
class ReviewerAdmin(MailAdmin):
    list_display = ("id", "its_institution", "asked_at", "domain", "mail", "attempts", "next_attempt_at", "failure")
    fields = list_display
    readonly_fields = fields
