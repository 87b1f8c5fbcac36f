"""Doors of imports: describe a recording, upload it by parts, see what became of it, erase it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from meetings.storage import StorageUnavailable
from transcripts.imports import actions, limits, parts, words
from transcripts.imports.errors import ImportRefused, PartsMissing
from transcripts.imports.forms import ImportForm
from transcripts.models import Import

LISTED = 20


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """One's own, and the form that begins another one."""
    user = cast(User, request.user)
    form = ImportForm(request.POST or None, request.FILES or None)
    refusal = limits.refusal(user)
    if request.method == "POST" and form.is_valid():
        try:
            upload = actions.describe(form.description(), actor=user)
        except ImportRefused as error:
            refusal = error.code
        else:
            return redirect("import", upload.pk)
    shown = Import.objects.visible_to(user).exclude(state=Import.State.ERASED).select_related("recording")[:LISTED]
    context = {"form": form, "imports": shown, "refusal": words.refusal(refusal) if refusal else ""}
    return render(request, "transcripts/imports.html", context)


@never_cache
@csp_update({"connect-src": [settings.S3_ORIGIN]})  # type: ignore[arg-type]  # parts go straight to the store
@require_GET
def upload_page(request: HttpRequest, import_id: UUID) -> HttpResponse:
    upload = _own(request, import_id)
    context = {
        "upload": upload,
        "refusal": words.refusal(upload.failure) if upload.failure else "",
        "part_bytes": parts.PART_BYTES,
        "most_mb": settings.IMPORT_MAX_MB,
        "sentences": words.sentences(),
    }
    return render(request, "transcripts/import.html", context)


@never_cache
@require_GET
def upload_state(request: HttpRequest, import_id: UUID) -> JsonResponse:
    """And where the minutes are, or will be, once it is a recording."""
    upload = _own(request, import_id)
    minutes = reverse("minutes", args=[upload.recording_id]) if upload.recording_id else ""
    return JsonResponse({"state": upload.state, "minutes": minutes})


def _told(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Refusals as a code and a sentence, for the script of the page."""

    @wraps(view)
    def told(request: HttpRequest, **arguments: object) -> JsonResponse:
        try:
            return view(request, **arguments)
        except ImportRefused as error:
            return JsonResponse({"error": error.code, "words": words.refusal(error.code)}, status=409)
        except PartsMissing:
            return JsonResponse({"error": "parts-missing", "words": ""}, status=409)
        except StorageUnavailable:
            return JsonResponse({"error": "store-down", "words": _("The store does not answer.")}, status=503)

    return told


@require_POST
@_told
def choose_file(request: HttpRequest, import_id: UUID) -> JsonResponse:
    """Which parts of this file are there already."""
    upload = _uploading(request, import_id)
    try:
        asked: Any = json.loads(request.body)
        name, size_bytes = str(asked["name"]), int(asked["size"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "not-understood", "words": ""}, status=400)
    return JsonResponse({"parts": actions.choose_file(upload, name, size_bytes), "count": parts.count(upload)})


@require_POST
@_told
def part_address(request: HttpRequest, import_id: UUID, part: int) -> JsonResponse:
    upload = _uploading(request, import_id)
    if not upload.upload_id or not parts.size_of(upload, part):
        raise Http404
    return JsonResponse({"address": parts.address_of(upload, part)})


@require_POST
@_told
def finish(request: HttpRequest, import_id: UUID) -> JsonResponse:
    upload = _uploading(request, import_id)
    if not upload.upload_id:
        raise PartsMissing
    actions.finish(upload, actor=cast(User, request.user))
    return JsonResponse({"state": Import.State.CHECKING})


@require_POST
def erase(request: HttpRequest, import_id: UUID) -> HttpResponse:
    upload = _own(request, import_id)
    try:
        actions.erase(upload, actor=cast(User, request.user), language=(get_language() or "fr")[:2])
    except StorageUnavailable:
        messages.error(request, _("The store does not answer: nothing was erased. Try again later."))
        return redirect("import", import_id)
    messages.success(request, _("The recording was erased."))
    return redirect("imports")


def _own(request: HttpRequest, import_id: UUID) -> Import:
    rows = Import.objects.visible_to(request.user).exclude(state=Import.State.ERASED)
    return get_object_or_404(rows.select_related("recording"), pk=import_id)


def _uploading(request: HttpRequest, import_id: UUID) -> Import:
    """Raises ImportRefused once it is no longer uploaded."""
    upload = _own(request, import_id)
    if upload.state != Import.State.UPLOADING:
        raise ImportRefused("elsewhere")
    return upload
