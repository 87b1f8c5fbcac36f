"""The minutes as they are read: on the page, in the exports. Few queries, however many lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from meetings import unrecorded
from meetings.models import Consent, Participation, Recording
from transcripts.models import SpeakerAssurance, Transcription


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who agreed to be on the record."""

    name: str
    institution: str
    assurance: SpeakerAssurance
    shared_microphone: bool

    @property
    def mark(self) -> str:
        mark = ASSURANCES[self.assurance]()
        return _("%(assurance)s, shared microphone") % {"assurance": mark} if self.shared_microphone else mark


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line. Seconds from the start of the recording; `play_from` from the start of the line's track."""

    start: float
    end: float
    name: str
    assurance: SpeakerAssurance
    voice: int | None
    text: str
    track_id: UUID
    play_from: float
    play_to: float
    line: int = 0
    revision: int = 0
    attributed_by: str = ""
    comments: int = 0
    is_suspect: bool = False  # of holding words of somebody off the record: see `meetings.leaks`
    participation_id: UUID | None = None

    @property
    def clock(self) -> str:
        return clock(self.start)

    @property
    def anchor(self) -> str:
        return anchor(self.start)

    @property
    def speaker(self) -> str:
        return speaker_label(self.name, self.assurance, self.voice)

    @property
    def said_by(self) -> str:
        """Tells people of one name apart, within these minutes."""
        return self.participation_id.hex[:8] if self.participation_id else ""

    @property
    def mark(self) -> str:
        if self.attributed_by:
            return _("Attributed by %(person)s") % {"person": self.attributed_by}
        return ASSURANCES[self.assurance]()


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """Somebody who was not on the record spoke meanwhile. Nobody is named: see `meetings.unrecorded`."""

    start: float
    end: float

    @property
    def clock(self) -> str:
        return clock(self.start)

    @property
    def until(self) -> str:
        return clock(self.end)

    @property
    def text(self) -> str:
        return _("[speech not recorded]")


@dataclass(frozen=True, slots=True)
class Model:
    """What wrote the words. `description` is in the reader's language, and may be empty."""

    name: str
    is_demonstration: bool
    description: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Minutes:
    title: str
    started_at: datetime
    stopped_at: datetime | None
    people: tuple[Person, ...]
    off_record: int
    lines: tuple[Spoken | Unrecorded, ...]
    model: Model
    made_at: datetime


ASSURANCES = {
    SpeakerAssurance.VERIFIED: lambda: _("Verified identity"),
    SpeakerAssurance.LOCAL: lambda: _("Local account"),
    SpeakerAssurance.INVITED: lambda: _("Invited by name"),
    SpeakerAssurance.DECLARED: lambda: _("Declared name"),
    SpeakerAssurance.SHARED_MICROPHONE: lambda: _("Shared microphone"),
    SpeakerAssurance.ATTRIBUTED: lambda: _("Attributed by a person"),
    SpeakerAssurance.IMPORTED: lambda: _("Named by the imported files"),
    SpeakerAssurance.ERASED: lambda: _("Name erased"),
    SpeakerAssurance.UNKNOWN: lambda: _("Unidentified voice"),
}


def read_minutes(transcription: Transcription) -> Minutes:
    """Of a transcription that is DONE, with its recording and meeting. Seven queries, or eight."""
    lines: list[Spoken | Unrecorded] = [*read_lines(transcription), *unrecorded_of(transcription.recording)]
    return replace(read_about(transcription), lines=tuple(sorted(lines, key=lambda line: line.start)))


def read_about(transcription: Transcription) -> Minutes:
    """Everything but the lines. Three queries."""
    recording = transcription.recording
    choices = recording.current_choices()
    people = list(_present(recording))
    shared = set(recording.tracks.filter(shared_microphone=True).values_list("participation_id", flat=True))
    on_record = [person for person in people if choices.get(person.pk) == Consent.Choice.ACCEPTED]
    return Minutes(
        title=recording.meeting.title,
        started_at=recording.started_at,
        stopped_at=recording.stopped_at,
        people=tuple(_person(participation, participation.pk in shared) for participation in on_record),
        off_record=len(people) - len(on_record),
        lines=(),
        model=_model(transcription.model_card),
        made_at=transcription.finished_at or recording.started_at,
    )


