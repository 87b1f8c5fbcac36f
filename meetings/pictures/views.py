"""The page of a recording: to watch and listen, and, for its organisers, to have videos made."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import User
from meetings import storage
from meetings.agreement import agreed_pictures, agreed_tracks
from meetings.errors import NotAllowed
from meetings.models import Composition, Recording, Track
from meetings.pictures import actions, archive, page

LINK_S = 300  # how long an address of the object store works


class ComposeForm(forms.Form):
    layout = forms.ChoiceField(choices=Composition.Layout.choices)
    container = forms.ChoiceField(choices=Composition.Container.choices)


@never_cache
@require_GET
def recording_page(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    if not isinstance(request.user, User):  # perhaps an agent whose session has ended: offer to sign in
        return render(request, "meetings/recording_sign_in.html", status=404)
    recording = _visible(request, recording_id)
    asked = request.GET.get("video", "")
    context = {"recording": recording, **page.read(recording, request.user, video=asked)}
    return render(request, "meetings/recording.html", context)


@never_cache
@require_GET
def recording_sound(request: HttpRequest, recording_id: UUID, track_id: UUID) -> HttpResponse:
    recording = _visible(request, recording_id)
    track = get_object_or_404(agreed_tracks(recording), pk=track_id)
    audit.record("recording.audio-opened", actor=cast(User, request.user), target=track)
    return HttpResponseRedirect(storage.presign(track.key, seconds=LINK_S))


@never_cache
@require_GET
def recording_video(request: HttpRequest, recording_id: UUID, composition_id: UUID) -> HttpResponse:
    video = _video(_visible(request, recording_id), composition_id)
    audit.record("composition.opened", actor=cast(User, request.user), target=video)
    return HttpResponseRedirect(storage.presign(video.key, seconds=LINK_S))


@never_cache
@require_GET
def download_video(request: HttpRequest, recording_id: UUID, composition_id: UUID) -> HttpResponse:
    recording = _organised(request, recording_id)
    video = _video(recording, composition_id)
    name = f"{_file_name(recording)}.{video.container}"
    audit.record("composition.downloaded", actor=cast(User, request.user), target=video)
    return HttpResponseRedirect(storage.presign(video.key, seconds=LINK_S, file_name=name))


@never_cache
@require_GET
def download_tracks(request: HttpRequest, recording_id: UUID) -> StreamingHttpResponse:
    recording = _organised(request, recording_id)
    tracks = _all_tracks(recording)
    audit.record("recording.tracks-downloaded", actor=cast(User, request.user), target=recording, tracks=len(tracks))
    response = StreamingHttpResponse(archive.stream(tracks), content_type="application/zip")
    name = f"{_file_name(recording)}.zip"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


@require_POST
def compose_video(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    recording = _visible(request, recording_id)
    form = ComposeForm(request.POST)
    if form.is_valid():
        try:
            actions.request(recording, **form.cleaned_data, actor=cast(User, request.user))
        except NotAllowed as error:
            raise PermissionDenied from error
    return redirect("recording", recording_id)


@require_POST
def cancel_video(request: HttpRequest, recording_id: UUID, composition_id: UUID) -> HttpResponse:
    composition = get_object_or_404(_visible(request, recording_id).compositions, pk=composition_id)
    try:
        actions.cancel(composition, actor=cast(User, request.user))
    except NotAllowed as error:
        raise PermissionDenied from error
    return redirect("recording", recording_id)


@never_cache
@require_GET
def recording_state(request: HttpRequest, recording_id: UUID) -> JsonResponse:
    """How far it is, and the videos of it: for the page that waits."""
    recording = _visible(request, recording_id)
    found = recording.compositions.all()
    videos = [{"id": str(one.pk), "state": one.state, "progress": round(one.progress, 3)} for one in found]
    return JsonResponse({"status": recording.status, "videos": videos})


def _visible(request: HttpRequest, recording_id: UUID) -> Recording:
    """Raises Http404."""
    found = Recording.objects.visible_to(request.user).select_related("meeting__room", "purpose")
    return get_object_or_404(found, pk=recording_id)


def _organised(request: HttpRequest, recording_id: UUID) -> Recording:
    """Raises Http404, PermissionDenied."""
    recording = _visible(request, recording_id)
    if not actions.may_compose(recording, cast(User, request.user)):
        raise PermissionDenied
    return recording


def _video(recording: Recording, composition_id: UUID) -> Composition:
    """Raises Http404."""
    found = next((video for video in actions.watchable(recording) if video.pk == composition_id), None)
    if found is None:
        raise Http404
    return found


def _all_tracks(recording: Recording) -> list[Track]:
    sounds = agreed_tracks(recording).select_related("participation", "recording")
    return [*sounds, *agreed_pictures(recording).select_related("participation", "recording")]


def _file_name(recording: Recording) -> str:
    return f"{recording.meeting.title} {recording.started_at:%Y-%m-%d %H-%M}"
