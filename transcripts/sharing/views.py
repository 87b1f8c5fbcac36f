"""Doors of sharing: with somebody, with an institution, by a link; taking it back; and the page that a link opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import User
from meetings import gaps
from transcripts.access import finished
from transcripts.minutes import read_minutes
from transcripts.models import Transcription
from transcripts.sharing import actions, links
from transcripts.sharing.errors import NotShared


@require_POST
def share(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    transcription, actor = finished(request.user, recording_id), cast(User, request.user)
    days, kind = request.POST.get("days", ""), request.POST.get("kind", "")
    ways: dict[str, tuple[Callable[[], Any], str]] = {
        "person": (
            lambda: actions.share_with_person(transcription, request.POST.get("address", ""), days, actor=actor),
            _("Shared. They are told by mail."),
        ),
        "institution": (
            lambda: actions.share_with_institution(
                transcription, request.POST.get("institution", ""), days, actor=actor
            ),
            _("Shared with the agents of this institution."),
        ),
        "link": (
            lambda: actions.share_by_link(transcription, days, actor=actor),
            _("The link is made: copy it below."),
        ),
    }
    if kind not in ways:
        raise Http404
    do, done = ways[kind]
    return _try(request, recording_id, do, done)


@require_POST
def unshare(request: HttpRequest, recording_id: UUID, share_id: UUID) -> HttpResponse:
    transcription, actor = finished(request.user, recording_id), cast(User, request.user)
    done = _("No longer shared: pages, search and files are closed at once.")
    return _try(request, recording_id, lambda: actions.unshare(transcription, share_id, actor=actor), done)


@require_POST
def readers(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    transcription, actor = finished(request.user, recording_id), cast(User, request.user)
    chosen = request.POST.get("readers", "")
    done = _("Changed: it holds at once.")
    return _try(request, recording_id, lambda: actions.set_readers(transcription, chosen, actor=actor), done)


@never_cache
@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link: the words, and nothing to listen to or to take away."""
    found = links.read(token)
    rows = Transcription.objects.readable().select_related("recording__meeting__room")
    transcription = rows.filter(recording=found.recording_id).first() if found else None
    if found is None or transcription is None:
        return render(request, "transcripts/link_over.html", status=404)
    audit.record("minutes.read-by-link", actor=audit.GUEST, target=found)
    recording = transcription.recording
    context = {
        "recording": recording,
        "minutes": read_minutes(transcription),
        "missing_s": gaps.missing_seconds(recording),
        "stage": transcription.stage,
        "share": found,
    }
    answer = render(request, "transcripts/by_link.html", context)
    answer["Referrer-Policy"], answer["X-Robots-Tag"] = "no-referrer", "noindex"
    return answer


def _try(request: HttpRequest, recording_id: UUID, do: Callable[[], Any], done: str) -> HttpResponse:
    try:
        do()
    except NotShared as error:
        messages.error(request, refusal(error.code))
    else:
        messages.success(request, done)
    return redirect("minutes", recording_id)


def refusal(code: str) -> str:
    return {
        "organisers-only": _("Only the organisers of the meeting share its minutes."),
        "nobody-known": _("No colleague, and nobody who was in this room, has an account with this address."),
        "sharing-closed": _("Your institution does not let minutes be shared."),
        "sharing-within-institution": _("Your institution lets minutes be shared with its own agents only."),
        "links-closed": _("Your institution does not let minutes be read by a link."),
        "readers-closed": _("Your institution lets organisers alone read these minutes."),
        "too-many": _("These minutes are shared with too many people: share them with an institution instead."),
    }.get(code, _("You may not do this."))
