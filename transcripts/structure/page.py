"""What the page of minutes shows of their structure, and offers to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from meetings.models import Recording
from transcripts.models import Item, Proposals, Transcription
from transcripts.structure.history import steps_of
from transcripts.structure.reading import (
    KINDS,
    KINDS_OF_MANY,
    SUPPORTED,
    Kind,
    Structured,
)

LONGEST_AGENDA = 40  # points that are offered as titles


def structure_page(
    transcription: Transcription, structure: Sequence[Structured], gone: Sequence[Structured]
) -> dict[str, Any]:
    """`structure` as shown: with drafts, if any. `gone`: what was refused or removed."""
    history = steps_of(item.id for item in structure)
    shown = [replace(item, steps=history.get(item.id, ())) for item in structure]
    proposals = transcription.proposals.first()
    return {
        "chapters": [item for item in shown if item.kind == Kind.CHAPTER],
        "groups": [(KINDS_OF_MANY[kind](), _of(shown, kind)) for kind in SUPPORTED if _of(shown, kind)],
        "gone": gone,
        "kinds": [(kind.value, KINDS[kind]()) for kind in Kind],
        "agenda": agenda_of(transcription.recording),
        "proposals": proposals,
        "failure": _failure_of(proposals),
        "server": settings.MINUTES_MODEL_NAME if settings.MINUTES_MODEL_URL else "",
        "drafts": sum(item.is_draft for item in shown),
    }


def _of(items: list[Structured], kind: Item.Kind) -> list[Structured]:
    return [item for item in items if item.kind == kind]


def _failure_of(proposals: Proposals | None) -> str:
    """In words."""
    if proposals is None or proposals.state != Proposals.State.FAILED:
        return ""
    return _failures().get(proposals.failure, _("Something went wrong on our side."))


def agenda_of(recording: Recording) -> list[str]:
    """The points that were planned, one a line: what chapters may be called."""
    occurrence = recording.meeting.occurrence
    if occurrence is None:
        return []
    written = occurrence.series.agenda if occurrence.agenda is None else occurrence.agenda
    points = [line.strip(" \t-*•–—") for line in written.splitlines()]
    return [point[:200] for point in points if point][:LONGEST_AGENDA]


def refusal(code: str) -> str:
    return {
        "approved": _("These minutes are approved: they do not change any more."),
        "in-review": _("These minutes are in review: only reviewers and organisers correct them."),
        "being-made-again": _("A new version of these minutes is being made: they can’t be changed meanwhile."),
        "other-institution": _("Only agents of the institution that organised the meeting correct these minutes."),
        "no-such-item": _("This item is no longer there."),
        "item-changed": _("Somebody changed this item meanwhile: look at it again."),
        "nothing-cited": _("Choose at least one line of these minutes that supports it, or give its time."),
        "too-many-cited": _("Too many lines support it: choose fewer."),
        "not-a-date": _("This is no date."),
        "empty": _("Write what was decided, what is to be done, or what is open."),
        "too-long": _("This is too long."),
        "already-proposing": _("Drafts are being made already."),
        "no-server": _("No language model is set for this installation."),
    }.get(code, _("You may not do this."))


def _failures() -> dict[str, str]:
    return {
        "unreachable": _("The language model could not be reached."),
        "refused": _("The language model refused the request: its operator has to look at it."),
        "not-json": _("The language model answered something else than what it was asked for: nothing was kept."),
        "approved": _("These minutes are approved: they do not change any more."),
        "interrupted": _("The work was interrupted several times."),
    }
