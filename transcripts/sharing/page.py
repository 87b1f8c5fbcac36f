"""What the page of minutes shows of who can read them, and offers to organisers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Institution
from meetings import ceilings
from meetings.models import RecordingShare
from meetings.policy import Readers, Sharing
from transcripts.models import Transcription
from transcripts.sharing import links
from transcripts.sharing.actions import institutions_known


@dataclass(frozen=True, slots=True)
class Shared:
    """`link` is empty but for links, which organisers alone see."""

    id: UUID
    name: str
    expires_at: datetime | None
    link: str


def readers_of(transcription: Transcription, *, leads: bool) -> dict[str, Any]:
    """`leads`: is shown to somebody who may share."""
    recording = transcription.recording
    room = recording.meeting.room
    rules = ceilings.rules_of_room(room)
    participants = recording.meeting.participations.exclude(user=None).count()
    organisers = [room.organiser, *(row.user for row in room.room_organisers.select_related("user"))]
    rows = recording.shares.current().select_related("user", "institution")
    return {
        "organisers": list(dict.fromkeys(organiser.get_full_name() for organiser in organisers)),
        "participants": _participants(participants) if recording.readers == Readers.PARTICIPANTS else "",
        "shares": [_shared(row, leads) for row in rows],
        "leads": leads,
        "may_open_to_participants": rules.readers == Readers.PARTICIPANTS,
        "may_name": leads and rules.sharing != Sharing.NOBODY,
        "may_link": leads and rules.reading_links,
        "institutions": _institutions(transcription, rules.sharing) if leads else [],
    }


def _participants(count: int) -> str:
    found = ngettext("%(count)s participant with an account", "%(count)s participants with an account", count)
    return found % {"count": count}


def _shared(row: RecordingShare, leads: bool) -> Shared:
    if row.user:
        return Shared(row.pk, row.user.get_full_name(), row.expires_at, "")
    if row.institution:
        return Shared(row.pk, _("Agents of %(institution)s") % {"institution": row.institution}, row.expires_at, "")
    return Shared(row.pk, _("Whoever has the link"), row.expires_at, links.address_of(row) if leads else "")


def _institutions(transcription: Transcription, sharing: Sharing) -> list[Institution]:
    known = institutions_known(transcription)
    if sharing == Sharing.NOBODY:
        return []
    own = transcription.recording.meeting.room.institution_id
    return known if sharing == Sharing.EVERYBODY else [one for one in known if one.pk == own]
