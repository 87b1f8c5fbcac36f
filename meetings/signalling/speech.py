"""When this browser's person speaks, as the gateway hears it: for the record, if they are not on it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from meetings import unrecorded
from meetings.signalling.database import in_db
from meetings.signalling.session import Session

HEARD_AFTER = timedelta(seconds=0.4)  # `videoroom.AUDIO_ACTIVE_PACKETS`


async def spoke(session: Session, on: bool) -> None:
    """They begin to speak, or have ended. Costs the database nothing in a meeting that is not recorded."""
    if on:
        session.speaks_since = timezone.now() - HEARD_AFTER
        return
    since, session.speaks_since = session.speaks_since, None
    if since and session.joined and session.was_recorded:
        await in_db(unrecorded.note, session.joined.participation_id, since, timezone.now())
