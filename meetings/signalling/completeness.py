"""Whether everybody in a meeting receives everybody. Janus tells of each newcomer once: here it is asked again."""

from __future__ import annotations

from uuid import UUID

from accounts import audit
from meetings.janus import videoroom
from meetings.janus.client import JanusRefused
from meetings.models import Meeting
from meetings.signalling import parking
from meetings.signalling.database import in_db
from meetings.signalling.media import Media
from meetings.signalling.session import Session


async def check_streams(session: Session) -> None:
    """Subscribe people of this process to what they lack. Once for a meeting: by the first of them.

    Who has just come is not yet received by all, and nothing is wrong: what lacks is seen twice.
    Raises MediaUnavailable.
    """
    joined, media = session.joined, session.media
    here = [other for other in parking.calls_of(joined.meeting_id) if other.media] if joined else []
    if joined is None or media is None or media.publisher is None or here[:1] != [session]:
        return
    try:
        published = await videoroom.list_publishers(media.publisher, media.keys)
    except JanusRefused:  # the room is being removed: the meeting is over
        return
    lacking = {id(other): _lacks_still(other.media, published) for other in here if other.media}
    if any(lacking.values()):
        feeds = await media.look()
        for other in here:
            if other.media and other.media.subscription:
                other.media.subscription.want([feed for feed in feeds if feed.id in lacking[id(other)]])
        count = sum(map(len, lacking.values()))
        await in_db(_write_down, joined.meeting_id, count)


def _lacks_still(media: Media, published: set[str]) -> set[str]:
    """What it lacked at the last look too."""
    known = media.subscription.wanted if media.subscription else published
    before, media.lacking = media.lacking, published - known - {media.feed}
    return media.lacking & before


def _write_down(meeting_id: UUID, count: int) -> None:
    audit.record("meeting.streams-restored", actor=audit.SYSTEM, target=Meeting.objects.get(pk=meeting_id), count=count)
