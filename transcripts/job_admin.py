"""Transcriptions in the administration: tried again, cancelled, made again; and shares of the workers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.admin_actions import Act, Obstacle
from accounts.admin_lists import by_period
from accounts.models import User
from accounts.scoped_admin import ScopedAdmin, actor_of
from meetings.errors import NotAllowed
from meetings.models import Recording
from transcripts import actions
from transcripts.dropped import reason_words
from transcripts.errors import WrongState
from transcripts.hints import hints_of
from transcripts.models import SpeechShare, Transcription
from transcripts.parameters import Parameters
from transcripts.policy import Stage

REFUSALS = (NotAllowed, WrongState)
State = Transcription.State


def retrying(job: Transcription) -> str:
    if job.state not in {State.FAILED, State.CANCELLED}:
        raise Obstacle(_("it has neither failed nor been cancelled"))
    return _steps(job)


def cancelling(job: Transcription) -> str:
    if not job.is_under_way:
        raise Obstacle(_("nothing is under way"))
    return _steps(job)


def _steps(job: Transcription) -> str:
    return _("steps done: %(done)s of %(total)s") % {"done": job.steps_done, "total": job.steps_total}


def making_again(job: Transcription) -> str:
    if job.is_under_way:
        raise Obstacle(_("it is under way"))
    if job.stage == Stage.APPROVED:
        raise Obstacle(_("its minutes are approved: an organiser begins a new version first"))
    if job.recording.status != Recording.Status.READY or not job.recording.tracks.exists():
        raise Obstacle(_("its sound is not there any more"))
    lost = {"corrections": job.edits.count(), "items": job.items.count()}
    return _("corrections lost: %(corrections)s; chapters, decisions, actions and questions lost: %(items)s") % lost


def make_again(job: Transcription, *, actor: User) -> None:
    """As they were asked for. Raises NotAllowed, WrongState."""
    parameters = replace(Parameters.from_json(job.parameters), hints=hints_of(job.recording))
    actions.make_again(job, parameters, actor=actor, as_administrator=True)


@admin.register(Transcription)
class TranscriptionAdmin(ScopedAdmin):
    """No title and no name: who administers an institution is not who may read its minutes."""

    scope = "recording__meeting__room__institution"
    verb = "minutes"
    person = ""
    list_display = ("queued_at", "its_institution", "state", "stage", "steps", "failure", "left_out", "finished_at")
    list_filter = (by_period("queued_at"), "state", "stage")
    list_select_related = ("recording__meeting__room__institution",)
    ordering = ("-queued_at",)
    sortable_by = ()
    search_help_text = gettext_lazy("An identifier")
    fields = (
        *("id", "its_institution", "state", "stage", "steps", "failure", "version", "model_name"),
        *("left_out_by_reason", "queued_at", "started_at", "finished_at"),
    )
    readonly_fields = fields
    acts = (
        Act(
            name="retry",
            label=gettext_lazy("Try again"),
            explained=gettext_lazy(
                "What failed goes on where it stopped: what was heard is not heard a second time. "
                "What was cancelled begins anew."
            ),
            effect=retrying,
            do=partial(actions.retry, as_administrator=True),
            refusals=REFUSALS,
        ),
        Act(
            name="cancel",
            label=gettext_lazy("Cancel"),
            explained=gettext_lazy(
                "Whoever works on them stops. Minutes that there are already stay. The organisers see that it was "
                "cancelled, and may have it tried again."
            ),
            effect=cancelling,
            do=partial(actions.cancel, as_administrator=True),
            refusals=REFUSALS,
        ),
        Act(
            name="make-again",
            label=gettext_lazy("Make the minutes again"),
            explained=gettext_lazy(
                "The recording is heard once more, in the same way, by the speech model of now. When the new minutes "
                "are there, they take the place of those that there are: corrections, chapters, decisions and actions "
                "that people wrote are lost. This can’t be undone."
            ),
            effect=making_again,
            do=make_again,
            refusals=REFUSALS,
        ),
    )

    @admin.display(description=gettext_lazy("steps"))
    def steps(self, obj: Transcription) -> str:
        return f"{obj.steps_done}/{obj.steps_total}"

    @admin.display(description=gettext_lazy("lines left out"))
    def left_out(self, obj: Transcription) -> int:
        return sum(obj.dropped.values())

    @admin.display(description=gettext_lazy("lines left out"))
    def left_out_by_reason(self, obj: Transcription) -> str:
        counts = ((reason_words(reason), count) for reason, count in sorted(obj.dropped.items()))
        return format_html_join("", "<div>{} : {}</div>", counts) or "0"


@admin.register(SpeechShare)
class SpeechShareAdmin(ScopedAdmin):
    """For administrators of the platform, by `roles.PERMISSIONS`: an institution does not set its own share."""

    verb = "speech-share"
    list_display = ("institution", "weight", "at_once")
    list_select_related = ("institution",)
    search_fields = ("institution__label", "institution__siret")
    ordering = ("institution__label", "pk")
    fields = ("institution", "weight", "at_once")

    def get_readonly_fields(self, request: HttpRequest, obj: SpeechShare | None = None) -> tuple[str, ...]:
        return ("institution",) if obj else ()

    def save_model(self, request: HttpRequest, obj: SpeechShare, form: Any, change: bool) -> None:
        """Only what was changed: its clock runs meanwhile."""
        obj.save(update_fields=form.changed_data) if change else obj.save()
        verb = "speech-share.changed" if change else "speech-share.added"
        audit.record(verb, actor=actor_of(request), target=obj, **self.details(obj, form))
