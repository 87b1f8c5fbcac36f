"""What a browser may say, and the one door through which it says it. The contract is PROTOCOL.md."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from typing import Any, get_args, get_type_hints

from meetings.errors import ProtocolError

MAX_FRAME_CHARS = 64 * 1024  # an SDP offer is about 10 KiB
MAX_ANSWER_FRAME_CHARS = 512 * 1024  # an SDP answer to a hundred publishers is about 143 KiB
MAX_NAME_CHARS = 80
SOURCES = frozenset({"microphone", "camera", "screen"})
CHOICES = frozenset({"accepted", "declined"})
MID = re.compile(r"[\w.+-]{1,16}", re.ASCII)

Sources = dict[str, str]  # mid → what the m-line carries


@dataclass(frozen=True, slots=True)
class Join:
    name: str | None
    shared_microphone: bool


@dataclass(frozen=True, slots=True)
class Publish:
    """An SDP offer for everything the browser sends."""

    sdp: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class Answer:
    offer: int
    sdp: str


@dataclass(frozen=True, slots=True)
class Media:
    microphone: bool
    camera: bool
    screen: bool


@dataclass(frozen=True, slots=True)
class StartRecording:
    pass


@dataclass(frozen=True, slots=True)
class StopRecording:
    pass


@dataclass(frozen=True, slots=True)
class Consent:
    recording: str
    choice: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    pass


@dataclass(frozen=True, slots=True)
class Leave:
    pass


@dataclass(frozen=True, slots=True)
class Ping:
    pass


Message = Join | Publish | Answer | Media | StartRecording | StopRecording | Consent | Snapshot | Leave | Ping
TYPES: dict[str, type[Message]] = {
    "join": Join,
    "publish": Publish,
    "answer": Answer,
    "media": Media,
    "start-recording": StartRecording,
    "stop-recording": StopRecording,
    "consent": Consent,
    "snapshot": Snapshot,
    "leave": Leave,
    "ping": Ping,
}
VERBS = {message_type: verb for verb, message_type in TYPES.items()}


def parse(frame: str | None) -> Message:
    """Read one text frame. Raises ProtocolError on anything else than a known message."""
    if frame is None:
        raise ProtocolError("binary frame")
    if len(frame) > MAX_ANSWER_FRAME_CHARS:
        raise ProtocolError("frame too long")
    try:
        values = json.loads(frame)
        message_type = TYPES[values.pop("type")]
        message = message_type(**values)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProtocolError("unknown message") from error
    if len(frame) > MAX_FRAME_CHARS and not isinstance(message, Answer):
        raise ProtocolError("frame too long")
    _check(message)
    return message


def _check(message: Message) -> None:
    hints = get_type_hints(type(message))
    for field in fields(message):
        value = getattr(message, field.name)
        if not _fits(value, hints[field.name]):
            raise ProtocolError("field of the wrong type")
        if isinstance(value, str) and not _is_text(value):
            raise ProtocolError("not text")
    if isinstance(message, Join) and message.name is not None and len(message.name) > MAX_NAME_CHARS:
        raise ProtocolError("name too long")
    if isinstance(message, Publish) and not _are_sources(message.sources):
        raise ProtocolError("unknown source")
    if isinstance(message, Consent) and message.choice not in CHOICES:
        raise ProtocolError("unknown choice")


def _fits(value: object, hint: Any) -> bool:
    """Whether `value` has exactly the type of `hint`: True is no integer here."""
    if hint == Sources:
        return type(value) is dict
    return type(value) in (get_args(hint) or (hint,))


def _is_text(value: str) -> bool:
    """PostgreSQL stores no NUL, and half of a surrogate pair cannot be encoded."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in value


def _are_sources(sources: Sources) -> bool:
    named = list(sources.values())
    if not all(MID.fullmatch(mid) for mid in sources):
        return False
    return all(isinstance(name, str) and name in SOURCES for name in named) and len(set(named)) == len(named)
