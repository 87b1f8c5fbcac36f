"""The verbs of Janus' VideoRoom that we use, and its news, as types of ours. Bodies are made here only.

Facts: Janus 1.1.2, `janus_videoroom.c`. Identifiers are strings (`string_ids`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from meetings.errors import MediaUnavailable
from meetings.janus.client import Frame, Handle, JanusRefused, JanusSession

NO_SUCH_ROOM = 426
ROOM_EXISTS = 427
NOWHERE = "nowhere"  # ours are named by 32 digits
PUBLISHERS_MAX = 100
BITRATE_MAX_BPS = 4_000_000  # of one publisher: camera 0.6, screen 2, sound 0.1, and room for the estimate
# `talking` after 0.4 s of voice; levels are -dBov, 0 is the loudest
AUDIO_ACTIVE_PACKETS = 20
AUDIO_LEVEL_AVERAGE = 50


FORWARDED_TO = "127.0.0.1"  # in clear: never to another machine
OPUS_PAYLOAD_TYPE = 111
LAYER_PATIENCE_US = 2_000_000  # without packets of a layer, before the next smaller one is sent


@dataclass(frozen=True, slots=True)
class RoomKeys:
    """A Janus room and what opens it. `secret` guards destroying, kicking and recording."""

    room: str
    secret: str
    admin_key: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What one publisher sends: mid → source, as the publisher's browser named it."""

    id: str
    sources: dict[str, str]


@dataclass(frozen=True, slots=True)
class FeedsPublished:
    feeds: list[Feed]


@dataclass(frozen=True, slots=True)
class FeedGone:
    feed: str


@dataclass(frozen=True, slots=True)
class Talking:
    feed: str
    mid: str
    on: bool


@dataclass(frozen=True, slots=True)
class Receiving:
    """Janus gets packets of a publisher's m-line, in one of its layers, or has got none for 2 s."""

    line: tuple[str, int]
    on: bool


@dataclass(frozen=True, slots=True)
class OfferUpdated:
    """Janus changed what a subscriber receives, and wants a new answer."""

    offer: SubscriberOffer


@dataclass(frozen=True, slots=True)
class SubscriberOffer:
    """`tracks`: the subscriber's mid → (feed, source)."""

    sdp: str
    tracks: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """What Janus does with an m-line of a subscriber. `layer` is of simulcast: 2 is the largest picture."""

    mid: str
    sends: bool = True
    layer: int = 2


News = FeedsPublished | FeedGone | Talking | Receiving | OfferUpdated


async def create_room(handle: Handle, keys: RoomKeys, *, recordings_dir: str) -> None:
    """Make the room, unless it is there. Nothing is recorded but by `record`, which needs the secret."""
    body = {
        "request": "create",
        "room": keys.room,
        "admin_key": keys.admin_key,
        "secret": keys.secret,
        "is_private": True,
        "require_pvtid": True,
        "permanent": False,
        "publishers": PUBLISHERS_MAX,
        "bitrate": BITRATE_MAX_BPS,
        "audiocodec": "opus",
        "videocodec": "vp8",
        "opus_fec": True,
        "audiolevel_event": True,
        "audio_active_packets": AUDIO_ACTIVE_PACKETS,
        "audio_level_average": AUDIO_LEVEL_AVERAGE,
        "record": False,
        "lock_record": True,
        "rec_dir": recordings_dir,
    }
    try:
        await handle.message(body)
    except JanusRefused as error:
        if error.number != ROOM_EXISTS:
            raise


async def destroy_room(handle: Handle, keys: RoomKeys) -> None:
    await handle.message({"request": "destroy", "room": keys.room, "secret": keys.secret, "permanent": False})


async def answer_anything(handle: Handle) -> None:
    """Returns once the plugin's own thread has looked through its rooms, for one that is not there.

    Raises MediaUnavailable when it does not.
    """
    try:
        await handle.message({"request": "join", "ptype": "publisher", "room": NOWHERE})
    except JanusRefused as error:
        if error.number != NO_SUCH_ROOM:
            raise


