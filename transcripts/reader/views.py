"""Doors of the reader: more lines, a search in all, the words of one, the waveform. Who may not read gets a 404."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from transcripts.access import finished
from transcripts.reader import wave as waves
from transcripts.reader.hits import find_lines
from transcripts.reader.page import read_asked, seconds_of
from transcripts.reader.parts import read_part
from transcripts.reader.words import spans_of
from transcripts.search import read_question
from transcripts.structure.reading import shown_structure


@never_cache
@require_GET
def lines(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """A part of the lines, for a page that shows another one already."""
    transcription = finished(request.user, recording_id)
    asked = read_asked(transcription, request.GET)
    part = read_part(transcription, asked, shown_structure(transcription))
    return render(request, "transcripts/_part.html", {"part": part})


@sensitive_post_parameters("mots")
@never_cache
@require_POST
def find(request: HttpRequest, recording_id: UUID) -> JsonResponse:
    """Which lines say something. It changes nothing: posted, because addresses are kept in logs, and words are not."""
    transcription = finished(request.user, recording_id)
    voice = read_asked(transcription, request.POST).voice
    found = find_lines(transcription, read_question(request.POST.get("mots", "")), voice)
    return JsonResponse(
        {
            "hits": [(line, hit.start) for line, hit in found.hits],
            "hasMore": found.has_more,
            "words": sorted(found.words),
            "html": render_to_string("transcripts/_found.html", {"found": found}),
        }
    )


@never_cache
@require_GET
def words(request: HttpRequest, recording_id: UUID, line_id: int) -> JsonResponse:
    transcription = finished(request.user, recording_id)
    line = get_object_or_404(transcription.segments.defer("lexemes").select_related("track"), pk=line_id)
    return JsonResponse({"revision": line.revision, "words": spans_of(line)})


@never_cache
@require_GET
def wave(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    transcription = finished(request.user, recording_id)
    drawn = waves.draw(transcription.recording, seconds_of(transcription))
    return HttpResponse(drawn, content_type="image/svg+xml")
