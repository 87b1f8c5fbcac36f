"""From rows to the document that is given out. The one place where exports meet the database."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import get_language

from accounts.models import Institution
from meetings import gaps
from meetings.ceilings import lineage
from transcripts.exports.document import Approval, Attachment, Chapter, Document, Item, ItemKind, Production, Shows
from transcripts.minutes import Minutes, read_minutes
from transcripts.models import ApprovedVersion, ExportTemplate, Import, Transcription
from transcripts.policy import Stage
from transcripts.sealing.installation import file_of
from transcripts.structure.reading import by_chapter, chapters_of, items_of


def compose(transcription: Transcription, shows: Shows, *, sealed: bool = False) -> Document:
    """`transcription` is DONE, and read with its recording, meeting and room. With `sealed`: with the sealed file."""
    minutes = read_minutes(transcription)
    version = transcription.versions.first() if transcription.stage == Stage.APPROVED else None
    institution = transcription.recording.meeting.room.institution
    return Document(
        language=(get_language() or "fr")[:2],
        title=minutes.title,
        institution=str(institution),
        started_at=minutes.started_at,
        stopped_at=minutes.stopped_at,
        people=minutes.people,
        off_record=minutes.off_record,
        chapters=tuple(_chapters(transcription, minutes, shows)),
        items=tuple(_items(transcription, shows)),
        production=_production(transcription, minutes, version),
        shows=shows,
        attachments=(_seal(version),) if version and sealed else (),
        template=_template_of(institution),
    )


def _template_of(institution: Institution) -> bytes:
    """Its own, or that of the nearest institution above it."""
    for each in lineage(institution):
        if found := ExportTemplate.objects.filter(institution=each).first():
            return bytes(found.content)
    return b""


def _chapters(transcription: Transcription, minutes: Minutes, shows: Shows) -> Iterator[Chapter]:
    parts = by_chapter(minutes.lines, chapters_of(transcription, with_drafts=shows.drafts))
    for chapter, lines in parts:
        if chapter or lines:
            yield Chapter(chapter.text if chapter else "", chapter.start if chapter else 0.0, tuple(lines))


def _items(transcription: Transcription, shows: Shows) -> Iterator[Item]:
    for item in items_of(transcription, with_drafts=shows.drafts):
        yield Item(
            kind=ItemKind(item.kind.value),
            text=item.text,
            owner=item.who,
            due=item.due,
            validated=not item.is_draft,
            generated=item.is_as_generated,
            at=tuple(line.start for line in item.lines),
        )


def _production(transcription: Transcription, minutes: Minutes, version: ApprovedVersion | None) -> Production:
    edits = transcription.edits.select_related("by").order_by("pk")
    people = [edit.by.get_full_name() if edit.by else "" for edit in edits]
    return Production(
        model=minutes.model,
        made_at=minutes.made_at,
        corrections=len(people),
        correctors=tuple(dict.fromkeys(filter(None, people))),
        in_review=transcription.stage == Stage.IN_REVIEW,
        approval=_approval(version) if version else None,
        imported=Import.objects.filter(recording=transcription.recording_id).exists(),
        missing_s=gaps.missing_seconds(transcription.recording),
    )


def _approval(version: ApprovedVersion) -> Approval:
    by = version.approved_by.get_full_name() if version.approved_by else "?"
    return Approval(version.number, by, version.approved_at, version.digest, version.key_id)


def _seal(version: ApprovedVersion) -> Attachment:
    return Attachment(f"sceau-v{version.number}.json", file_of(version))
