"""A browser's SDP is hostile input to C code: it is read, checked, and written anew for Janus."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from meetings.errors import OfferRefused
from meetings.janus.versions import Version, is_memory_safe, may_simulcast
from meetings.signalling import sdp_lines
from meetings.signalling.messages import MID

MAX_LINE_CHARS = 1024
MAX_GROUP_CHARS = 16 * 1024  # the BUNDLE of hundreds of m-lines
KIND_OF = {"microphone": "audio", "camera": "video", "screen": "video", "sound": "audio"}
LINES = re.compile(r"(?:[a-z]=[^\x00-\x08\x0a-\x1f\x7f]*\n)+")
ORIGIN = re.compile(r"o=\S{1,64} (\d{1,19}) (\d{1,19}) IN IP[46] \S{1,64}", re.ASCII)
MEDIA = re.compile(r"m=(\w+) (\d{1,5}) (?:UDP/TLS/RTP/SAVPF|RTP/SAVPF)((?: \d{1,3}){1,64})", re.ASCII)
BANDWIDTH = re.compile(r"b=(AS|TIAS):\d{1,9}", re.ASCII)
MID_IS, RTP_MAP_IS, GROUP_IS = "a=mid:", "a=rtpmap:", "a=ssrc-group:"
DIRECTIONS = frozenset({"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"})
# Janus before 1.4.1 writes outside of its memory when it gets short packets of simulcast.
SIMULCAST = re.compile(r"^(?:a=(rid|simulcast)\b|a=ssrc-group: *sim)", re.IGNORECASE | re.MULTILINE)
RTX = re.compile(r"a=rtpmap:(\d+) rtx/", re.IGNORECASE)
OF_A_PAYLOAD = frozenset({"a=rtpmap", "a=fmtp", "a=rtcp-fb"})
ABOUT_SOMETHING = ("a=ssrc:", "a=rtpmap:", "a=fmtp:", "a=rtcp-fb:")
PAIR_OF_RTX = re.compile(r"a=ssrc-group:FID \d+ (\d+)")


@dataclass(frozen=True, slots=True)
class Limits:
    chars: int
    lines: int
    sections: int
    sending: dict[str, int]
    """How many m-lines of a kind may send."""


# A second microphone would escape a moderator's mute; the sound of a screen goes with it. An answer grows with the
# number of people.
OFFER = Limits(chars=32 * 1024, lines=600, sections=8, sending={"audio": 2, "video": 2})
ANSWER = Limits(chars=256 * 1024, lines=8000, sections=600, sending={})


@dataclass(frozen=True, slots=True)
class Section:
    """An m-line and its attributes. A stopped one (port 0) stays in an SDP for ever."""

    kind: str
    port: int
    payloads: list[str]
    mid: str
    direction: str  # as its line
    is_stopped: bool
    lines: list[str]  # without the m-line, the mid and the direction

    @property
    def is_sending(self) -> bool:
        return not self.is_stopped and self.direction in {"a=sendrecv", "a=sendonly"}


def offer_for_janus(sdp: str, sources: dict[str, str], version: Version) -> str:
    """`sdp` anew. Raises OfferRefused unless it sends exactly `sources` (mid → source), and nothing else."""
    head, sections = _read(sdp, OFFER, version)
    sent = {section.mid: section.kind for section in sections if section.is_sending}
    if set(sent) != set(sources):
        raise OfferRefused("m-lines and sources differ")
    if len(set(sources.values())) != len(sources):
        raise OfferRefused("one source twice")
    if any(KIND_OF[source] != sent[mid] for mid, source in sources.items()):
        raise OfferRefused("source of another kind")
    return _write(head, sections, version)


def answer_for_janus(sdp: str, version: Version) -> str:
    """A subscriber's answer anew. Raises OfferRefused when it would send anything."""
    return _write(*_read(sdp, ANSWER, version), version)


def prepare_offer(offer: str, version: Version) -> str:
    """Janus' offer as its subscriber gets it: so that Janus begins the DTLS handshake, and without rtx where it harms.

    Towards an ICE-lite peer Chromium names its pair with the second check, 50 ms after the first, but says hello after
    the first; Janus 1.1.2 drops what comes before, and the browser says it again after 50 ms, then after 100 more.
    """
    kept = offer if is_memory_safe(version) else strip_rtx(offer)
    return kept.replace("a=setup:actpass", "a=setup:active")


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


# Reading


