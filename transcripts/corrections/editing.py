"""The inside of a correction: minutes are locked, lines are read and written, and each change leaves its row.

Whoever corrects, approves or takes words back holds the lock of the transcription: a revision that was read under
it is the one that is written over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts import audit
from accounts.models import User
from transcripts.access import standing_of
from transcripts.corrections.errors import Forbidden, LineChanged, NoSuchLine
from transcripts.corrections.states import CONTENT, says, state_of
from transcripts.models import Edit, LineChange, Segment, Transcription
from transcripts.policy import Stage, Verb, decide

_WRITTEN = [*CONTENT, "attributed_by", "revision"]


@dataclass(slots=True)
class Editing:
    """One edit that is under way."""

    transcription: Transcription
    kind: Edit.Kind
    by: User
    undoes: Edit | None = None
    changes: list[LineChange] = field(default_factory=list)

    def line(self, line_id: int, revision: int) -> Segment:
        """Raises NoSuchLine, LineChanged."""
        line = self._line(line_id)
        if line.revision != revision:
            raise LineChanged(line_id)
        return line

    def line_as(self, line_id: int, state: dict[str, Any]) -> Segment:
        """A line that says what it said, however often it was changed and undone. Raises NoSuchLine, LineChanged."""
        line = self._line(line_id)
        if not says(line, state):
            raise LineChanged(line_id)
        return line

    def _line(self, line_id: int) -> Segment:
        line = self.transcription.segments.defer("lexemes").filter(pk=line_id).first()
        if line is None:
            raise NoSuchLine
        return line

    def write(self, line: Segment, before: dict[str, Any]) -> None:
        """`line` differs from `before`, which is how it was."""
        line.revision = before["revision"] + 1
        line.save(update_fields=_WRITTEN)
        self._note(line, before, state_of(line))

    def add(self, line: Segment, revision: int = 1) -> None:
        """A new line, or one that comes back. Whatever stands in its place moves along."""
        line.revision = revision
        beside = self.transcription.segments.filter(index=line.index)
        if beside.filter(part=line.part).exists():
            beside.filter(part__gte=line.part).update(part=F("part") + 1)
        line.save(force_insert=True)
        self._note(line, None, state_of(line))

    def remove(self, line: Segment) -> None:
        before = state_of(line)
        Segment.objects.filter(pk=line.pk).update(revision=F("revision") + 1)  # puts the original aside
        Segment.objects.filter(pk=line.pk).delete()
        self._note(line, before, None)

    def _note(self, line: Segment, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        change = LineChange(line=line.pk, participation_id=line.participation_id, before=before, after=after)
        self.changes.append(change)

    def finish(self) -> Edit:
        """In the caller's transaction."""
        edit = Edit.objects.create(transcription=self.transcription, kind=self.kind, by=self.by, undoes=self.undoes)
        for change in self.changes:
            change.edit = edit
        LineChange.objects.bulk_create(self.changes, batch_size=500)
        verb = "minutes.correction-undone" if self.undoes else "minutes.corrected"
        audit.record(
            verb, actor=self.by, target=self.transcription, kind=self.kind, lines=len(self.changes), edit=edit.pk
        )
        return edit


def lock(transcription_id: UUID, actor: User, verb: Verb) -> Transcription:
    """Until the end of the transaction. Raises Forbidden."""
    rows = Transcription.objects.select_for_update(of=("self",)).select_related("recording__meeting__room")
    transcription = rows.get(pk=transcription_id)
    if transcription.is_under_way:  # another version is being made: what is changed now would go with the old one
        raise Forbidden("being-made-again")
    decision = decide(standing_of(actor, transcription), Stage(transcription.stage), verb)
    if not decision.allowed:
        raise Forbidden(decision.reason)
    return transcription


def begin(transcription: Transcription, kind: Edit.Kind, actor: User) -> Editing:
    """Raises Forbidden. In the caller's transaction."""
    return Editing(lock(transcription.pk, actor, Verb.CORRECT), kind, actor)
