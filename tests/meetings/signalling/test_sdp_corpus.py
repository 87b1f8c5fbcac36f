"""Whole offers: those of browsers keep what they need, and nothing gets through that no browser sends."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.errors import OfferRefused
from meetings.janus.versions import MEMORY_SAFE_SINCE, Version
from meetings.signalling.sdp import answer_for_janus, offer_for_janus

OFFERS = Path(__file__).parent / "offers"
ACCEPTED, REFUSED = sorted((OFFERS / "accepted").glob("*.sdp")), sorted((OFFERS / "refused").glob("*.sdp"))
OLD: Version = (1, 1, 2)
NEEDED = re.compile(r"a=(ice-|fingerprint|setup|rtcp-mux|extmap|msid|group|bundle-only|rtcp-(mux|rsize|xr))")
# Said again here, more loosely: what no line may be, whatever sdp_lines knows.
ALLOWED = re.compile(
    r"v=0|o=- \d+ \d+ IN IP4 127\.0\.0\.1|s=-|t=0 0|c=IN IP4 0\.0\.0\.0|b=(AS|TIAS):\d+"
    r"|m=(audio|video) \d{1,5} UDP/TLS/RTP/SAVPF( \d{1,3}){1,64}"
    r"|a=(sendrecv|sendonly|recvonly|inactive|rtcp-mux|rtcp-rsize|bundle-only|extmap-allow-mixed)"
    r"|a=rtpmap:\d{1,3} (opus/48000/2|VP8/90000)"
    r"|a=(group|msid-semantic|fingerprint|ice-ufrag|ice-pwd|ice-options|setup|mid|msid|extmap|rtcp-xr|rtcp-fb|fmtp"
    r"|ptime|maxptime|ssrc):[\x20-\x7e]{1,1024}",
    re.ASCII | re.IGNORECASE,
)


def read(path: Path) -> str:
    return path.read_bytes().decode().replace("\n", "\r\n")


def sources_of(path: Path) -> dict[str, str]:
    return {"0": "microphone", "1": "camera"} | ({"2": "screen"} if "screen" in path.stem else {})


def by_name(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=path.stem) for path in paths]


def sections(sdp: str) -> list[list[str]]:
    return [part.splitlines() for part in re.split(r"(?m)^(?=m=)", sdp)]


@pytest.mark.parametrize("path", by_name(ACCEPTED))
def test_offer_of_a_browser_keeps_what_it_needs(path: Path) -> None:
    rebuilt = sections(offer_for_janus(read(path), sources_of(path), OLD))
    offered = sections(read(path))
    assert len(rebuilt) == len(offered)
    for before, after in zip(offered, rebuilt, strict=True):
        needed = [line for line in before if NEEDED.match(line)]
        assert [line for line in needed if line not in after] == []
        new = {line for line in after if line not in before}
        assert {line[:2] for line in new} <= {"m=", "o=", "c="}


@pytest.mark.parametrize("path", by_name(ACCEPTED))
def test_no_address_of_the_machine_reaches_janus(path: Path) -> None:
    """See docs/decisions/0004-no-candidates.md: it learns where the browser is from the browser's own checks."""
    rebuilt = offer_for_janus(read(path), sources_of(path), OLD)
    assert set(re.findall(r"\d+\.\d+\.\d+\.\d+", rebuilt)) <= {"127.0.0.1", "0.0.0.0"}
    assert "candidate" not in rebuilt


@pytest.mark.parametrize("path", by_name(ACCEPTED))
def test_only_our_codecs_reach_janus_and_no_rtx_that_harms_it(path: Path) -> None:
    rebuilt = offer_for_janus(read(path), sources_of(path), OLD)
    maps = re.findall(r"a=rtpmap:(\d+) (\S+)", rebuilt)
    assert {codec.lower() for _, codec in maps} == {"opus/48000/2", "vp8/90000"}
    for line in rebuilt.splitlines():
        assert ALLOWED.fullmatch(line), line
        found = re.match(r"a=(?:rtpmap|fmtp|rtcp-fb):(\d+)", line)
        assert found is None or found[1] in {payload for payload, _ in maps}
    streams = set(re.findall(r"a=ssrc:(\d+)", rebuilt))
    assert len(streams) == rebuilt.count("\nm=")


