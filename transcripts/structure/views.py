"""The door of structure: one address for every verb, which leads back to the page of minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from transcripts.access import finished
from transcripts.corrections.errors import CorrectionRefused, NotUnderstood
from transcripts.models import Transcription
from transcripts.structure import actions, asked
from transcripts.structure.page import refusal
from transcripts.structure.proposing import actions as proposing

Typed = Mapping[str, str]


@require_POST
def structure(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    transcription = finished(request.user, recording_id)
    place = "structure"
    try:
        do = DO.get(request.POST.get("do", ""))
        if do is None:
            raise NotUnderstood
        place = do(transcription, request.POST, cast(User, request.user))
    except CorrectionRefused as error:
        messages.error(request, refusal(error.code))
    return HttpResponseRedirect(f"{reverse('minutes', args=[recording_id])}#{place}")


def _add(transcription: Transcription, typed: Typed, actor: User) -> str:
    lines = asked.read_lines(transcription, typed)
    return f"item-{actions.add(transcription, asked.read_written(typed), lines, actor=actor).pk}"


def _change(transcription: Transcription, typed: Typed, actor: User) -> str:
    item, revision = asked.read_item(typed)
    return f"item-{actions.change(transcription, item, revision, asked.read_written(typed), actor=actor).pk}"


def _accept(transcription: Transcription, typed: Typed, actor: User) -> str:
    return f"item-{actions.accept(transcription, *asked.read_item(typed), actor=actor).pk}"


def _remove(transcription: Transcription, typed: Typed, actor: User) -> str:
    actions.remove(transcription, *asked.read_item(typed), actor=actor)
    return "structure"


def _propose(transcription: Transcription, typed: Typed, actor: User) -> str:
    proposing.ask(transcription, typed.get("method", ""), actor=actor)
    return "structure"


DO: dict[str, Callable[[Transcription, Typed, User], str]] = {
    "add": _add,
    "change": _change,
    "accept": _accept,
    "remove": _remove,
    "propose": _propose,
}
