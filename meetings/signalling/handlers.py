"""One short function per message: ask policy, do it, answer. And one per piece of news from elsewhere."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings

from meetings import actions, consents, conversation, counters, entry, events, lobby, placement, policy, resuming
from meetings.counters import Happened
from meetings.errors import MediaUnavailable, NameRequired, NotJoined, NotRecording, Refused
from meetings.invitations import tokens
from meetings.janus import versions
from meetings.janus.nodes import Nodes
from meetings.media_room import room_keys
from meetings.models import Consent, Participation, Recording
from meetings.nudges import nudge_withdrawing
from meetings.persons import Person
from meetings.policy import Permission
from meetings.signalling import captioning, leading, messages, parking, sdp, speech
from meetings.signalling.database import in_db
from meetings.signalling.health import Rows
from meetings.signalling.media import Media, feed_of
from meetings.signalling.noting import CLOSE_MEDIA_LOST, note
from meetings.signalling.parking import Parked
from meetings.signalling.session import Joined, Session

logger = logging.getLogger(__name__)

CLOSE_LEFT = 1000
CLOSE_NOT_WANTED = 4403
CLOSE_REPLACED = 4409
CLOSE_ENDED = 4410


async def join(session: Session, message: messages.Join) -> None:
    if session.joined:
        return await snapshot(session, messages.Snapshot())
    parked = await parking.take(message.resume)
    if parked and await _resume(session, message, parked):
        return None
    entered = await in_db(_enter, session, message)
    if isinstance(entered, str):
        return await session.tell({"type": "waiting", "text": entered})
    await _tell_joined(session, entered, resumed=False)
    try:
        session.media = await _open_media(session, entered.participation)
        session.media.spoke = partial(speech.spoke, session)
    except MediaUnavailable:
        await note(session, Happened.FAILED)
        await session.tell({"type": "error", "code": MediaUnavailable.code, "verb": "join"})
        await session.close(CLOSE_MEDIA_LOST)


async def _tell_joined(session: Session, entered: Entered, *, resumed: bool) -> None:
    participation = entered.participation
    meeting = participation.meeting
    session.joined = Joined(
        participation.pk,
        participation.connection,
        meeting.pk,
        meeting.node,
        entered.permissions,
        parking.new_token(),
    )
    session.was_recorded = entered.state["recording"] is not None
    parking.follow(session)
    await session.tell(
        {
            "type": "joined",
            "me": str(participation.pk),
            "permissions": sorted(entered.permissions),
            "simulcast": await _may_simulcast(meeting.node),
            "resume": session.joined.token,
            "resumed": resumed,
            "snapshot": entered.state,
        }
    )


async def _resume(session: Session, message: messages.Join, parked: Parked) -> bool:
    """Go on with a call that another process has parked; otherwise the browser joins as after any break."""
    entered = await in_db(_reenter, session, message, parked)
    if entered is None:
        return False
    participation = entered.participation
    try:
        session.media = await Media.resume(
            await _nodes().client(parked.node),
            room_keys(participation.meeting_id),
            feed_of(participation.pk, participation.connection),
            parked.media,
            shared_microphone=participation.shared_microphone,
            held=frozenset(participation.held),
            tell=session.tell,
            lost=session.media_lost,
            doubt=session.doubt,
        )
        session.media.spoke = partial(speech.spoke, session)
    except MediaUnavailable as error:
        logger.info("call not resumed: %s", error)
        return False
    await _tell_joined(session, entered, resumed=True)
    await follow_record(session)  # it may have stopped meanwhile
    await note(session, Happened.RESUMED)
    return True


@dataclass(frozen=True, slots=True)
class Entered:
    """The state is as of then."""

    participation: Participation
    state: events.Event
    permissions: frozenset[Permission]


def _enter(session: Session, message: messages.Join) -> str | Entered:
    """Or what is said to those who have to be let in.

    Together: each way into the database is waited for in turn. Most need not be let in, and are not asked twice.
    """
    person = _person(session, message.name)
    try:
        return _come_in(session, person, message)
    except Refused as error:
        if error.code != entry.MUST_WAIT:
            raise
    knock = lobby.knock(session.room, person)
    if knock is None:  # somebody has let them in meanwhile
        return _come_in(session, person, message)
    session.knock_id = knock.pk
    return lobby.text_for(session.room)


def _come_in(session: Session, person: Person, message: messages.Join) -> Entered:
    participation = actions.join_meeting(session.room, person=person, shared_microphone=message.shared_microphone)
    session.knock_id = None
    is_back = participation.connection > 1
    counters.add(Happened.RETURNS if is_back else Happened.JOINS, session.room.institution_id)
    return _entered(session, participation)


def _reenter(session: Session, message: messages.Join, parked: Parked) -> Entered | None:
    participation = resuming.resume(
        session.room,
        person=_person(session, message.name),
        participation_id=parked.participation_id,
        connection=parked.connection,
        node=parked.node,
    )
    return _entered(session, participation) if participation else None


def _entered(session: Session, participation: Participation) -> Entered:
    permissions = actions.permissions_in(participation.meeting.room, session.user, session.acr)
    return Entered(participation, events.snapshot(participation.meeting, participation), permissions)


def _person(session: Session, name: str | None) -> Person:
    if session.user:
        return Person(session.user, acr=session.acr)
    declared = " ".join((name or "").split())
    if not declared or not session.guest_key:
        raise NameRequired
    invitation = tokens.invitation_to(session.room, session.invitation_id) if session.invitation_id else None
    return Person(None, session.guest_key, declared, invitation=invitation)


async def _may_simulcast(node: str) -> bool:
    """Costs nothing: the connection is needed right afterwards. If there is none, that is told then."""
    try:
        return versions.may_simulcast((await _nodes().client(node)).version)
    except MediaUnavailable:
        return False


async def _open_media(session: Session, participation: Participation) -> Media:
    return await Media.open(
        await _nodes().client(participation.meeting.node),
        room_keys(participation.meeting_id),
        feed_of(participation.pk, participation.connection),
        shared_microphone=participation.shared_microphone,
        held=frozenset(participation.held),
        recordings_dir=placement.recordings_dir(participation.meeting.node),
        tell=session.tell,
        lost=session.media_lost,
        doubt=session.doubt,
    )


async def publish(session: Session, message: messages.Publish) -> None:
    joined, media = session.require_joined()
    policy.require(joined.permissions, Permission.PUBLISH)
    if {"screen", "sound"} & set(message.sources.values()):
        policy.require(joined.permissions, Permission.SHARE_SCREEN)
    offer = sdp.offer_for_janus(message.sdp, message.sources, media.version)
    was_publishing = media.is_publishing
    answer = await media.publish(offer, message.sources)
    await session.tell({"type": "published", "sdp": answer})
    if not was_publishing:  # from here on Janus itself writes m-lines that come, of whom it writes
        await follow_record(session)


async def answer(session: Session, message: messages.Answer) -> None:
    _, media = session.require_joined()
    rebuilt = sdp.answer_for_janus(message.sdp, media.version)
    if media.subscription:
        media.subscription.answered(message.offer, rebuilt)


async def set_media(session: Session, message: messages.Media) -> None:
    joined, media = session.require_joined()
    held = await in_db(
        actions.set_media,
        joined.participation_id,
        microphone=message.microphone,
        camera=message.camera,
        screen=message.screen,
    )
    await media.hold(frozenset(held))


async def view(session: Session, message: messages.View) -> None:
    _, media = session.require_joined()
    media.view(message.tiles)


async def quality(session: Session, message: messages.Quality) -> None:
    joined, _ = session.require_joined()
    await in_db(events.tell_quality, session.room.pk, joined.participation_id, message.level)
    if message.level in counters.OF_LEVEL:
        await note(session, counters.OF_LEVEL[message.level])


async def start_recording(session: Session, message: messages.StartRecording) -> None:
    joined, _ = session.require_joined()
    policy.require(joined.permissions, Permission.RECORD)
    await in_db(
        actions.start_recording,
        joined.participation_id,
        session.acr,
        purpose=message.purpose,
        announced=message.announced,
    )


async def stop_recording(session: Session, message: messages.StopRecording) -> None:
    joined, _ = session.require_joined()
    policy.require(joined.permissions, Permission.RECORD)
    await in_db(actions.stop_recording, joined.participation_id)


async def consent(session: Session, message: messages.Consent) -> None:
    joined, _ = session.require_joined()
    try:
        recording_id = UUID(message.recording)
    except ValueError as error:
        raise NotRecording from error
    answer = consents.Answer(message.choice, message.transcript, message.picture, message.way, message.language)
    await in_db(consents.answer_consent, joined.participation_id, recording_id, answer)
    await follow_record(session)
    if message.choice == Consent.Choice.DECLINED:  # what was written before goes too
        await in_db(_withdraw, recording_id)


def _withdraw(recording_id: UUID) -> None:
    for node in Recording.objects.get(pk=recording_id).nodes():
        nudge_withdrawing(recording_id, node)


async def follow_record(session: Session) -> None:
    """Make Janus write this person exactly when their newest answer says so."""
    joined, media = session.require_joined()
    async with media.recording_lock:
        recording = await in_db(consents.is_on_record, joined.participation_id)
        pictures = recording is not None and await in_db(consents.keeps_pictures, joined.participation_id, recording)
        await media.set_recording(recording, pictures=pictures)


async def check_record(session: Session) -> None:
    """Somebody who is being written still wants to be, and the recording goes on."""
    if session.media and session.media.recording_id:
        await follow_record(session)


async def snapshot(session: Session, message: messages.Snapshot) -> None:
    if session.joined is None:
        raise NotJoined
    state = await in_db(_snapshot, session.joined.participation_id)
    await session.tell({"type": "snapshot", "snapshot": state})


def _snapshot(participation_id: UUID) -> events.Event:
    participation = Participation.objects.select_related("meeting__room").get(pk=participation_id)
    return events.snapshot(participation.meeting, participation)


async def chat(session: Session, message: messages.Chat) -> None:
    joined, _ = session.require_joined()
    await in_db(conversation.say, joined.participation_id, message.text)


async def hand(session: Session, message: messages.Hand) -> None:
    joined, _ = session.require_joined()
    await in_db(conversation.raise_hand, joined.participation_id, up=message.up)


async def react(session: Session, message: messages.React) -> None:
    joined, _ = session.require_joined()
    await in_db(events.tell_reaction, session.room.pk, joined.participation_id, message.reaction)


async def leave(session: Session, message: messages.Leave) -> None:
    session.is_leaving = True
    await session.close(CLOSE_LEFT)


async def ping(session: Session, message: messages.Ping) -> None:
    await session.tell({"type": "pong"})


HANDLERS: dict[type[messages.Message], Callable[[Session, Any], Awaitable[None]]] = {
    messages.Join: join,
    messages.Publish: publish,
    messages.Answer: answer,
    messages.Media: set_media,
    messages.View: view,
    messages.Quality: quality,
    messages.StartRecording: start_recording,
    messages.StopRecording: stop_recording,
    messages.Consent: consent,
    messages.Chat: chat,
    messages.Hand: hand,
    messages.React: react,
    messages.Captions: captioning.captions,
    messages.CaptionMe: captioning.caption_me,
    messages.Speak: captioning.speak,
    messages.Snapshot: snapshot,
    messages.Leave: leave,
    messages.Ping: ping,
    **leading.HANDLERS,
}


async def handle(session: Session, message: messages.Message) -> None:
    await HANDLERS[type(message)](session, message)


async def ended(session: Session) -> None:
    """The socket is closed: leave the meeting, then Janus. Whose call is parked stays in both."""
    parking.forget(session)
    if session.is_parked:
        return
    is_over = False
    try:
        if session.knock_id and not session.joined:
            await in_db(lobby.give_up, session.knock_id)
        if session.joined:
            joined = session.joined
            await speech.spoke(session, on=False)
            is_over = await in_db(
                actions.leave_meeting, joined.participation_id, joined.connection, for_good=session.is_leaving
            )
    finally:
        if session.media:
            await session.media.close(destroy_room=is_over)


_nodes_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Nodes] = WeakKeyDictionary()


def _nodes() -> Nodes:
    """Of the running event loop: a process has one, a test suite many."""
    loop = asyncio.get_running_loop()
    if loop not in _nodes_of_loop:
        _nodes_of_loop[loop] = Nodes(settings.JANUS_NODES, settings.JANUS_API_SECRET, Rows())
    return _nodes_of_loop[loop]


async def stop_watching() -> None:
    """Of the running loop: its nodes are asked no more."""
    if nodes := _nodes_of_loop.pop(asyncio.get_running_loop(), None):
        await nodes.stop()