@pytest.mark.parametrize("name", ["chromium-all-codecs", "firefox-all-codecs", "safari"])
def test_rtx_of_our_codec_stays_where_janus_is_safe(name: str) -> None:
    path = OFFERS / "accepted" / f"{name}.sdp"
    rebuilt = offer_for_janus(read(path), sources_of(path), MEMORY_SAFE_SINCE)
    assert rebuilt.count(" rtx/90000") == rebuilt.count(" apt=") == rebuilt.count("a=ssrc-group:FID") == 1
    assert "H264" not in rebuilt


@pytest.mark.parametrize("path", by_name(ACCEPTED))
def test_what_was_written_is_read_again_and_written_the_same(path: Path) -> None:
    for version in (OLD, MEMORY_SAFE_SINCE):
        once = offer_for_janus(read(path), sources_of(path), version)
        assert offer_for_janus(once, sources_of(path), version) == once


@pytest.mark.parametrize("path", by_name(REFUSED))
def test_offer_that_no_browser_sends_is_refused(path: Path) -> None:
    with pytest.raises(OfferRefused):
        offer_for_janus(read(path), sources_of(path), OLD)


def test_each_offer_is_explained() -> None:
    explained = (OFFERS / "README.md").read_text(encoding="utf-8")
    assert [path.stem for path in (*ACCEPTED, *REFUSED) if f"`{path.stem}`" not in explained] == []


LINES = sorted({line for path in (*ACCEPTED, *REFUSED) for line in path.read_bytes().decode().split("\n")} - {""})
LINE = st.sampled_from(LINES)
PIECES = st.sampled_from(["\x00", " ", "\r", "\n", "=", ":", "a=", "m=audio ", "4294967296", "é", "-1", "a=mid:0\r\n"])


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A browser's offer with some lines of any file added, taken out, said twice, exchanged or broken."""
    lines = read(draw(st.sampled_from(ACCEPTED))).split("\r\n")
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                lines.insert(at, draw(LINE))
            case 1 if len(lines) > 1:
                lines.pop(at)
            case 2:
                lines.insert(at, lines[at])
            case 3:
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                cut = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:cut] + draw(PIECES | st.text(max_size=4)) + lines[at][cut:]
    return "\r\n".join(lines)


def check_sane(rebuilt: str) -> None:
    head, *media = sections(rebuilt)
    assert head[0] == "v=0"
    for line in rebuilt.removesuffix("\r\n").split("\r\n"):
        assert ALLOWED.fullmatch(line), line
    for part in media:
        assert sum(line in {"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"} for line in part) == 1


@settings(max_examples=400, deadline=None)
@given(mutated(), st.sampled_from([{"0": "microphone", "1": "camera"}, {"0": "microphone"}, {}]))
def test_whatever_is_changed_the_offer_is_refused_or_sane(sdp: str, sources: dict[str, str]) -> None:
    try:
        rebuilt = offer_for_janus(sdp, sources, OLD)
    except OfferRefused:
        return
    check_sane(rebuilt)
    sending = [part for part in sections(rebuilt)[1:] if {"a=sendonly", "a=sendrecv"} & set(part)]
    live = [part for part in sending if not re.match(r"m=\w+ 0 ", part[0]) or "a=bundle-only" in part]
    assert len(live) == len(sources)


@settings(max_examples=200, deadline=None)
@given(mutated())
def test_whatever_is_changed_the_answer_is_refused_or_sends_nothing(sdp: str) -> None:
    try:
        rebuilt = answer_for_janus(sdp.replace("a=sendonly", "a=recvonly"), OLD)
    except OfferRefused:
        return
    check_sane(rebuilt)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.lists(LINE, max_size=40).map("\r\n".join))
def test_anything_else_is_refused_too(sdp: str) -> None:
    for rebuild in (partial(offer_for_janus, sdp, {}, OLD), partial(answer_for_janus, sdp, OLD)):
        try:
            check_sane(rebuild())
        except OfferRefused:
            continue
