"""The verbs of imports: say what it is, upload it, give it up, erase it. Each leaves its audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from meetings import erasure, storage, storage_parts
from transcripts.imports import limits, parts
from transcripts.imports.errors import ImportRefused
from transcripts.models import Import
from transcripts.nudges import nudge_checking
from transcripts.pipeline.names.subtitles import Cue
from transcripts.pipeline.names.text import clean_name

STATEMENT = "import-1"  # raise it with the words of the statement: rows say which were confirmed
UPLOAD_WITHIN = timedelta(hours=23)  # the store's open uploads are aborted after a day
State = Import.State


@dataclass(frozen=True, slots=True)
class Description:
    """What somebody says of a recording that they bring. `names` are of those who speak."""

    title: str
    held_on: date
    language: str | None
    speakers: int | None
    names: tuple[str, ...]
    cues: tuple[Cue, ...]
    statement_language: str


@transaction.atomic
def describe(description: Description, *, actor: User) -> Import:
    """Raises ImportRefused."""
    upload = Import.objects.create(
        user=actor,
        institution=limits.require(actor),
        title=description.title,
        held_on=description.held_on,
        language=description.language or "",
        speakers=description.speakers,
        names=list(description.names),
        cues=[[cue.start, cue.end, cue.name] for cue in description.cues],
        statement=STATEMENT,
        statement_language=description.statement_language,
    )
    audit.record("import.described", actor=actor, target=upload, statement=STATEMENT)
    return upload


def choose_file(upload: Import, name: str, size_bytes: int) -> list[int]:
    """The parts of this file that are there already. Another file than before begins anew.

    Raises ImportRefused, StorageUnavailable.
    """
    limits.require_size(size_bytes)
    name = clean_name(name)[: Import._meta.get_field("file_name").max_length]
    if (upload.file_name, upload.size_bytes) != (name, size_bytes) or not upload.upload_id:
        if upload.upload_id:
            storage.abort_parts(upload.key, upload.upload_id)
        upload_id = storage_parts.begin(upload.key, content_type="application/octet-stream")
        changed = Import.objects.filter(pk=upload.pk, state=State.UPLOADING, upload_id=upload.upload_id)
        if not changed.update(file_name=name, size_bytes=size_bytes, upload_id=upload_id):
            storage.abort_parts(upload.key, upload_id)  # another tab was faster, or it was given up
            raise ImportRefused("elsewhere")
        upload.refresh_from_db()
    return parts.there(upload)


def finish(upload: Import, *, actor: User) -> None:
    """All parts are there: the file waits for its check. Raises PartsMissing, StorageUnavailable."""
    parts.complete(upload)
    mark_uploaded(upload, actor=actor)


@transaction.atomic
def mark_uploaded(upload: Import, *, actor: User) -> None:
    if Import.objects.filter(pk=upload.pk, state=State.UPLOADING).update(
        state=State.CHECKING, upload_id="", next_try_at=timezone.now()
    ):
        audit.record("import.uploaded", actor=actor, target=upload, megabytes=upload.size_bytes >> 20)
        transaction.on_commit(nudge_checking)


def erase(upload: Import, *, actor: User, language: str) -> None:
    """Whatever became of it: the file, the sound, the lines, the names. Approved versions keep their seal, no words.

    Raises StorageUnavailable: what is not erased then is tried again by who asked.
    """
    if upload.upload_id:
        storage.abort_parts(upload.key, upload.upload_id)
    storage.delete(upload.key)
    storage.delete(upload.sound_key)
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=upload.pk)
        if locked.recording is not None:
            for track in locked.recording.tracks.select_related("participation"):
                erasure.take_back(locked.recording, track.participation, language=language)
        Import.objects.filter(pk=upload.pk).update(
            state=State.ERASED, upload_id="", file_name="", title="", names=[], cues=[], failure=""
        )
        audit.record("import.erased", actor=actor, target=upload)


@transaction.atomic
def refuse(upload: Import, code: str) -> None:
    """After its check. What it was is not kept."""
    if Import.objects.filter(pk=upload.pk, state=State.CHECKING).update(
        state=State.REFUSED, failure=code, names=[], cues=[]
    ):
        audit.record("import.refused", actor=audit.SYSTEM, target=upload, code=code)


def give_up_late() -> None:
    """Uploads that nobody finished within a day; and files of those that were refused or erased meanwhile."""
    late = Import.objects.filter(state=State.UPLOADING, at__lt=timezone.now() - UPLOAD_WITHIN)
    for upload in late[:100]:
        if upload.upload_id:
            storage.abort_parts(upload.key, upload.upload_id)
        with transaction.atomic():
            if late.filter(pk=upload.pk).update(
                state=State.REFUSED, failure="not-finished", upload_id="", names=[], cues=[]
            ):
                audit.record("import.refused", actor=audit.SYSTEM, target=upload, code="not-finished")
