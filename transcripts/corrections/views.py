"""Doors of corrections: one address for every verb, and the history of a line."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from transcripts.access import finished, verbs_of
from transcripts.corrections import handlers, protocol
from transcripts.corrections.errors import CorrectionRefused, LineChanged
from transcripts.corrections.history import history_of
from transcripts.policy import Verb


@never_cache
@require_POST
def correct(request: HttpRequest, recording_id: UUID) -> JsonResponse:
    transcription = finished(request.user, recording_id)
    actor = cast(User, request.user)
    try:
        return JsonResponse(handlers.handle(protocol.parse(request.body), transcription, actor))
    except LineChanged as error:
        lines = handlers.shown(transcription, [error.line])
        return JsonResponse({"code": error.code, "lines": lines}, status=error.status)
    except CorrectionRefused as error:
        return JsonResponse({"code": error.code}, status=error.status)


@never_cache
@require_GET
def line(request: HttpRequest, recording_id: UUID, line_id: int) -> HttpResponse:
    """What a line was, who changed it and when; and what was remarked on it."""
    transcription = finished(request.user, recording_id)
    history = history_of(transcription, line_id)
    if history is None:
        raise Http404
    may = verbs_of(cast(User, request.user), transcription)
    return render(request, "transcripts/_line_history.html", {"history": history, "may_comment": Verb.COMMENT in may})
