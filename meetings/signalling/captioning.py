"""The messages about live captions."""

from __future__ import annotations

from meetings import policy
from meetings.captions import actions, lines
from meetings.policy import Permission
from meetings.signalling import messages
from meetings.signalling.database import in_db
from meetings.signalling.session import Session


async def captions(session: Session, message: messages.Captions) -> None:
    """Who turns them on reads first what was said lately."""
    joined, _ = session.require_joined()
    if message.on:
        policy.require(joined.permissions, Permission.CAPTION)
    meeting_id = await in_db(actions.want, joined.participation_id, on=message.on)
    session.reads_captions = message.on
    if message.on:
        await session.tell({"type": "captions", "lines": await in_db(lines.kept, meeting_id)})


async def caption_me(session: Session, message: messages.CaptionMe) -> None:
    joined, _ = session.require_joined()
    await in_db(actions.may_caption, joined.participation_id, allowed=message.on)


async def speak(session: Session, message: messages.Speak) -> None:
    joined, _ = session.require_joined()
    await in_db(actions.speak, joined.participation_id, message.language)
