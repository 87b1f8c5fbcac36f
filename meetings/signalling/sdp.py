"""A browser's SDP is hostile input to C code: what it may ask for is checked before Janus reads it."""

from __future__ import annotations

import re

from meetings.errors import OfferRefused

MAX_SDP_CHARS = 32 * 1024
MAX_LINES = 600
MAX_LINE_CHARS = 1024
MAX_MEDIA = {"audio": 1, "video": 2}  # a second microphone would escape a moderator's mute
KIND_OF = {"microphone": "audio", "camera": "video", "screen": "video"}
LINE = re.compile(r"[a-z]=[^\x00-\x08\x0b-\x1f\x7f]*")
MEDIA = re.compile(r"m=(\w+) (\d{1,5}) ([A-Z/]+)((?: \d{1,3}){1,64})")


def check_offer(sdp: str, sources: dict[str, str]) -> None:
    """Raises OfferRefused unless `sdp` sends exactly `sources` (mid → source), and nothing else."""
    sent = _media_sent(_lines(sdp))
    if set(sent) != set(sources):
        raise OfferRefused("m-lines and sources differ")
    if any(KIND_OF[source] != sent[mid] for mid, source in sources.items()):
        raise OfferRefused("source of another kind")


def check_answer(sdp: str) -> None:
    """Raises OfferRefused when a subscriber's answer would send anything."""
    if _media_sent(_lines(sdp), limits={}):
        raise OfferRefused("a subscriber sends nothing")


def let_janus_begin(offer: str) -> str:
    """Janus' offer, changed so that Janus begins the DTLS handshake, and not the browser.

    Towards an ICE-lite peer Chromium names its pair with the second check, 50 ms after the first, but says hello after
    the first; Janus 1.1.2 drops what comes before, and the browser says it again after 50 ms, then after 100 more.
    """
    return offer.replace("a=setup:actpass", "a=setup:active")


def _lines(sdp: str) -> list[str]:
    if len(sdp) > MAX_SDP_CHARS:
        raise OfferRefused("too long")
    lines = sdp.replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) > MAX_LINES or any(len(line) > MAX_LINE_CHARS or not LINE.fullmatch(line) for line in lines):
        raise OfferRefused("not SDP")
    if lines[0] != "v=0":
        raise OfferRefused("not SDP")
    return lines


def _media_sent(lines: list[str], limits: dict[str, int] = MAX_MEDIA) -> dict[str, str]:
    """mid → kind of the m-lines that send. Stopped ones (port 0, inactive) stay in an SDP for ever."""
    sent: dict[str, str] = {}
    for section in _sections(lines):
        kind, is_sending, mid = _read_section(section)
        if kind not in {"audio", "video"}:
            raise OfferRefused("kind of media")
        if not is_sending:
            continue
        if not mid or mid in sent:
            raise OfferRefused("mid")
        sent[mid] = kind
    if any(list(sent.values()).count(kind) > limits.get(kind, 0) for kind in sent.values()):
        raise OfferRefused("too many m-lines")
    return sent


def _sections(lines: list[str]) -> list[list[str]]:
    starts = [number for number, line in enumerate(lines) if line.startswith("m=")]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _read_section(section: list[str]) -> tuple[str, bool, str]:
    head = MEDIA.fullmatch(section[0])
    if head is None:
        raise OfferRefused("m-line")
    kind, port, _, payloads = head.groups()
    if any(int(payload) > 127 for payload in payloads.split()):
        raise OfferRefused("payload type")
    mid = next((line[6:] for line in section if line.startswith("a=mid:")), "")
    is_sending = port != "0" and not {"a=inactive", "a=recvonly"} & set(section)
    return kind, is_sending, mid if re.fullmatch(r"[\w.+-]{1,16}", mid) else ""
