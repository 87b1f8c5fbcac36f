"""Who came, in the lists that Zoom, Teams and Webex export: CSV, with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from transcripts.pipeline.names.text import Unreadable, clean_name

MOST_PEOPLE = 2_000
MOST_ROWS = 50_000
_NAME = {"name", "full name", "name (original name)", "display name", "attendee name", "user name", "participant"}
_NAME |= {"nom", "nom complet", "nom (nom d'origine)", "nom d'affichage", "nom du participant", "participants"}
_JOIN = {
    "join time",
    "first join",
    "join",
    "timestamp",
    "première participation",
    "heure d'arrivée",
    "première connexion",
}
_LEAVE = {"leave time", "last leave", "leave", "dernier départ", "heure de départ", "dernière déconnexion"}
_FORMATS: tuple[str, ...] = (
    "%m/%d/%y, %I:%M:%S %p",
    "%m/%d/%Y, %I:%M:%S %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
)
_FORMATS += ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y, %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Seconds from the first arrival on the list; None where the list does not tell. Comings and goings are joined."""

    name: str
    joined: float | None = None
    left: float | None = None


def read_attendance(text: str) -> list[Attendee]:
    """In the order of the list, each name once. Raises Unreadable if no column holds names."""
    people: dict[str, tuple[datetime | None, datetime | None]] = {}
    for name, joined, left in _rows(text):
        before = people.get(name, (None, None))
        people[name] = (_earliest(before[0], joined), _latest(before[1], left))
        if len(people) > MOST_PEOPLE:
            raise Unreadable("too many people")
    if not people:
        raise Unreadable("no names")
    first = min((joined for joined, _ in people.values() if joined), default=None)
    return [Attendee(name, _since(first, joined), _since(first, left)) for name, (joined, left) in people.items()]


def _rows(text: str) -> Iterator[tuple[str, datetime | None, datetime | None]]:
    """Below each heading that names a column of names, up to the next empty line: Teams writes several tables."""
    columns: tuple[int, int | None, int | None] | None = None
    for number, row in enumerate(csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=_delimiter(text))):
        if number > MOST_ROWS:
            raise Unreadable("too many rows")
        found = _columns(row)
        if found or not any(cell.strip() for cell in row):
            columns = found
        elif columns and columns[0] < len(row) and (name := _bare(row[columns[0]])):
            yield name, _time(row, columns[1]), _time(row, columns[2])


def _columns(row: Sequence[str]) -> tuple[int, int | None, int | None] | None:
    heads = [cell.strip().lower().replace("’", "'") for cell in row]
    name = next((number for number, head in enumerate(heads) if head in _NAME), None)
    if name is None or len(heads) < 2:
        return None
    places = [next((number for number, head in enumerate(heads) if head in wanted), None) for wanted in (_JOIN, _LEAVE)]
    return name, places[0], places[1]


def _bare(text: str) -> str:
    """Without what the product adds: « (Guest) », or the name that somebody had before."""
    return clean_name(_BRACKETS.sub("", _BRACKETS.sub("", text)))


def _delimiter(text: str) -> str:
    sample = text[:4096]
    return max("\t;,", key=sample.count)


def _time(row: Sequence[str], column: int | None) -> datetime | None:
    if column is None or column >= len(row):
        return None
    for form in _FORMATS:
        try:
            return datetime.strptime(row[column].strip().strip('"'), form)  # noqa: DTZ007 (only differences count)
        except ValueError:
            continue
    return None


def _earliest(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time), default=None)


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time), default=None)


def _since(first: datetime | None, time: datetime | None) -> float | None:
    return (time - first).total_seconds() if first and time else None
