"""Doors of the jobs: try again, cancel, make the minutes again in another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from meetings.errors import NotAllowed
from transcripts import actions
from transcripts.errors import WrongState
from transcripts.hints import hints_of
from transcripts.job_forms import MakeAgainForm
from transcripts.models import Transcription


@require_POST
def retry(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    return _act(request, _job(request, recording_id), actions.retry)


@require_POST
def cancel(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    return _act(request, _job(request, recording_id), actions.cancel)


def _act(request: HttpRequest, job: Transcription, verb: Callable[..., None]) -> HttpResponse:
    try:
        verb(job, actor=cast(User, request.user))
    except NotAllowed as error:
        raise PermissionDenied from error
    except WrongState:  # pressed twice, or somebody else was faster: the page shows what is
        pass
    return redirect("minutes", job.recording_id)


@never_cache
@require_http_methods(["GET", "POST"])
def make_again(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    job = _job(request, recording_id)
    if not actions.may_manage(job.recording, cast(User, request.user)):
        raise PermissionDenied
    form = MakeAgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.make_again(job, form.parameters(hints_of(job.recording)), actor=cast(User, request.user))
        except WrongState as error:
            messages.error(request, _refusal(error.code))
        return redirect("minutes", recording_id)
    context = {"recording": job.recording, "form": form, "corrections": job.edits.count(), "items": job.items.count()}
    return render(request, "transcripts/make_again.html", context)


def _refusal(code: str) -> str:
    return {
        "approved": _("These minutes are approved: prepare a new version first."),
        "under-way": _("Minutes are being made already."),
        "sound-erased": _("The sound was erased: minutes can’t be made of it any more."),
    }[code]


def _job(request: HttpRequest, recording_id: UUID) -> Transcription:
    rows = Transcription.objects.visible_to(request.user).select_related("recording__meeting__room")
    return get_object_or_404(rows, recording=recording_id)
