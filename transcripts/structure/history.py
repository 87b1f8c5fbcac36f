"""What was done to items: who, when, and what they said before. Newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from transcripts.models import Item, ItemChange

State = Item.State


@dataclass(frozen=True, slots=True)
class Step:
    """`text` is that before, where it was changed."""

    at: datetime
    by: str
    did: str
    text: str


def steps_of(items: Iterable[UUID]) -> dict[UUID, tuple[Step, ...]]:
    """One query."""
    changes = ItemChange.objects.filter(item__in=items).select_related("by").order_by("-pk")
    found: dict[UUID, list[Step]] = {}
    for change in changes:
        found.setdefault(change.item_id, []).append(_step(change))
    return {item: tuple(steps) for item, steps in found.items()}


def _step(change: ItemChange) -> Step:
    before, after = change.before or {}, change.after
    is_draft = after["state"] == State.DRAFT
    by = change.by.get_full_name() if change.by else _("a machine") if is_draft else _("an account that was closed")
    was_written_over = bool(before) and before["text"] != after["text"]
    return Step(change.at, by, _did(before, after), before["text"] if was_written_over else "")


def _did(before: dict[str, str], after: dict[str, str]) -> str:
    if not before:
        return _("Proposed") if after["state"] == State.DRAFT else _("Noted")
    if before["state"] == after["state"] or before["text"] != after["text"]:
        return _("Changed")
    return {
        State.ACCEPTED: _("Accepted") if before["state"] == State.DRAFT else _("Put back"),
        State.REFUSED: _("Refused"),
        State.REMOVED: _("Removed"),
    }[State(after["state"])]
