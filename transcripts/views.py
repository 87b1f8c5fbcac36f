"""Pages of minutes. Who may not see them, and who asks for what isn't there, get the same answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.models import User
from meetings import gaps, leaks, storage
from meetings.agreement import agreed_tracks
from meetings.models import Recording
from transcripts import actions, events, stages
from transcripts.models import Transcription, transcription_of
from transcripts.policy import Stage
from transcripts.reader.page import read_asked, read_page
from transcripts.review.page import states_of
from transcripts.search import MOST_HITS, NO_FILTERS, NOTHING, read_question, search_minutes
from transcripts.search_form import SearchForm
from transcripts.sharing.page import readers_of

AUDIO_LINK_S = 300  # long enough to begin to listen; the browser asks again for what it plays later


@never_cache
@require_GET
def minutes(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """The minutes or, until they are there, how far they are; or why there are none."""
    if not isinstance(request.user, User):  # perhaps an agent whose session has ended: offer to sign in
        return render(request, "transcripts/sign_in.html", status=404)
    recording = get_object_or_404(_visible_recordings(request), pk=recording_id)
    transcription = transcription_of(recording)
    progress = events.progress_of(recording)
    if progress.state == "erased":
        return render(request, "transcripts/erased.html", {"recording": recording})
    if progress.state != "failed" and not recording.for_minutes:
        return render(request, "transcripts/without.html", _without_minutes(recording, progress, request.user))
    if transcription is not None and transcription.version:
        audit.record("minutes.read", actor=request.user, target=transcription)
        return render(request, "transcripts/minutes.html", _finished_minutes(request, transcription, progress))
    may_manage = transcription is not None and actions.may_manage(recording, request.user)
    context = {"recording": recording, "may_manage": may_manage}
    if progress.state == "failed":
        return render(request, "transcripts/failed.html", {**context, **_failure(recording, transcription)})
    if progress.state == "cancelled":
        return render(request, "transcripts/cancelled.html", context)
    return render(request, "transcripts/progress.html", {**context, **_waiting(progress)})


def _finished_minutes(
    request: HttpRequest, transcription: Transcription, progress: events.Progress
) -> dict[str, object]:
    recording, user = transcription.recording, cast(User, request.user)
    may_manage = actions.may_manage(recording, user)
    going_on, states = transcription.is_under_way, states_of(transcription, user)
    return {
        "recording": recording,
        "missing_s": gaps.missing_seconds(recording),
        "leaks": leaks.count(recording),
        "was_there": _was_there(recording, user),
        "states": states,
        "readers": readers_of(transcription, leads="share" in states["may"]),
        "job": transcription,
        "job_text": stages.describe(progress) if going_on else "",
        "may_manage": may_manage,
        "may_make_again": may_manage and not going_on and transcription.stage != Stage.APPROVED,
        **read_page(transcription, read_asked(transcription, request.GET)),
    }


def _was_there(recording: Recording, user: User) -> bool:
    return recording.meeting.participations.filter(user=user).exists()


def _without_minutes(recording: Recording, progress: events.Progress, user: User) -> dict[str, object]:
    """Sound only: the rules of the meeting forbade words."""
    waiting = progress.state in {"recording", "collecting"}
    return {
        "recording": recording,
        "waiting": waiting,
        "tracks": agreed_tracks(recording).select_related("participation"),
        "was_there": _was_there(recording, user),
        "missing_s": 0 if waiting else gaps.missing_seconds(recording),
    }


def _failure(recording: Recording, transcription: Transcription | None) -> dict[str, object]:
    return {
        "failure": transcription.failure if transcription else recording.failure,
        "can_be_retried": transcription is not None,
    }


def _waiting(progress: events.Progress) -> dict[str, object]:
    described = stages.stages()
    return {
        "progress": progress,
        "can_be_cancelled": progress.state in {"queued", "transcribing"},
        "stage": described[progress.state],
        "text": stages.describe(progress),
        "steps": stages.STEPS,
        "stages": {name: asdict(stage) for name, stage in described.items()},
    }


@never_cache
@require_GET
def state(request: HttpRequest, recording_id: UUID) -> JsonResponse:
    """What the socket tells, for browsers that missed it; and whether there still is something to hear."""
    recording = get_object_or_404(_visible_recordings(request), pk=recording_id)
    return JsonResponse(events.progress_of(recording).message() | {"has_sound": recording.sound_erased_at is None})


@never_cache
@require_GET
def audio(request: HttpRequest, recording_id: UUID, track_id: UUID) -> HttpResponse:
    """To the track itself, by an address that works for a few minutes."""
    recording = get_object_or_404(Recording.objects.visible_to(request.user), pk=recording_id)
    track = get_object_or_404(agreed_tracks(recording), pk=track_id)
    audit.record("recording.audio-opened", actor=cast(User, request.user), target=track)
    return HttpResponseRedirect(storage.presign(track.key, seconds=AUDIO_LINK_S))


@never_cache
@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "")
    question = read_question(typed)
    form = SearchForm(request.GET)
    results = search_minutes(request.user, question, form.filters()) if form.is_valid() else NOTHING
    narrowed = form.is_valid() and form.filters() != NO_FILTERS
    context = {"typed": typed[:200], "question": question, "results": results, "most": MOST_HITS, "form": form}
    context["narrowed"] = narrowed
    return render(request, "transcripts/search.html", context)


def _visible_recordings(request: HttpRequest) -> QuerySet[Recording]:
    return Recording.objects.visible_to(request.user).select_related(
        "transcription", "source", "meeting__room__institution", "meeting__room__organiser"
    )
