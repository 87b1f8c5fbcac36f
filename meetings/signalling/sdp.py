"""A browser's SDP is hostile input to C code: what it may ask for is checked before Janus reads it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from meetings.errors import OfferRefused
from meetings.signalling.messages import MID

MAX_LINE_CHARS = 1024
KIND_OF = {"microphone": "audio", "camera": "video", "screen": "video"}
LINE = re.compile(r"[a-z]=[^\x00-\x08\x0b-\x1f\x7f]*")
MEDIA = re.compile(r"m=(\w+) (\d{1,5}) ([A-Z/]+)((?: \d{1,3}){1,64})", re.ASCII)
DIRECTIONS = frozenset({"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"})
# Janus 1.1.2 writes outside of its memory when it gets short packets of rtx or of simulcast.
CRASHES_JANUS = re.compile(r"a=(rid|simulcast)\b|a=ssrc-group:.*(sim|fid)|a=rtpmap:.*rtx|a=fmtp:.*apt=", re.IGNORECASE)
RTX = re.compile(r"a=rtpmap:(\d+) rtx/", re.IGNORECASE)
OF_A_PAYLOAD = frozenset({"a=rtpmap", "a=fmtp", "a=rtcp-fb"})
PAIR_OF_RTX = re.compile(r"a=ssrc-group:FID \d+ (\d+)")


@dataclass(frozen=True, slots=True)
class Limits:
    chars: int
    lines: int
    media: dict[str, int]
    """How many m-lines of a kind may send."""


# A second microphone would escape a moderator's mute. An answer grows with the number of people.
OFFER = Limits(chars=32 * 1024, lines=600, media={"audio": 1, "video": 2})
ANSWER = Limits(chars=256 * 1024, lines=8000, media={})


def check_offer(sdp: str, sources: dict[str, str]) -> None:
    """Raises OfferRefused unless `sdp` sends exactly `sources` (mid → source), and nothing else."""
    sent = _media_sent(sdp, OFFER)
    if set(sent) != set(sources):
        raise OfferRefused("m-lines and sources differ")
    if any(KIND_OF[source] != sent[mid] for mid, source in sources.items()):
        raise OfferRefused("source of another kind")


def check_answer(sdp: str) -> None:
    """Raises OfferRefused when a subscriber's answer would send anything."""
    _media_sent(sdp, ANSWER)


def prepare_offer(offer: str) -> str:
    """Janus' offer as its subscriber gets it: without rtx, and so that Janus begins the DTLS handshake.

    Towards an ICE-lite peer Chromium names its pair with the second check, 50 ms after the first, but says hello after
    the first; Janus 1.1.2 drops what comes before, and the browser says it again after 50 ms, then after 100 more.
    """
    return strip_rtx(offer).replace("a=setup:actpass", "a=setup:active")


def strip_rtx(offer: str) -> str:
    """Janus' offer without retransmissions of their own: what is lost is sent again as it was."""
    head, *sections = re.split(r"(?m)^(?=m=)", offer)
    return head + "".join(map(_strip_section, sections))


def _strip_section(section: str) -> str:
    payloads, streams = set(RTX.findall(section)), set(PAIR_OF_RTX.findall(section))
    first, *lines = section.splitlines(keepends=True)
    words = first.split()
    kept = [*words[:3], *(payload for payload in words[3:] if payload not in payloads)]
    return " ".join(kept) + "\r\n" + "".join(line for line in lines if not _is_of_rtx(line, payloads, streams))


def _is_of_rtx(line: str, payloads: set[str], streams: set[str]) -> bool:
    name, _, value = line.strip().partition(":")
    if name == "a=ssrc-group":
        return value.startswith("FID ")
    about = value.split(" ")[0]
    return about in streams if name == "a=ssrc" else name in OF_A_PAYLOAD and about in payloads


def _lines(sdp: str, limits: Limits) -> list[str]:
    if len(sdp) > limits.chars:
        raise OfferRefused("too long")
    lines = sdp.replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) > limits.lines or any(len(line) > MAX_LINE_CHARS or not LINE.fullmatch(line) for line in lines):
        raise OfferRefused("not SDP")
    if lines[0] != "v=0":
        raise OfferRefused("not SDP")
    if any(CRASHES_JANUS.match(line) for line in lines):
        raise OfferRefused("would crash Janus")
    return lines


def _media_sent(sdp: str, limits: Limits) -> dict[str, str]:
    """mid → kind of the m-lines that send. Stopped ones (port 0, inactive) stay in an SDP for ever."""
    session, *sections = _sections(_lines(sdp, limits))
    if _direction_of(session) != "a=sendrecv":  # which Firefox says, and which changes nothing
        raise OfferRefused("direction of the session")
    sent: dict[str, str] = {}
    for section in sections:
        kind, is_sending, mid = _read_section(section)
        if kind not in {"audio", "video"}:
            raise OfferRefused("kind of media")
        if not is_sending:
            continue
        if not mid or mid in sent:
            raise OfferRefused("mid")
        sent[mid] = kind
    if any(count > limits.media.get(kind, 0) for kind, count in Counter(sent.values()).items()):
        raise OfferRefused("too many m-lines")
    return sent


def _sections(lines: list[str]) -> list[list[str]]:
    """What is said of the session, then each m-line with its attributes."""
    starts = [0, *(number for number, line in enumerate(lines) if line.startswith("m="))]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _read_section(section: list[str]) -> tuple[str, bool, str]:
    head = MEDIA.fullmatch(section[0])
    if head is None:
        raise OfferRefused("m-line")
    kind, port, _, payloads = head.groups()
    if any(int(payload) > 127 for payload in payloads.split()):
        raise OfferRefused("payload type")
    is_stopped = port == "0" and not any(line.lower().startswith("a=bundle-only") for line in section)
    is_sending = not is_stopped and _direction_of(section) in {"a=sendrecv", "a=sendonly"}
    return kind, is_sending, _mid_of(section)


def _direction_of(section: list[str]) -> str:
    """Janus takes the last of several directions, whatever their case: there may be one."""
    directions = [line.lower() for line in section if line.lower() in DIRECTIONS]
    if len(directions) > 1:
        raise OfferRefused("two directions")
    return directions[0] if directions else "a=sendrecv"


def _mid_of(section: list[str]) -> str:
    mids = [line[6:] for line in section if line.lower().startswith("a=mid:")]
    if len(mids) > 1:
        raise OfferRefused("two mids")
    return mids[0] if mids and MID.fullmatch(mids[0]) else ""
