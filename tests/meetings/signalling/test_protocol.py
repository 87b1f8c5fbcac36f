from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.errors import ProtocolError
from meetings.signalling import messages, protocol
from meetings.signalling.messages import Answer, Join, Publish
from meetings.signalling.protocol import parse


def test_known_messages_are_read() -> None:
    assert parse('{"type": "join", "name": null, "shared_microphone": false}') == Join(None, shared_microphone=False)
    assert parse('{"type": "answer", "offer": 3, "sdp": "v=0"}') == Answer(3, "v=0")
    frame = json.dumps({"type": "publish", "sdp": "v=0", "sources": {"0": "microphone"}})
    assert parse(frame) == Publish("v=0", {"0": "microphone"})


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "null",
        '{"type": "fly"}',
        '{"type": ["join"]}',
        '{"type": "ping", "extra": 1}',
        '{"type": "join", "name": 3, "shared_microphone": false}',
        '{"type": "join", "name": null, "shared_microphone": 1}',
        '{"type": "join", "name": "\\u0000", "shared_microphone": false}',
        json.dumps({"type": "join", "name": "x" * 81, "shared_microphone": False}),
        '{"type": "answer", "offer": true, "sdp": ""}',
        '{"type": "answer", "offer": 1.5, "sdp": ""}',
        '{"type": "publish", "sdp": "v=0", "sources": {"0": "radio"}}',
        '{"type": "publish", "sdp": "v=0", "sources": {"0": ["camera"]}}',
        '{"type": "publish", "sdp": "v=0", "sources": {"0": "microphone", "1": "microphone"}}',
        '{"type": "publish", "sdp": "v=0", "sources": []}',
        '{"type": "consent", "recording": "x", "choice": "maybe"}',
        '{"type": "publish", "sdp": "v=0", "sources": {}, "room": "r", "secret": "s", "record": true}',
        '{"type": "join", "name": "\\ud800", "shared_microphone": false}',
        '{"type": "consent", "recording": "\\udfff", "choice": "accepted"}',
        '{"type": "publish", "sdp": "v=0", "sources": {"\\ud800": "microphone"}}',
        '{"type": "publish", "sdp": "v=0", "sources": {"\\u0660": "microphone"}}',
        '{"type": "publish", "sdp": "v=0", "sources": {"": "microphone"}}',
        "[" * 60_000,
        json.dumps({"type": "publish", "sdp": "x" * protocol.MAX_FRAME_CHARS, "sources": {}}),
        json.dumps({"type": "answer", "offer": 1, "sdp": "x" * protocol.MAX_ANSWER_FRAME_CHARS}),
        None,
    ],
)
def test_frame_outside_the_protocol_is_refused(frame: str | None) -> None:
    with pytest.raises(ProtocolError):
        parse(frame)


def test_answer_alone_may_be_long() -> None:
    sdp = "x" * (256 * 1024)
    assert parse(json.dumps({"type": "answer", "offer": 1, "sdp": sdp})) == Answer(1, sdp)


JSON = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.dictionaries(st.text(max_size=5), st.text(max_size=5))
)


@given(
    st.sampled_from(sorted(messages.TYPES)), st.dictionaries(st.sampled_from(["sdp", "sources", "name", "offer"]), JSON)
)
def test_whatever_is_in_the_fields_the_answer_is_a_message_or_a_refusal(verb: str, fields: dict[str, object]) -> None:
    try:
        message = parse(json.dumps({**fields, "type": verb}))
    except ProtocolError:
        return
    assert type(message) is messages.TYPES[verb]