async def list_rooms(handle: Handle, admin_key: str) -> list[str]:
    """All rooms of the node; without the key, Janus leaves out private ones: ours."""
    data, _ = await handle.message({"request": "list", "admin_key": admin_key})
    return [str(entry["room"]) for entry in data["list"]]


async def list_feeds(handle: Handle, keys: RoomKeys) -> list[str]:
    """Everybody who has joined the room as a publisher, whether they publish or not. Raises JanusRefused."""
    return [str(entry["id"]) for entry in await _participants(handle, keys)]


async def list_publishers(handle: Handle, keys: RoomKeys) -> set[str]:
    """Feeds of those who publish. Raises JanusRefused."""
    return {str(entry["id"]) for entry in await _participants(handle, keys) if entry.get("publisher")}


async def _participants(handle: Handle, keys: RoomKeys) -> list[Frame]:
    data, _ = await handle.message({"request": "listparticipants", "room": keys.room})
    participants: list[Frame] = data["participants"]
    return participants


async def kick(handle: Handle, keys: RoomKeys, feed: str) -> None:
    """Raises JanusRefused."""
    await handle.message({"request": "kick", "room": keys.room, "secret": keys.secret, "id": feed})


async def enter(handle: Handle, keys: RoomKeys, feed: str) -> tuple[int, list[Feed]]:
    """Join as a publisher. Returns the private id, which never leaves the server, and who publishes already."""
    data, _ = await handle.message({"request": "join", "ptype": "publisher", "room": keys.room, "id": feed})
    return data["private_id"], _feeds(data)


async def look(session: JanusSession, keys: RoomKeys, name: str) -> list[Feed]:
    """Who publishes now, and what: told only to who enters. `name` is gone again before it publishes anything."""
    handle = await session.attach(lambda frame: None)
    _, feeds = await enter(handle, keys, name)
    await handle.detach()
    return feeds


async def publish(handle: Handle, sdp: str, sources: dict[str, str], *, first: bool) -> str:
    """Hand over the browser's offer; return Janus' answer."""
    body = {
        "request": "publish" if first else "configure",
        "descriptions": [{"mid": mid, "description": source} for mid, source in sources.items()],
    }
    _, jsep = await handle.message(body, {"type": "offer", "sdp": sdp})
    if jsep is None:
        raise MediaUnavailable("no answer in the event")
    return str(jsep["sdp"])


async def record(handle: Handle, keys: RoomKeys, *, file_name: str) -> None:
    """Write this publisher, and nobody else, to `file_name`-audio-N.mjr and -video-N.mjr."""
    await handle.message({"request": "configure", "record": True, "secret": keys.secret, "filename": file_name})


async def stop_record(handle: Handle, keys: RoomKeys) -> None:
    await handle.message({"request": "configure", "record": False, "secret": keys.secret})


async def moderate(handle: Handle, keys: RoomKeys, feed: str, mid: str, *, mute: bool) -> None:
    """Forward an m-line of a publisher to nobody, or again. The publisher can't undo it."""
    await handle.message(
        {"request": "moderate", "room": keys.room, "secret": keys.secret, "id": feed, "mid": mid, "mute": mute}
    )


async def forward(handle: Handle, keys: RoomKeys, feed: str, mid: str, *, port: int, ssrc: int) -> int | None:
    """Send the sound of an m-line to a UDP port of this machine too, in clear RTP. Returns the forwarder's number, or
    None when there is no such m-line.

    It ends with the publisher. Raises JanusRefused when that one is not there.
    """
    body = {
        "request": "rtp_forward",
        **_guarded(keys, feed),
        "host": FORWARDED_TO,
        "streams": [{"mid": mid, "port": port, "pt": OPUS_PAYLOAD_TYPE, "ssrc": ssrc}],
    }
    data, _ = await handle.message(body)
    return next((int(forwarder["stream_id"]) for forwarder in data.get("forwarders", [])), None)


async def stop_forward(handle: Handle, keys: RoomKeys, feed: str, number: int) -> None:
    """Raises JanusRefused."""
    await handle.message({"request": "stop_rtp_forward", **_guarded(keys, feed), "stream_id": number})


