"""Pages of approved versions: what the seal says, the sealed file, and the verification of a file."""

from __future__ import annotations

import json
from datetime import date
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.models import User
from meetings.models import Recording
from transcripts.access import finished
from transcripts.minutes import clock, speaker_label
from transcripts.models import ApprovedVersion, SpeakerAssurance
from transcripts.sealing import keys
from transcripts.sealing.installation import check_here, file_of, version_of
from transcripts.sealing.verify import LARGEST_FILE, Finding, Sealed, Unreadable, check, is_intact, read_file
from transcripts.structure.reading import KINDS, Kind


@never_cache
@require_GET
def version(request: HttpRequest, recording_id: UUID, number: int) -> HttpResponse:
    """What was sealed, checked now."""
    approved = _version(request, recording_id, number)
    sealed = read_file(file_of(approved))
    findings = [*check(sealed, keys.trusted_keys()), *check_here(sealed, listen=False)]
    lines = [_shown(line) for line in sealed.lines]
    context = {
        "version": approved,
        "statement": sealed.statement,
        "approved_by": sealed.approved_by,
        "findings": findings,
        "is_intact": is_intact(findings),
        "lines": lines,
        "items": [_shown_item(item) for item in sealed.items],
        "recording": approved.transcription.recording,
    }
    return render(request, "transcripts/version.html", context)


@never_cache
@require_GET
def sealed_file(request: HttpRequest, recording_id: UUID, number: int) -> HttpResponse:
    approved = _version(request, recording_id, number)
    response = HttpResponse(file_of(approved), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="compte-rendu-{recording_id}-v{approved.number}.json"'
    audit.record("minutes.seal-downloaded", actor=cast(User, request.user), target=approved)
    return response


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Of a file that somebody was given. What this installation knows is told to those who may read the minutes."""
    file = request.FILES.get("file")
    if file is None:
        return render(request, "transcripts/verify.html", {"asked": request.method == "POST"})
    try:
        if (file.size or 0) > LARGEST_FILE:
            raise Unreadable
        sealed = read_file(file.read())
    except Unreadable:
        return render(request, "transcripts/verify.html", {"unreadable": True}, status=400)
    findings = [*check(sealed, keys.trusted_keys()), *_known_here(request, sealed)]
    context = {
        "findings": findings,
        "is_intact": is_intact(findings),
        "statement": sealed.statement,
        "approved_by": sealed.approved_by,
    }
    return render(request, "transcripts/verify.html", context)


def _shown(content: str | None) -> dict[str, str] | None:
    """None of a line that was erased."""
    if content is None:
        return None
    line = json.loads(content)
    name = speaker_label(line["speaker"], SpeakerAssurance(line["assurance"]), line["voice"])
    return {"clock": clock(line["start_ms"] / 1000), "speaker": name, "text": line["text"]}


def _shown_item(content: str | None) -> dict[str, str] | None:
    """None of what was erased."""
    if content is None:
        return None
    item = json.loads(content)
    about = [item["who"], date_format(date.fromisoformat(item["due"])) if item["due"] else ""]
    more = ", ".join(one for one in about if one)
    return {"kind": KINDS[Kind(item["kind"])](), "text": item["text"], "more": more, "model": item["model"] or ""}


def _known_here(request: HttpRequest, sealed: Sealed) -> list[Finding]:
    found = version_of(sealed)
    readable = Recording.objects.visible_to(request.user)
    if found is None or not readable.filter(transcription=found.transcription_id).exists():
        return []
    return check_here(sealed, listen=False)


def _version(request: HttpRequest, recording_id: UUID, number: int) -> ApprovedVersion:
    transcription = finished(request.user, recording_id)
    rows = ApprovedVersion.objects.select_related("transcription__recording__meeting", "approved_by")
    return get_object_or_404(rows, transcription=transcription, number=number)
