from __future__ import annotations

import pytest

from meetings.errors import OfferRefused
from meetings.signalling.sdp import check_answer, check_offer, let_janus_begin

HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"


def section(kind: str, mid: str, direction: str = "sendonly", payload: str = "111", port: str = "9") -> str:
    return f"m={kind} {port} UDP/TLS/RTP/SAVPF {payload}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={direction}\r\n"


AUDIO, VIDEO = section("audio", "0"), section("video", "1", payload="96 97")
SOURCES = {"0": "microphone", "1": "camera"}


def test_microphone_camera_and_screen_may_be_offered() -> None:
    check_offer(HEAD + AUDIO + VIDEO + section("video", "2"), {**SOURCES, "2": "screen"})


def test_stopped_m_lines_stay_in_the_offer_without_a_source() -> None:
    check_offer(HEAD + AUDIO + VIDEO + section("video", "2", "inactive") + section("video", "3", port="0"), SOURCES)


@pytest.mark.parametrize(
    ("sdp", "sources"),
    [
        (HEAD + AUDIO + VIDEO + section("audio", "2"), {**SOURCES, "2": "microphone"}),
        (HEAD + AUDIO + VIDEO + section("audio", "2"), SOURCES),
        (HEAD + AUDIO + VIDEO, {"0": "microphone"}),
        (HEAD + AUDIO, SOURCES),
        (HEAD + AUDIO, {"0": "camera"}),
        (HEAD + AUDIO + section("application", "1"), SOURCES),
        (HEAD + section("audio", "0") + section("video", "0"), {"0": "microphone"}),
        (HEAD + section("audio", "0", payload="4294967296"), {"0": "microphone"}),
        (HEAD + section("audio", "0", payload="111" + " 1" * 200), {"0": "microphone"}),
        (HEAD + section("audio", ""), {"": "microphone"}),
        (HEAD + AUDIO + "a=x\x00y\r\n", {"0": "microphone"}),
        (HEAD + AUDIO + "a=" + "x" * 2000 + "\r\n", {"0": "microphone"}),
        (HEAD + AUDIO + "a=x\r\n" * 1000, {"0": "microphone"}),
        (HEAD + AUDIO + "m=audio\r\n", {"0": "microphone"}),
        (HEAD + section("video", "0") + section("video", "1") + section("video", "2"), {"0": "camera", "1": "screen"}),
        ("", {}),
        ("hello", {}),
    ],
    ids=[
        "second microphone", "unnamed second microphone", "unnamed camera", "missing camera", "kind and source differ",
        "data channel", "same mid twice", "payload type of CVE-2020-14034", "endless payloads", "no mid", "NUL",
        "endless line", "endless lines", "torn m-line", "three pictures", "empty", "not SDP",
    ],
)  # fmt: skip
def test_offer_of_anything_else_never_reaches_janus(sdp: str, sources: dict[str, str]) -> None:
    with pytest.raises(OfferRefused):
        check_offer(sdp, sources)


def test_subscriber_may_only_receive() -> None:
    check_answer(HEAD + section("audio", "0", "recvonly") + section("video", "1", "inactive"))
    with pytest.raises(OfferRefused):
        check_answer(HEAD + AUDIO)


def test_janus_begins_the_handshake_with_who_receives() -> None:
    section_with_role = AUDIO + "a=setup:actpass\r\n"
    assert let_janus_begin(HEAD + section_with_role * 2) == HEAD + (AUDIO + "a=setup:active\r\n") * 2