def _guarded(keys: RoomKeys, feed: str) -> Frame:
    """What `lock_rtp_forward` asks for."""
    return {"room": keys.room, "secret": keys.secret, "admin_key": keys.admin_key, "publisher_id": feed}


async def subscribe_first(
    handle: Handle, keys: RoomKeys, private_id: int, wanted: set[tuple[str, str]]
) -> SubscriberOffer:
    """Join as a subscriber of `wanted`, pairs of feed and mid."""
    body = {
        "request": "join",
        "ptype": "subscriber",
        "room": keys.room,
        "private_id": private_id,
        "streams": _streams(wanted),
    }
    data, jsep = await handle.message(body)
    if jsep is None:
        raise MediaUnavailable("no offer in the event")
    return _subscriber_offer(data, jsep)


async def subscribe(
    handle: Handle, added: set[tuple[str, str]], dropped: set[tuple[str, str]]
) -> SubscriberOffer | None:
    """Change what a subscriber receives. None when Janus sees no difference."""
    body: Frame = {"request": "update"}
    if added:
        body["subscribe"] = _streams(added)
    if dropped:
        body["unsubscribe"] = _streams(dropped)
    data, jsep = await handle.message(body)
    return _subscriber_offer(data, jsep) if jsep else None


async def adjust(handle: Handle, lines: list[Line], *, simulcast: bool) -> None:
    """Pause m-lines of a subscriber, or go on with them, without a negotiation. Raises JanusRefused."""
    streams: list[Frame] = [{"mid": line.mid, "send": line.sends} for line in lines]
    if simulcast:
        for stream, line in zip(streams, lines, strict=True):
            stream |= {"substream": line.layer, "fallback": LAYER_PATIENCE_US}
    await handle.message({"request": "configure", "streams": streams})


async def insist(handle: Handle, lines: list[Line]) -> None:
    """Say their layers again: nothing happens where Janus sends them already. Raises JanusRefused."""
    streams = [{"mid": line.mid, "substream": line.layer} for line in lines]
    await handle.message({"request": "configure", "streams": streams})


async def start(handle: Handle, sdp: str) -> None:
    """Hand over the subscriber's answer."""
    await handle.message({"request": "start"}, {"type": "answer", "sdp": sdp})


def read_news(frame: Frame) -> list[News]:
    """What a frame that nobody asked for tells; empty when it is of no interest here."""
    if frame["janus"] == "media":
        return [Receiving((str(frame["mid"]), int(frame.get("substream", 0))), bool(frame["receiving"]))]
    data = frame.get("plugindata", {}).get("data", {})
    if frame.get("jsep") and data.get("videoroom") in {"updated", "attached"}:
        return [OfferUpdated(_subscriber_offer(data, frame["jsep"]))]
    if data.get("videoroom") in {"talking", "stopped-talking"}:
        return [Talking(data["id"], str(data.get("mid", "")), data["videoroom"] == "talking")]
    news: list[News] = [FeedGone(data[word]) for word in ("unpublished", "leaving") if isinstance(data.get(word), str)]
    if data.get("publishers"):
        news.append(FeedsPublished(_feeds(data)))
    return [item for item in news if not (isinstance(item, FeedGone) and item.feed == "ok")]


def _feeds(data: Frame) -> list[Feed]:
    return [Feed(publisher["id"], _sources(publisher.get("streams", []))) for publisher in data.get("publishers", [])]


def _sources(streams: list[dict[str, Any]]) -> dict[str, str]:
    return {
        stream["mid"]: stream.get("description", stream["type"]) for stream in streams if not stream.get("disabled")
    }


def _streams(pairs: set[tuple[str, str]]) -> list[Frame]:
    return [{"feed": feed, "mid": mid} for feed, mid in sorted(pairs)]


def _subscriber_offer(data: Frame, jsep: Frame) -> SubscriberOffer:
    tracks = {
        stream["mid"]: (stream["feed_id"], stream.get("feed_description", ""))
        for stream in data.get("streams", [])
        if stream.get("active") and "feed_id" in stream
    }
    return SubscriberOffer(jsep["sdp"], tracks)
