"""The attributes that browsers really put into SDP: whatever is not here never reaches Janus.

Read from what Chromium sends, and from RFC 8829, 8839, 8843, 5761, 8285 and 5576 for the others. Lines with
addresses of the browser's machine (`candidate`, `rtcp`) are not among them: docs/decisions/0004-no-candidates.md.
"""

from __future__ import annotations

import re
from functools import lru_cache

CODECS = {"audio": frozenset({"opus/48000/2"}), "video": frozenset({"vp8/90000"})}  # those that our rooms speak
RTX = "rtx/90000"
RTP_MAP = re.compile(r"(\d{1,3}) ([\w.-]{1,32}/\d{1,6}(?:/\d)?)", re.ASCII)
EXTENSIONS = frozenset(
    {
        "urn:3gpp:video-orientation",
        "urn:ietf:params:rtp-hdrext:csrc-audio-level",
        "urn:ietf:params:rtp-hdrext:sdes:mid",
        "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "urn:ietf:params:rtp-hdrext:toffset",
        "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
        "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
        "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
        "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type",
        "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00",
        "http://www.webrtc.org/experiments/rtp-hdrext/video-timing",
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
    }
)
_ID = r"[\w{}.+/=-]{1,64}"  # Firefox puts its identifiers between braces
_FEEDBACK = r"nack(?: (?:pli|sli|rpsi))?|ccm fir|goog-remb|transport-cc"
_PARAMETER = r"(?:minptime|maxptime|ptime|useinbandfec|usedtx|stereo|sprop-stereo|cbr|maxplaybackrate"
_PARAMETER += r"|maxaveragebitrate|sprop-maxcapturerate|max-fs|max-fr|apt|rtx-time|x-google-[a-z-]{1,24})=\d{1,9}"


def _values(**patterns: str) -> dict[str, re.Pattern[str]]:
    """By name of the attribute, with its dashes: what its value may be. Nothing for flags."""
    return {name.replace("_", "-"): re.compile(pattern, re.ASCII) for name, pattern in patterns.items()}


_OF_ALL = _values(
    extmap_allow_mixed="",
    fingerprint=r"sha-(?:1|224|256|384|512) [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){19,63}",
    group=r"BUNDLE(?: [\w.+-]{1,16}){0,600}",
    ice_options=r"(?:trickle|ice2|renomination)(?: (?:trickle|ice2|renomination)){0,2}",
    ice_pwd=r"[\w+/]{22,256}",  # noqa: S106  (a pattern)
    ice_ufrag=r"[\w+/]{4,256}",
    msid_semantic=rf" ?WMS(?: (?:\*|{_ID})){{0,8}}",
    setup=r"actpass|active|passive",
)
_OF_MEDIA = _OF_ALL | _values(
    bundle_only="",
    fmtp=rf"\d{{1,3}} {_PARAMETER}(?:; ?{_PARAMETER}){{0,15}}",
    maxptime=r"\d{1,4}",
    msid=rf"{_ID}(?: {_ID})?",
    ptime=r"\d{1,4}",
    rtcp_fb=rf"(?:\d{{1,3}}|\*) (?:{_FEEDBACK})",
    rtcp_mux="",
    rtcp_rsize="",
    rtcp_xr=r"rcvr-rtt=(?:all|sender)",
    rtpmap=RTP_MAP.pattern,
    ssrc=rf"\d{{1,10}} (?:cname|msid|mslabel|label):{_ID}(?: {_ID})?",
)
_OF_RTX = _OF_MEDIA | _values(ssrc_group=r"FID \d{1,10} \d{1,10}")
_OF_SIMULCAST = _OF_RTX | _values(
    rid=r"[A-Za-z0-9]{1,8} (?:send|recv)(?: (?:pt|max-[a-z]{2,8})=\d{1,9}(?:[;,](?:max-[a-z]{2,8}=)?\d{1,9}){0,7})?",
    simulcast=r"(?:send|recv) ~?[A-Za-z0-9]{1,8}(?:;~?[A-Za-z0-9]{1,8}){0,3}",
    ssrc_group=r"(?:FID|SIM)(?: \d{1,10}){2,4}",
)


_KNOWN = {"session": _OF_ALL, "media": _OF_MEDIA, "rtx": _OF_RTX, "simulcast": _OF_SIMULCAST}  # each in the next


@lru_cache(maxsize=4096)  # browsers say mostly the same
def is_known(line: str, where: str) -> bool:
    """Whether `line` is an attribute with a value that it may have: of the "session", or of "media", which may have
    "rtx", or "simulcast" too. Extensions are those of EXTENSIONS.
    """
    name, _, value = line.removeprefix("a=").partition(":")
    if not line.startswith("a="):
        return False
    if name == "extmap":
        return _is_extension(value)
    pattern = _KNOWN[where].get(name)
    return pattern is not None and pattern.fullmatch(value) is not None


def _is_extension(value: str) -> bool:
    number, _, address = value.partition(" ")
    return re.fullmatch(r"\d{1,3}(/(sendrecv|sendonly|recvonly|inactive))?", number, re.ASCII) is not None and (
        0 < int(number.split("/")[0]) < 256 and address in EXTENSIONS
    )
