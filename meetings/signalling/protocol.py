"""The door through which a browser speaks: one frame in, one message out. The contract is PROTOCOL.md."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from meetings.errors import ProtocolError
from meetings.signalling.messages import TYPES, Answer, Check, Message

MAX_FRAME_CHARS = 64 * 1024  # an SDP offer is about 10 KiB
MAX_ANSWER_FRAME_CHARS = 512 * 1024  # an SDP answer to a hundred publishers is about 143 KiB
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
    for name, (types, checks) in FIELDS[type(message)].items():
        value = getattr(message, name)
        if type(value) not in types:  # exactly: True is no integer here
            raise ProtocolError("field of the wrong type")
        if isinstance(value, str) and not _is_text(value):
            raise ProtocolError("not text")
        if value is not None and not all(check(value) for check in checks):
            raise ProtocolError("field out of bounds")


def _fields(message_type: Any) -> dict[str, tuple[tuple[type, ...], tuple[Check, ...]]]:
    """By name: the types that a value may have, and what else is asked of it."""
    hints = get_type_hints(message_type, include_extras=True)
    return {field.name: _read(hints[field.name]) for field in fields(message_type)}


def _read(hint: Any) -> tuple[tuple[type, ...], tuple[Check, ...]]:
    if get_origin(hint) is Annotated:
        inner, *checks = get_args(hint)
        return _read(inner)[0], tuple(checks)
    origin = get_origin(hint)
    if origin in (dict, list):
        return (origin,), ()
    parts = [_read(part) for part in get_args(hint)] or [((hint,), ())]
    return tuple(one for types, _ in parts for one in types), tuple(one for _, checks in parts for one in checks)


def _is_text(value: str) -> bool:
    """PostgreSQL stores no NUL, and half of a surrogate pair cannot be encoded."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in value


FIELDS = {message_type: _fields(message_type) for message_type in TYPES.values()}
