"""One handler per request of the browser: an action is called, and what has changed is told."""

from __future__ import annotations

from dataclasses import asdict
from functools import singledispatch
from typing import Any

from django.template.loader import render_to_string

from accounts.models import User
from transcripts.access import verbs_of
from transcripts.corrections import actions, protocol, replacing
from transcripts.corrections.errors import Forbidden
from transcripts.minutes import read_lines
from transcripts.models import Edit, Transcription
from transcripts.policy import Verb
from transcripts.reader.doubts import doubts_of_lines
from transcripts.reader.parts import Row, by_line
from transcripts.review import actions as review
from transcripts.structure.reading import shown_structure

Answer = dict[str, Any]


@singledispatch
def handle(request: Any, transcription: Transcription, actor: User) -> Answer:
    """Raises CorrectionRefused."""
    raise NotImplementedError(type(request).__name__)


@handle.register
def _correct(request: protocol.Correct, transcription: Transcription, actor: User) -> Answer:
    return told(
        transcription, actions.correct(transcription, request.line, request.revision, request.text, actor=actor)
    )


@handle.register
def _split(request: protocol.Split, transcription: Transcription, actor: User) -> Answer:
    edit = actions.split(transcription, request.line, request.revision, request.left, request.right, actor=actor)
    return told(transcription, edit)


@handle.register
def _merge(request: protocol.Merge, transcription: Transcription, actor: User) -> Answer:
    return told(transcription, actions.merge(transcription, request.line, request.revision, actor=actor))


@handle.register
def _remove(request: protocol.Remove, transcription: Transcription, actor: User) -> Answer:
    return told(transcription, actions.remove(transcription, request.line, request.revision, actor=actor))


@handle.register
def _name_speaker(request: protocol.NameSpeaker, transcription: Transcription, actor: User) -> Answer:
    edit = actions.name_speaker(
        transcription, request.line, request.revision, request.name, everywhere=request.everywhere, actor=actor
    )
    return told(transcription, edit)


@handle.register
def _undo(request: protocol.Undo, transcription: Transcription, actor: User) -> Answer:
    return told(transcription, actions.undo(transcription, request.edit, actor=actor))


@handle.register
def _preview(request: protocol.Preview, transcription: Transcription, actor: User) -> Answer:
    if Verb.CORRECT not in verbs_of(actor, transcription):
        raise Forbidden("not-allowed")
    return {"found": [asdict(found) for found in replacing.preview(transcription, request.wanted)]}


@handle.register
def _replace(request: protocol.Replace, transcription: Transcription, actor: User) -> Answer:
    return told(transcription, replacing.replace(transcription, request.wanted, request.lines, actor=actor))


@handle.register
def _remark(request: protocol.Remark, transcription: Transcription, actor: User) -> Answer:
    review.comment(transcription, request.line, request.text, actor=actor)
    return {"edit": None, "lines": shown(transcription, [request.line]), "removed": []}


def told(transcription: Transcription, edit: Edit | None) -> Answer:
    """What the page puts in the place of what it shows."""
    if edit is None:
        return {"edit": None, "lines": [], "removed": []}
    changes = list(edit.changes.all())
    removed = [change.line for change in changes if change.after is None]
    kept = [change.line for change in changes if change.after is not None]
    return {"edit": edit.pk, "lines": shown(transcription, kept), "removed": removed}


def shown(transcription: Transcription, ids: list[int]) -> list[Answer]:
    """Each line as the page shows it, and the line that it stands after."""
    order = list(transcription.segments.order_by("index", "part").values_list("pk", flat=True))
    after = {pk: order[place - 1] if place else None for place, pk in enumerate(order)}
    items = by_line(shown_structure(transcription))
    doubts = doubts_of_lines(ids)
    return [
        {
            "id": line.line,
            "revision": line.revision,
            "text": line.text,
            "after": after[line.line],
            "html": _html(Row(line, doubts.get(line.line, ()), items=tuple(items.get(line.line, ())))),
        }
        for line in read_lines(transcription, ids)
    ]


def _html(row: Row) -> str:
    return render_to_string("transcripts/_line_items.html", {"rows": [row]}).strip()
