"""What a form of the page of minutes asks for. The last place that sees what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from transcripts.corrections.errors import NotUnderstood
from transcripts.corrections.protocol import LARGEST_ID, LARGEST_REVISION
from transcripts.models import Item, Transcription
from transcripts.structure.actions import MOST_CITED, Written
from transcripts.structure.errors import NotADate, NothingCited, TooManyCited

_CLOCK = re.compile(r"\A(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-9]{2})\Z")


def read_written(typed: Mapping[str, str]) -> Written:
    """Raises NotUnderstood, NotADate."""
    try:
        kind = Item.Kind(typed.get("kind", ""))
    except ValueError as error:
        raise NotUnderstood from error
    return Written(kind, typed.get("text", ""), typed.get("who", ""), _date(typed.get("due", "")))


def read_item(typed: Mapping[str, str]) -> tuple[UUID, int]:
    """Which item, and its revision. Raises NotUnderstood."""
    try:
        return UUID(typed.get("item", "")), _number(typed.get("revision", ""), LARGEST_REVISION)
    except ValueError as error:
        raise NotUnderstood from error


def read_lines(transcription: Transcription, typed: Mapping[str, str]) -> list[int]:
    """Those that were chosen on the page, or those that begin between two times. Raises NotUnderstood, NothingCited."""
    if chosen := typed.get("lines", ""):
        return [_number(line, LARGEST_ID) for line in chosen.split(",")[: MOST_CITED + 1]]
    since = _seconds(typed.get("since", ""))
    until = _seconds(typed["until"]) if typed.get("until", "").strip() else since
    rows = transcription.segments.order_by("index", "part").filter(start__lt=until + 1)
    found = list(rows.filter(start__gte=since).values_list("pk", flat=True)[: MOST_CITED + 1])
    if not found:  # the line that is being said then
        found = list(rows.filter(start__lte=since).reverse().values_list("pk", flat=True)[:1])
    if len(found) > MOST_CITED:
        raise TooManyCited
    return found


def _seconds(clock: str) -> int:
    """`mm:ss` or `h:mm:ss`, as the page shows them. Raises NothingCited."""
    match = _CLOCK.match(clock.strip())
    if match is None:
        raise NothingCited
    hours, minutes, seconds = match.groups(default="0")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed.strip() else None
    except ValueError as error:
        raise NotADate from error


def _number(typed: str, largest: int) -> int:
    if not (typed.isascii() and typed.isdigit() and int(typed[:20]) <= largest):
        raise NotUnderstood
    return int(typed)