def _read(sdp: str, limits: Limits, version: Version) -> tuple[list[str], list[Section]]:
    """What is said of the session, and its m-lines."""
    lines = _lines(sdp, limits)
    if not may_simulcast(version) and SIMULCAST.search("\n".join(lines)):
        raise OfferRefused("would crash Janus")
    starts = [0, *(number for number, line in enumerate(lines) if line.startswith("m="))]
    head, *parts = [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
    if len(parts) > limits.sections:
        raise OfferRefused("too many m-lines")
    if _direction_of([line.lower() for line in head]) != "a=sendrecv":  # which Firefox says, and which changes nothing
        raise OfferRefused("direction of the session")
    sections = [_read_section(part) for part in parts]
    _check_sections(sections, limits)
    return head, sections


def _lines(sdp: str, limits: Limits) -> list[str]:
    if len(sdp) > limits.chars:
        raise OfferRefused("too long")
    text = sdp.replace("\r\n", "\n").rstrip("\n")
    lines = text.split("\n")
    if len(lines) > limits.lines or LINES.fullmatch(text + "\n") is None or lines[0] != "v=0":
        raise OfferRefused("not SDP")
    if len(max(lines, key=len)) <= MAX_LINE_CHARS:
        return lines
    if any(len(line) > (MAX_GROUP_CHARS if line.startswith("a=group:") else MAX_LINE_CHARS) for line in lines):
        raise OfferRefused("not SDP")
    return lines


def _read_section(lines: list[str]) -> Section:
    found = MEDIA.fullmatch(lines[0])
    if found is None:
        raise OfferRefused("m-line")
    kind, port, payloads = found[1], int(found[2]), list(dict.fromkeys(found[3].split()))
    if kind not in sdp_lines.CODECS:
        raise OfferRefused("kind of media")
    if port > 65535 or any(int(payload) > 127 for payload in payloads):
        raise OfferRefused("port or payload type")
    lowered = [line.lower() for line in lines]
    is_stopped = port == 0 and not any(line.startswith("a=bundle-only") for line in lowered)
    mids = [line[len(MID_IS) :] for line, low in zip(lines, lowered, strict=True) if low.startswith(MID_IS)]
    others = [
        line
        for line, low in zip(lines[1:], lowered[1:], strict=True)
        if low not in DIRECTIONS and not low.startswith(MID_IS)
    ]
    return Section(kind, port, payloads, _only(mids), _direction_of(lowered), is_stopped, others)


def _check_sections(sections: list[Section], limits: Limits) -> None:
    mids = [section.mid for section in sections if section.mid]
    if len(mids) != len(set(mids)) or any(section.is_sending and not section.mid for section in sections):
        raise OfferRefused("mid")
    sending = Counter(section.kind for section in sections if section.is_sending)
    if any(count > limits.sending.get(kind, 0) for kind, count in sending.items()):
        raise OfferRefused("too many m-lines that send")


def _direction_of(lowered: list[str]) -> str:
    """Janus takes the last of several directions, whatever their case: there may be one."""
    directions = [line for line in lowered if line in DIRECTIONS]
    if len(directions) > 1:
        raise OfferRefused("two directions")
    return directions[0] if directions else "a=sendrecv"


def _only(mids: list[str]) -> str:
    if len(mids) > 1:
        raise OfferRefused("two mids")
    return mids[0] if mids and MID.fullmatch(mids[0]) else ""


# Writing


def _write(head: list[str], sections: list[Section], version: Version) -> str:
    origins = [found for line in head if (found := ORIGIN.fullmatch(line))]
    if len(origins) != 1:
        raise OfferRefused("origin")
    number, edition = origins[0].groups()
    lines = ["v=0", f"o=- {number} {edition} IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += [line for line in head if sdp_lines.is_known(line, "session")]
    for section in sections:
        lines += _write_section(section, version)
    return "\r\n".join(lines) + "\r\n"


def _write_section(section: Section, version: Version) -> list[str]:
    kept = section.payloads[:1] if section.is_stopped else _payloads_kept(section, version)
    if not kept:
        raise OfferRefused("codec")
    return [
        f"m={section.kind} {section.port} UDP/TLS/RTP/SAVPF {' '.join(kept)}",
        "c=IN IP4 0.0.0.0",
        *([f"a=mid:{section.mid}"] if section.mid else []),
        section.direction,
        *([] if section.is_stopped else _lines_kept(section, kept, version)),
    ]


def _payloads_kept(section: Section, version: Version) -> list[str]:
    """Of our codecs; and of their retransmissions, where they do no harm."""
    codecs: dict[str, str] = {}
    for line in section.lines:
        if not line.startswith(RTP_MAP_IS):
            continue
        found = sdp_lines.RTP_MAP.fullmatch(line, len(RTP_MAP_IS))
        if found and found[1] in codecs:
            raise OfferRefused("two codecs for one payload type")
        if found:
            codecs[found[1]] = found[2].lower()
    kept = {payload for payload in section.payloads if codecs.get(payload) in sdp_lines.CODECS[section.kind]}
    if is_memory_safe(version):
        kept |= {payload for payload in section.payloads if _is_rtx_of(payload, codecs, kept, section.lines)}
    return [payload for payload in section.payloads if payload in kept]


def _is_rtx_of(payload: str, codecs: dict[str, str], kept: set[str], lines: list[str]) -> bool:
    return codecs.get(payload) == sdp_lines.RTX and any(f"a=fmtp:{payload} apt={one}" in lines for one in kept)


def _lines_kept(section: Section, payloads: list[str], version: Version) -> list[str]:
    where = "simulcast" if may_simulcast(version) else "rtx" if is_memory_safe(version) else "media"
    streams: set[str] = set()
    if not is_memory_safe(version):
        groups = [line for line in section.lines if line.startswith(GROUP_IS)]
        streams = {found[1] for line in groups if (found := PAIR_OF_RTX.fullmatch(line))}
    about = {*payloads, "*"}
    return [
        line
        for line in section.lines
        if (sdp_lines.is_known(line, where) or BANDWIDTH.fullmatch(line)) and _is_about(line, about, streams)
    ]


def _is_about(line: str, payloads: set[str], streams: set[str]) -> bool:
    """Not of a codec that was left out, nor of a stream that carried its packets."""
    if not line.startswith(ABOUT_SOMETHING):
        return True
    name, _, value = line.partition(":")
    about, _, _ = value.partition(" ")
    if name == "a=ssrc":
        return about not in streams
    return name not in OF_A_PAYLOAD or about in payloads
