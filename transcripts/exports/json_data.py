"""JSON for programs; its schema is docs/minutes.schema.json. Codes stay codes, in no language."""

from __future__ import annotations

import json
from typing import Any

from transcripts.exports import wording
from transcripts.exports.document import Chapter, Document, Item, Production
from transcripts.exports.outline import said
from transcripts.minutes import Person, Spoken, Unrecorded

FORMAT = "visio-minutes-document/1"


def write(document: Document) -> bytes:
    return (json.dumps(describe(document), ensure_ascii=False, indent=1) + "\n").encode()


def describe(document: Document) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "language": document.language,
        "title": document.title,
        "institution": document.institution,
        "started_at": document.started_at.isoformat(),
        "stopped_at": document.stopped_at.isoformat() if document.stopped_at else None,
        "people": [_person(person) for person in document.people],
        "off_record": document.off_record,
        "chapters": [_chapter(document, chapter) for chapter in document.chapters],
        "items": [_item(item) for item in document.items],
        "production": _production(document.production),
        "statement": list(wording.statement(document)),
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "institution": person.institution,
        "assurance": person.assurance.value,
        "shared_microphone": person.shared_microphone,
    }


def _chapter(document: Document, chapter: Chapter) -> dict[str, Any]:
    title = chapter.title if document.shows.chapters else ""
    return {
        "title": title,
        "start": _seconds(chapter.start),
        "lines": [_line(document, line) for line in chapter.lines],
    }


def _line(document: Document, line: Spoken | Unrecorded) -> dict[str, Any]:
    times = {"start": _seconds(line.start), "end": _seconds(line.end)}
    if isinstance(line, Unrecorded):
        return {**times, "recorded": False}
    if not document.shows.speakers:
        return {**times, "recorded": True, "to_read_again": line.is_suspect, "text": line.text}
    return {
        **times,
        "recorded": True,
        "to_read_again": line.is_suspect,
        "speaker": said(document, line).speaker,
        "assurance": line.assurance.value,
        "attributed_by": line.attributed_by or None,
        "voice": line.voice,
        "text": line.text,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "text": item.text,
        "owner": item.owner or None,
        "due": item.due.isoformat() if item.due else None,
        "validated": item.validated,
        "generated": item.generated,
        "at": [_seconds(second) for second in item.at],
    }


def _production(made: Production) -> dict[str, Any]:
    approval = made.approval
    return {
        "model": {
            "name": made.model.name,
            "version": made.model.version or None,
            "demonstration": made.model.is_demonstration,
        },
        "made_at": made.made_at.isoformat(),
        "corrections": made.corrections,
        "correctors": list(made.correctors),
        "stage": "approved" if approval else "in-review" if made.in_review else "draft",
        "approval": approval
        and {
            "version": approval.number,
            "by": approval.by,
            "at": approval.at.isoformat(),
            "sha256": approval.digest,
            "key": approval.key_id,
        },
        "imported": made.imported,
        "missing_seconds": made.missing_s,
    }


def _seconds(value: float) -> float:
    return round(value, 3)
