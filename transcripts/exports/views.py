"""The door of the files: which format, showing what."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.models import User
from transcripts.access import finished
from transcripts.exports import FORMATS, export, wording
from transcripts.exports.compose import compose
from transcripts.exports.document import Shows


@never_cache
@require_GET
def download(request: HttpRequest, recording_id: UUID, file_format: str) -> HttpResponse:
    if file_format not in FORMATS:
        raise Http404
    transcription = finished(request.user, recording_id)
    document = compose(transcription, shown(request), sealed=file_format == "zip")
    response = HttpResponse(export(document, file_format), content_type=FORMATS[file_format].content_type)
    name = wording.file_name(document, file_format)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    audit.record("minutes.downloaded", actor=cast(User, request.user), target=transcription, format=file_format)
    return response


def shown(request: HttpRequest) -> Shows:
    """A form without a box that is ticked looks as one that was never sent: it says that it chose."""
    if "choix" not in request.GET:
        return Shows()
    asked = request.GET
    return Shows("heures" in asked, "noms" in asked, "chapitres" in asked, drafts="propositions" in asked)
