"""The verbs of corrections: one transaction each, one edit, one row of the trail.

All raise Forbidden, and NoSuchLine or LineChanged where a line is not what the corrector saw.
"""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from accounts.models import User
from transcripts.corrections import glossary
from transcripts.corrections.editing import Editing, begin
from transcripts.corrections.errors import (
    LineChanged,
    NothingBefore,
    NothingThere,
    NothingToSplit,
    NothingToUndo,
    OtherSpeaker,
    TooLong,
)
from transcripts.corrections.realign import TimedWord, realign
from transcripts.corrections.states import put_back, rebuilt, state_of
from transcripts.lines import writable
from transcripts.models import Edit, LineChange, Segment, SpeakerAssurance, Transcription

LONGEST_LINE = 20_000  # characters: twenty minutes without a breath
LONGEST_NAME = 120


@transaction.atomic
def correct(transcription: Transcription, line_id: int, revision: int, text: str, *, actor: User) -> Edit | None:
    """None when the text says what the line says. Raises NothingThere, TooLong."""
    editing = begin(transcription, Edit.Kind.TEXT, actor)
    line = editing.line(line_id, revision)
    fresh = read_text(text)
    if fresh == line.text:
        return None
    rewrite(editing, line, fresh)
    return editing.finish()


def rewrite(editing: Editing, line: Segment, text: str) -> None:
    before = state_of(line)
    glossary.propose(editing.transcription.recording.meeting.room.institution, line.text, text)
    line.words = [asdict(word) for word in realign(timed(line), text, line.start, line.end)]
    line.text = text
    editing.write(line, before)


def read_text(text: str) -> str:
    """Raises NothingThere, TooLong."""
    if len(text) > LONGEST_LINE:
        raise TooLong
    if not (fresh := writable(text)):
        raise NothingThere
    return fresh


def timed(line: Segment) -> list[TimedWord]:
    return [TimedWord(word["start"], word["end"], word["text"]) for word in line.words]


@transaction.atomic
def split(transcription: Transcription, line_id: int, revision: int, left: str, right: str, *, actor: User) -> Edit:
    """The line reads `left`, and a new one after it `right`. Raises NothingToSplit, TooLong."""
    editing = begin(transcription, Edit.Kind.SPLIT, actor)
    line = editing.line(line_id, revision)
    if not writable(left) or not writable(right):
        raise NothingToSplit
    left, right = read_text(left), read_text(right)
    words = realign(timed(line), f"{left} {right}", line.start, line.end)
    count = len(left.split())
    before = state_of(line)
    piece = _piece_of(line, right, words[count:])
    line.text, line.words, line.end = left, [asdict(word) for word in words[:count]], words[count - 1].end
    editing.write(line, before)
    editing.add(piece)
    return editing.finish()


def _piece_of(line: Segment, text: str, words: list[TimedWord]) -> Segment:
    """A piece of `line`, to stand right after it."""
    state = state_of(line) | {"part": line.part + 1, "text": text, "start": words[0].start, "end": line.end}
    state["words"] = [asdict(word) for word in words]
    return rebuilt(None, line.transcription_id, line.participation_id, state)


@transaction.atomic
def merge(transcription: Transcription, line_id: int, revision: int, *, actor: User) -> Edit:
    """Into the line before it, of the same voice. Raises NothingBefore, OtherSpeaker, TooLong."""
    editing = begin(transcription, Edit.Kind.MERGE, actor)
    line = editing.line(line_id, revision)
    previous = _before(line)
    if previous is None:
        raise NothingBefore
    if _voice(previous) != _voice(line):
        raise OtherSpeaker
    before = state_of(previous)
    previous.text = read_text(f"{previous.text} {line.text}")
    previous.words = [*previous.words, *line.words]
    previous.end = max(previous.end, line.end)
    editing.remove(line)
    editing.write(previous, before)
    return editing.finish()


def _before(line: Segment) -> Segment | None:
    rows = Segment.objects.filter(transcription=line.transcription_id).defer("lexemes")
    earlier = rows.filter(index=line.index, part__lt=line.part) | rows.filter(index__lt=line.index)
    return earlier.order_by("-index", "-part").first()


def _voice(line: Segment) -> tuple[object, ...]:
    return (line.track_id, line.participation_id, line.speaker_name, line.voice, line.assurance)


@transaction.atomic
def remove(transcription: Transcription, line_id: int, revision: int, *, actor: User) -> Edit:
    """Of what nobody said: recognisers write phantoms."""
    editing = begin(transcription, Edit.Kind.REMOVE, actor)
    editing.remove(editing.line(line_id, revision))
    return editing.finish()


@transaction.atomic
def name_speaker(
    transcription: Transcription, line_id: int, revision: int, name: str, *, everywhere: bool, actor: User
) -> Edit | None:
    """Of one line, or of all lines of its voice. Who said so stands beside it: it is never proof.

    None when all of them bear the name already. Raises NothingThere, TooLong.
    """
    editing = begin(transcription, Edit.Kind.SPEAKER, actor)
    line = editing.line(line_id, revision)
    named = writable(name)
    if not named:
        raise NothingThere
    if len(named) > LONGEST_NAME:
        raise TooLong
    for each in _same_voice(line) if everywhere else [line]:
        if (each.speaker_name, each.assurance) != (named, SpeakerAssurance.ATTRIBUTED):
            before = state_of(each)
            each.speaker_name, each.assurance, each.voice = named, SpeakerAssurance.ATTRIBUTED, None
            each.attributed_by = actor
            editing.write(each, before)
    return editing.finish() if editing.changes else None


def _same_voice(line: Segment) -> list[Segment]:
    """On the microphones of one person: a voice that was told apart, or a name."""
    rows = Segment.objects.filter(
        transcription=line.transcription_id,
        participation=line.participation_id,
        speaker_name=line.speaker_name,
        voice=line.voice,
        assurance=line.assurance,
    )
    return list(rows.defer("lexemes"))


@transaction.atomic
def undo(transcription: Transcription, edit_id: int, *, actor: User) -> Edit:
    """Everything as it was before an edit; undoing that does it again.

    Raises NothingToUndo, and LineChanged where one of the lines was changed since.
    """
    editing = begin(transcription, Edit.Kind.UNDO, actor)
    edit = editing.transcription.edits.filter(pk=edit_id, undone_by=None).first()
    changes = list(edit.changes.all()) if edit else []
    if not changes:
        raise NothingToUndo
    editing.undoes = edit
    for change in reversed(changes):
        _undo(editing, change)
    return editing.finish()


def _undo(editing: Editing, change: LineChange) -> None:
    if change.after is None:
        before = change.before or {}
        if Segment.objects.filter(pk=change.line).exists():
            raise LineChanged(change.line)
        line = rebuilt(change.line, editing.transcription.pk, change.participation_id, before)
        editing.add(line, before["revision"] + 2)
        return
    line = editing.line_as(change.line, change.after)
    if change.before is None:
        editing.remove(line)
    else:
        now = state_of(line)
        editing.write(put_back(line, change.before), now)
