from __future__ import annotations

import pytest

from meetings.errors import OfferRefused
from meetings.janus.versions import MEMORY_SAFE_SINCE, Version
from meetings.signalling.sdp import answer_for_janus, offer_for_janus, prepare_offer, strip_rtx

OLD: Version = (1, 1, 2)
CODECS = "a=rtpmap:96 VP8/90000\r\na=rtpmap:111 opus/48000/2\r\n"
HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"


def section(kind: str, mid: str, direction: str = "sendonly", payload: str = "", port: str = "9") -> str:
    payload = payload or {"audio": "111"}.get(kind, "96")
    return (
        f"m={kind} {port} UDP/TLS/RTP/SAVPF {payload}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={direction}\r\n{CODECS}"
    )


AUDIO, VIDEO = section("audio", "0"), section("video", "1", payload="96 97")
SOURCES = {"0": "microphone", "1": "camera"}


def check_offer(sdp: str, sources: dict[str, str]) -> str:
    return offer_for_janus(sdp, sources, OLD)


def check_answer(sdp: str) -> str:
    return answer_for_janus(sdp, OLD)


def test_microphone_camera_and_screen_may_be_offered() -> None:
    check_offer(HEAD + AUDIO + VIDEO + section("video", "2"), {**SOURCES, "2": "screen"})


def test_screen_may_have_its_sound() -> None:
    shared = section("video", "2") + section("audio", "3")
    check_offer(HEAD + AUDIO + VIDEO + shared, {**SOURCES, "2": "screen", "3": "sound"})


def test_stopped_m_lines_stay_in_the_offer_without_a_source() -> None:
    check_offer(HEAD + AUDIO + VIDEO + section("video", "2", "inactive") + section("video", "3", port="0"), SOURCES)


def test_firefox_may_publish() -> None:
    """It says the default direction for the whole session, and gives bundled m-lines port 0."""
    camera = section("video", "1", port="0") + "a=bundle-only\r\n"
    check_offer(HEAD + "a=sendrecv\r\n" + AUDIO + camera, SOURCES)


@pytest.mark.parametrize(
    ("sdp", "sources"),
    [
        (HEAD + AUDIO + VIDEO + section("audio", "2"), {**SOURCES, "2": "microphone"}),
        (HEAD + AUDIO + VIDEO + section("audio", "2"), SOURCES),
        (HEAD + AUDIO + section("audio", "1") + section("audio", "2"), {"0": "microphone", "1": "sound", "2": "sound"}),
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
        (HEAD + AUDIO + "a=recvonly\r\n", {"0": "microphone"}),
        (HEAD + section("audio", "0", "recvonly") + "a=sendonly\r\n", {}),
        (HEAD + section("audio", "0", "recvonly") + "a=SendOnly\r\n", {}),
        (HEAD + section("audio", "0", "recvonly "), {}),
        (HEAD + AUDIO + "a=MID:7\r\n", {"0": "microphone"}),
        (HEAD + section("audio", "é"), {"é": "microphone"}),
        (HEAD + AUDIO + section("audio", "1", port="0") + "a=Bundle-Only\r\n", {"0": "microphone"}),
        (HEAD + "a=inactive\r\n" + AUDIO, {"0": "microphone"}),
        (HEAD + VIDEO + "a=rid:h send\r\n", {"1": "camera"}),
        (HEAD + VIDEO + "a=simulcast:send h;l\r\n", {"1": "camera"}),
        (HEAD + VIDEO + "a=ssrc-group:SIM 1 2 3\r\n", {"1": "camera"}),
        ("", {}),
        ("hello", {}),
    ],
    ids=[
        "second microphone", "unnamed second microphone", "third sound", "unnamed camera", "missing camera",
        "kind and source differ",
        "data channel", "same mid twice", "payload type of CVE-2020-14034", "endless payloads", "no mid", "NUL",
        "endless line", "endless lines", "torn m-line", "three pictures", "two directions", "hidden direction",
        "hidden direction in capitals", "direction with a space", "two mids", "mid with an accent",
        "second microphone that only seems stopped", "direction of all", "rid", "simulcast", "simulcast by its numbers",
        "empty", "not SDP",
    ],
)  # fmt: skip
def test_offer_of_anything_else_never_reaches_janus(sdp: str, sources: dict[str, str]) -> None:
    with pytest.raises(OfferRefused):
        check_offer(sdp, sources)


@pytest.mark.parametrize(
    "lines",
    [
        "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n",
        "a=rtpmap:97  RTX/90000\r\na=fmtp:97 apt=96\r\n",
        "a=fmtp:97 apt=96\r\na=rtcp-fb:97 nack\r\n",
        "a=ssrc-group:FID 1 2\r\na=ssrc:2 cname:x\r\n",
    ],
)
def test_rtx_is_taken_out_before_an_old_janus(lines: str) -> None:
    assert check_offer(HEAD + VIDEO + lines, {"1": "camera"}) == check_offer(HEAD + VIDEO, {"1": "camera"})


def test_simulcast_reaches_a_janus_that_bears_it() -> None:
    lines = "a=rid:h send\r\na=rid:l send\r\na=simulcast:send h;l\r\n"
    assert offer_for_janus(HEAD + VIDEO + lines, {"1": "camera"}, MEMORY_SAFE_SINCE).endswith(lines)


def test_subscriber_may_only_receive() -> None:
    check_answer(HEAD + section("audio", "0", "recvonly") + section("video", "1", "inactive"))
    for section_that_sends in (AUDIO, section("audio", "0", "recvonly") + "a=sendonly\r\n"):
        with pytest.raises(OfferRefused):
            check_answer(HEAD + section_that_sends)


def test_subscriber_answers_to_a_hundred_publishers() -> None:
    details = "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n" * 16
    sections = [section("video", str(mid), "recvonly") + details for mid in range(200)]
    answer = HEAD + "".join(sections)
    assert len(answer) > 143 * 1024
    assert answer.count("\n") > 4000
    check_answer(answer)
    with pytest.raises(OfferRefused):
        check_answer(answer + answer.removeprefix(HEAD))


def test_janus_begins_the_handshake_with_who_receives() -> None:
    section_with_role = AUDIO + "a=setup:actpass\r\n"
    assert prepare_offer(HEAD + section_with_role * 2, OLD) == HEAD + (AUDIO + "a=setup:active\r\n") * 2


WITH_RTX = (
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\na=setup:actpass\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\n"
    "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtcp-fb:97 nack\r\n"
    "a=ssrc-group:FID 11 12\r\na=ssrc:11 cname:janus\r\na=ssrc:12 cname:janus\r\n"
)
WITHOUT_RTX = (
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=setup:actpass\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\n"
    "a=ssrc:11 cname:janus\r\n"
)


def test_subscriber_is_offered_no_rtx() -> None:
    other = section("video", "2", payload="97") + "a=rtpmap:97 VP8/90000\r\n"
    assert strip_rtx(HEAD + WITH_RTX + other) == HEAD + WITHOUT_RTX + other
    assert strip_rtx(HEAD + AUDIO) == HEAD + AUDIO


def test_offer_is_prepared_in_one_step() -> None:
    assert prepare_offer(HEAD + WITH_RTX, OLD) == HEAD + WITHOUT_RTX.replace("actpass", "active")


def test_subscriber_of_a_safe_janus_is_offered_its_rtx() -> None:
    assert prepare_offer(HEAD + WITH_RTX, MEMORY_SAFE_SINCE) == HEAD + WITH_RTX.replace("actpass", "active")
