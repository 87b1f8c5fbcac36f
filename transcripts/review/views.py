"""Doors of the states of minutes: ask for a review, approve, take up again."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from transcripts.access import finished, who_may_review
from transcripts.corrections.errors import Forbidden
from transcripts.review import actions
from transcripts.sealing import actions as sealing


@require_POST
def ask_review(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    transcription = finished(request.user, recording_id)
    chosen = set(request.POST.getlist("reviewer"))
    reviewers = [user for user in who_may_review(transcription) if str(user.pk) in chosen]
    try:
        actions.ask_review(transcription, reviewers, actor=cast(User, request.user))
    except Forbidden as error:
        messages.error(request, refusal(error.code))
    else:
        messages.success(request, _("The reviewers are asked by mail."))
    return redirect("minutes", recording_id)


@require_POST
def approve(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    transcription = finished(request.user, recording_id)
    try:
        version = sealing.approve(transcription, actor=cast(User, request.user))
    except Forbidden as error:
        messages.error(request, refusal(error.code))
        return redirect("minutes", recording_id)
    return redirect("minutes_version", recording_id, version.number)


@require_POST
def reopen(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    transcription = finished(request.user, recording_id)
    try:
        sealing.reopen(transcription, actor=cast(User, request.user))
    except Forbidden as error:
        messages.error(request, refusal(error.code))
    return redirect("minutes", recording_id)


def refusal(code: str) -> str:
    return {
        "organisers-only": _("Only the organisers of the meeting may do this."),
        "approved": _("These minutes are approved already."),
        "not-approved": _("These minutes are not approved."),
        "being-made-again": _("A new version of these minutes is being made: they can’t be changed meanwhile."),
        "not-there": _("Choose at least one person who was in the meeting."),
    }.get(code, _("You may not do this."))
