"""The data of a person, as `data.json` holds it: docs/person-export.schema.json. The same rows give the same data.

Nobody else is in it: no name of who organised, invited or corrected, no line or remark of another. What the person
said themselves stays as they said it, whomever they spoke of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import AuditEntry
from governance.requests.export.minutes import approved_of, changes_of, recognised_of
from governance.requests.holdings import Holdings, count
from meetings.models import Consent, Track

FORMAT = "visio-person-export/1"
Row = dict[str, Any]


def as_bytes(data: Row) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def describe(holdings: Holdings, *, asked_at: datetime, reference: str = "") -> Row:
    return {
        "format": FORMAT,
        "asked_at": time(asked_at),
        "request": reference or None,
        "accounts": [_account(user) for user in holdings.accounts.select_related("institution")],
        "sessions": [_session(row) for row in holdings.sessions],
        "second_factors": [{"kind": row.type, "since": time(row.created_at)} for row in holdings.second_factors],
        "roles": [
            {"role": row.role, "institution": _label(row.institution), "since": time(row.granted_at)}
            for row in holdings.roles
        ],
        "calendar_feeds": [{"since": time(row.created_at), "read_at": time(row.read_at)} for row in holdings.feeds],
        "participations": [_participation(row) for row in holdings.participations],
        "invitations": [_invitation(row) for row in holdings.invitations.prefetch_related("mails")],
        "consents": [_consent(row) for row in holdings.consents],
        "lines": [_line(row) for row in holdings.lines],
        "recognised_lines": list(recognised_of(holdings)),
        "line_changes": list(changes_of(holdings)),
        "approved_lines": list(approved_of(holdings)),
        "items": [_item(row) for row in holdings.items],
        "remarks": [
            {"at": time(row.at), "minutes": str(row.transcription_id), "text": row.text} for row in holdings.comments
        ],
        "corrections": [
            {"at": time(row.at), "minutes": str(row.transcription_id), "kind": row.kind} for row in holdings.edits
        ],
        "reviews": [{"at": time(row.asked_at), "minutes": str(row.transcription_id)} for row in holdings.reviews],
        "chat": [{"at": time(row.at), "meeting": str(row.meeting_id), "text": row.text} for row in holdings.chat],
        "sounds": [_track(row) for row in holdings.sounds],
        "pictures": [_track(row) for row in holdings.pictures],
        "rooms": [
            *({"title": row.title, "since": time(row.created_at), "as": "organiser"} for row in holdings.rooms),
            *(
                {"title": row.room.title, "since": time(row.added_at), "as": "co-organiser"}
                for row in holdings.shared_rooms
            ),
        ],
        "planned": [{"title": row.title, "start": time(row.start), "rule": row.rule} for row in holdings.series],
        "imports": [
            {"title": row.title, "held_on": row.held_on.isoformat(), "at": time(row.at), "state": row.state}
            for row in holdings.imports
        ],
        "shared_with_me": [
            {"recording": str(row.recording_id), "since": time(row.at), "until": time(row.revoked_at or row.expires_at)}
            for row in holdings.shares
        ],
        "requests": [
            {
                "reference": row.reference,
                "kind": row.kind,
                "received_on": row.received_on.isoformat(),
                "state": row.state,
            }
            for row in holdings.requests
        ],
        "trail": list(_trail(holdings)),
        "left_out": _left_out(holdings),
    }


def time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _label(row: Model | None) -> str | None:
    return str(row) if row else None


def _account(user: Any) -> Row:
    return {
        "id": str(user.pk),
        "signs_in_by": user.source,
        "identifier": user.sub,
        "given_name": user.given_name,
        "usual_name": user.usual_name,
        "email": user.email,
        "institution": _label(user.institution),
        "identity_provider": user.idp_id,
        "identifier_at_the_provider": user.uid,
        "kinds_of_agent": user.roles,
        "is_active": user.is_active,
        "since": time(user.created_at),
        "last_sign_in": time(user.last_login),
    }


def _session(row: Any) -> Row:
    return {
        "address": row.ip,
        "browser": row.user_agent,
        "since": time(row.created_at),
        "last_seen": time(row.last_seen_at),
    }


def _participation(row: Any) -> Row:
    return {
        "id": str(row.pk),
        "meeting": str(row.meeting_id),
        "title": row.meeting.title,
        "institution": str(row.meeting.room.institution),
        "name_shown": row.display_name,
        "institution_shown": row.institution_label,
        "assurance": row.assurance,
        "role": row.role,
        "shared_microphone": row.shared_microphone,
        "joined_at": time(row.joined_at),
        "left_at": time(row.left_at),
        "removed_at": time(row.removed_at),
    }


def _invitation(row: Any) -> Row:
    return {
        "title": row.series.title,
        "email": row.email,
        "name": row.name,
        "answer": row.answer,
        "answered_at": time(row.answered_at),
        "invited_at": time(row.created_at),
        "withdrawn_at": time(row.revoked_at),
        "mails": sorted(time(mail.sent_at) or "" for mail in row.mails.all() if mail.sent_at),
    }


def _consent(row: Consent) -> Row:
    """With the text that was shown, in the language in which it was."""
    purpose = row.recording.purpose
    english = row.language == "en"
    return {
        "recording": str(row.recording_id),
        "title": row.recording.meeting.title,
        "at": time(row.at),
        "choice": row.choice,
        "words": row.transcript,
        "picture": row.picture,
        "way": row.way,
        "language": row.language,
        "text_version": row.text_version,
        "purpose": (purpose.label_en if english else purpose.label_fr) if purpose else None,
        "text": (purpose.text_en if english else purpose.text_fr) if purpose else None,
        "legal_basis": purpose.legal_basis if purpose else None,
    }


def _line(row: Any) -> Row:
    return {
        "minutes": str(row.transcription_id),
        "title": row.transcription.recording.meeting.title,
        "recorded_at": time(row.transcription.recording.started_at),
        "start": round(row.start, 2),
        "end": round(row.end, 2),
        "name": row.speaker_name,
        "assurance": row.assurance,
        "text": row.text,
    }


def _item(row: Any) -> Row:
    return {
        "minutes": str(row.transcription_id),
        "kind": row.kind,
        "state": row.state,
        "text": row.text,
        "due": row.due.isoformat() if row.due else None,
        "generated": row.is_as_generated,
    }


def _track(row: Track) -> Row:
    return {
        "file": file_of(row),
        "recording": str(row.recording_id),
        "recorded_at": time(row.recording.started_at),
        "start": round(row.start, 2),
        "seconds": round(row.duration, 2),
        "bytes": row.size_bytes,
        "sha256": row.sha256,
    }


def file_of(track: Track) -> str:
    """Its place in the ZIP."""
    if track.kind == Track.Kind.MICROPHONE:
        return f"audio/{track.pk}.ogg"
    return f"pictures/{track.pk}.webm"


def _trail(holdings: Holdings) -> Iterator[Row]:
    """Who else did something is not said: C-579/21 leaves out the names of a controller's own agents."""
    for row in holdings.trail.iterator():
        by_them = row.actor_id in holdings.subject.users
        yield {
            "at": time(row.at),
            "what": row.verb,
            "by": "you" if by_them else row.actor_kind,
            "object": _object_of(row),
        }


def _object_of(row: AuditEntry) -> str:
    return f"{row.target_type}:{row.target_id}"


def _left_out(holdings: Holdings) -> Row:
    """Counted, and not copied: another person speaks, or may, in each (art. 15.4)."""
    return {
        "lines_of_shared_microphones": count(holdings.lines_of_shared_microphones),
        "sounds_with_other_voices": count(holdings.sounds_left_out),
        "shared_screens": count(holdings.screens),
    }
