"""What is given out, whatever the format: a whole, frozen, and the same each time. Knows no database.

Seconds are from the start of the recording. Texts are as people said and wrote them: see `plain` for what is
taken out of them before a format sees them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from transcripts.minutes import Model, Person, Spoken, Unrecorded


@dataclass(frozen=True, slots=True)
class Shows:
    """What the reader asked to see. Subtitles and data have times in any case. Drafts: items that nobody accepted."""

    times: bool = True
    speakers: bool = True
    chapters: bool = True
    drafts: bool = False


class ItemKind(StrEnum):
    DECISION = "decision"
    ACTION = "action"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Item:
    """`generated`: the text is a machine's. `validated`: a person wrote or accepted it. `at`: where it was said."""

    kind: ItemKind
    text: str
    owner: str = ""
    due: date | None = None
    validated: bool = True
    generated: bool = False
    at: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """Without a title: what was said before the first one, or where nobody made chapters."""

    title: str
    start: float
    lines: tuple[Spoken | Unrecorded, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    number: int
    by: str
    at: datetime
    digest: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Production:
    """How it was made: by which model, corrected by whom, approved or not."""

    model: Model
    made_at: datetime
    corrections: int = 0
    correctors: tuple[str, ...] = ()
    in_review: bool = False
    approval: Approval | None = None
    imported: bool = False  # an agent brought the recording
    missing_s: int = 0  # of the recording: a media server was lost


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes into the archive as it is."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """`language` is that of the words around what was said, which stay as they are."""

    language: str
    title: str
    institution: str
    started_at: datetime
    stopped_at: datetime | None
    people: tuple[Person, ...]
    off_record: int
    chapters: tuple[Chapter, ...]
    items: tuple[Item, ...]
    production: Production
    shows: Shows = field(default_factory=Shows)
    attachments: tuple[Attachment, ...] = ()
    template: bytes = b""  # a Word document of the institution's, checked

    def lines(self) -> Iterator[Spoken | Unrecorded]:
        for chapter in self.chapters:
            yield from chapter.lines

    def of_kind(self, kind: ItemKind) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.kind == kind)
