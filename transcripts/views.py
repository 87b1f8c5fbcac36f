"""Pages of minutes. Who may not see them, and who asks for what isn't there, get the same answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import User
from meetings import gaps, storage
from meetings.errors import NotAllowed
from meetings.models import Recording, Track
from transcripts import actions, events, export, stages
from transcripts.docx_export import as_docx
from transcripts.errors import NotFailed
from transcripts.minutes import Minutes, read_minutes
from transcripts.models import Transcription, transcription_of
from transcripts.search import MOST_HITS, read_question, search_minutes

AUDIO_LINK_S = 300  # long enough to begin to listen; the browser asks again for what it plays later
FORMATS: dict[str, tuple[str, Callable[[Minutes], bytes]]] = {
    "txt": ("text/plain; charset=utf-8", lambda minutes: export.as_text(minutes).encode()),
    "vtt": ("text/vtt; charset=utf-8", lambda minutes: export.as_vtt(minutes).encode()),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_docx),
}


@never_cache
@require_GET
def minutes(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """The minutes or, until they are there, how far they are; or why there are none."""
    if not isinstance(request.user, User):  # perhaps an agent whose session has ended: offer to sign in
        return render(request, "transcripts/sign_in.html", status=404)
    recording = get_object_or_404(_visible_recordings(request), pk=recording_id)
    transcription = transcription_of(recording)
    progress = events.progress_of(recording)
    if progress.state != "failed" and not recording.for_minutes:
        return render(request, "transcripts/without.html", _without_minutes(recording, progress))
    if progress.state == "done" and transcription:
        missing_s = gaps.missing_seconds(recording)
        context = {"recording": recording, "minutes": read_minutes(transcription), "missing_s": missing_s}
        return render(request, "transcripts/minutes.html", context)
    if progress.state == "failed":
        return render(request, "transcripts/failed.html", _failure(recording, transcription, request.user))
    return render(request, "transcripts/progress.html", {"recording": recording, **_waiting(progress)})


def _without_minutes(recording: Recording, progress: events.Progress) -> dict[str, object]:
    """Sound only: the rules of the meeting forbade words."""
    waiting = progress.state in {"recording", "collecting"}
    return {
        "recording": recording,
        "waiting": waiting,
        "tracks": recording.tracks.select_related("participation"),
        "missing_s": 0 if waiting else gaps.missing_seconds(recording),
    }


def _failure(recording: Recording, transcription: Transcription | None, user: User) -> dict[str, object]:
    return {
        "recording": recording,
        "failure": transcription.failure if transcription else recording.failure,
        "can_be_retried": transcription is not None,
        "may_retry": transcription is not None and actions.may_retry(recording, user),
    }


def _waiting(progress: events.Progress) -> dict[str, object]:
    described = stages.stages()
    return {
        "progress": progress,
        "stage": described[progress.state],
        "text": stages.describe(progress),
        "steps": stages.STEPS,
        "stages": {name: asdict(stage) for name, stage in described.items()},
    }


@never_cache
@require_GET
def state(request: HttpRequest, recording_id: UUID) -> JsonResponse:
    """What the socket tells, for browsers that missed it."""
    recording = get_object_or_404(_visible_recordings(request), pk=recording_id)
    return JsonResponse(events.progress_of(recording).message())


@require_POST
def retry(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    transcription = get_object_or_404(
        Transcription.objects.visible_to(request.user).select_related("recording__meeting__room"),
        recording=recording_id,
    )
    try:
        actions.retry(transcription, actor=cast(User, request.user))
    except NotAllowed as error:
        raise PermissionDenied from error
    except NotFailed:  # pressed twice, or somebody else was faster: the page shows what is
        pass
    return redirect("minutes", recording_id)


@never_cache
@require_GET
def download(request: HttpRequest, recording_id: UUID, file_format: str) -> HttpResponse:
    if file_format not in FORMATS:
        raise Http404
    transcription = _finished(request, recording_id)
    found = read_minutes(transcription)
    content_type, write = FORMATS[file_format]
    name = export.file_name(found, file_format)
    response = HttpResponse(write(found), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    audit.record("minutes.downloaded", actor=cast(User, request.user), target=transcription, format=file_format)
    return response


@never_cache
@require_GET
def audio(request: HttpRequest, recording_id: UUID, track_id: UUID) -> HttpResponse:
    """To the track itself, by an address that works for a few minutes."""
    visible = Recording.objects.visible_to(request.user)
    track = get_object_or_404(Track, pk=track_id, recording__in=visible.filter(pk=recording_id))
    audit.record("recording.audio-opened", actor=cast(User, request.user), target=track)
    return HttpResponseRedirect(storage.presign(track.key, seconds=AUDIO_LINK_S))


@never_cache
@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "")
    question = read_question(typed)
    results = search_minutes(request.user, question)
    context = {"typed": typed[:200], "question": question, "results": results, "most": MOST_HITS}
    return render(request, "transcripts/search.html", context)


def _visible_recordings(request: HttpRequest) -> QuerySet[Recording]:
    return Recording.objects.visible_to(request.user).select_related("transcription", "meeting__room")


def _finished(request: HttpRequest, recording_id: UUID) -> Transcription:
    return get_object_or_404(
        Transcription.objects.visible_to(request.user).select_related("recording__meeting"),
        recording=recording_id,
        state=Transcription.State.DONE,
    )