def read_lines(transcription: Transcription, ids: Collection[int] | None = None) -> list[Spoken]:
    """All lines, or those of `ids`. Three queries; four where somebody was named by a person."""
    rows = transcription.segments.order_by("index", "part").values_list(*_READ)
    rows = rows if ids is None else rows.filter(pk__in=ids)
    names: dict[UUID, str] = {}
    found = list(rows)
    if namers := {row[-1] for row in found} - {None}:
        names = {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=namers)}
    remarks = Counter(transcription.comments.values_list("line", flat=True))
    suspected = transcription.recording.leaks
    return [_marked(_spoken(row, names, remarks), suspected) for row in found]


def _marked(line: Spoken, suspected: Mapping[UUID, Sequence[tuple[float, float]]]) -> Spoken:
    pairs = suspected.get(line.track_id, ()) if suspected else ()
    is_suspect = any(start < line.end and line.start < end for start, end in pairs)
    return replace(line, is_suspect=True) if is_suspect else line


_READ = (
    "start",
    "end",
    "speaker_name",
    "assurance",
    "voice",
    "text",
    "track_id",
    "track__start",
    "track__duration",
    "pk",
    "revision",
    "participation_id",
    "attributed_by",
)


def _spoken(row: tuple[Any, ...], names: Mapping[UUID, str], remarks: Counter[int]) -> Spoken:
    start, end, name, assurance, voice, text, track_id, track_start, duration, line, revision, said_by, namer = row
    return Spoken(
        start=start,
        end=end,
        name=name,
        assurance=SpeakerAssurance(assurance),
        voice=voice,
        text=text,
        track_id=track_id,
        play_from=round(max(start - track_start, 0.0), 2),
        play_to=round(min(max(end - track_start, 0.0), duration), 2),
        line=line,
        revision=revision,
        attributed_by=names.get(namer, ""),
        comments=remarks[line],
        participation_id=said_by,
    )


def unrecorded_of(recording: Recording) -> list[Unrecorded]:
    return [Unrecorded(stretch.start, stretch.end) for stretch in unrecorded.speech_of(recording)]


def _present(recording: Recording) -> QuerySet[Participation]:
    """Who answered, and who was there without answering."""
    until = Q(joined_at__lt=recording.stopped_at) if recording.stopped_at else Q()
    there = until & (Q(left_at=None) | Q(left_at__gt=recording.started_at))
    answered = Q(pk__in=recording.consents.values("participation"))
    return recording.meeting.participations.filter(there | answered).order_by("joined_at", "display_name", "pk")


def _person(participation: Participation, shared_microphone: bool) -> Person:
    return Person(
        name=participation.display_name,
        institution=participation.institution_label,
        assurance=SpeakerAssurance(participation.assurance),
        shared_microphone=shared_microphone,
    )


def _model(card: dict[str, Any]) -> Model:
    descriptions = card.get("description", {})
    description = descriptions.get((get_language() or "fr")[:2]) or descriptions.get("fr", "")
    return Model(card.get("name", ""), bool(card.get("demonstration")), description, card.get("version", ""))


def speaker_label(name: str, assurance: SpeakerAssurance, voice: int | None) -> str:
    if voice is not None:
        return _("%(name)s, voice %(number)s") % {"name": name, "number": voice}
    if assurance == SpeakerAssurance.UNKNOWN:
        return _("Unidentified voice, microphone of %(name)s") % {"name": name}
    return name


def clock(seconds: float) -> str:
    """`mm:ss`, or `h:mm:ss` past the first hour: as players show it."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def anchor(seconds: float) -> str:
    """The name of the place in the page, and so the end of a link to it: `t=83.40`."""
    return f"t={seconds:.2f}"
