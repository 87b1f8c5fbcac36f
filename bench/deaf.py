"""Somebody to whom media never come: their answer is in order, and nobody is at its address."""

from __future__ import annotations

import re

from bench.sockets import Talker

_HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
_COMMON = (
    "c=IN IP4 0.0.0.0",
    "a=recvonly",
    "a=ice-ufrag:deaf",
    "a=ice-pwd:deafdeafdeafdeafdeafdeaf",
    "a=fingerprint:sha-256 " + ":".join(["DE"] * 32),
    "a=setup:passive",
    "a=rtcp-mux",
)


async def take_offer(talker: Talker) -> None:
    """The next one. Raises ConnectionClosed, TimeoutError."""
    offer = await talker.hear("offer")
    await talker.say("answer", offer=offer["offer"], sdp=answer_to(offer["sdp"]))


def answer_to(offer: str) -> str:
    """All that it offers, by its first codec."""
    sections = re.split(r"(?m)^(?=m=)", offer)[1:]
    mids = [re.findall(r"(?m)^a=mid:(\S+)", section)[0] for section in sections]
    lines = [f"a=group:BUNDLE {' '.join(mids)}"]
    for section, mid in zip(sections, mids, strict=True):
        kind, _, transport, payload, *_ = section.splitlines()[0].removeprefix("m=").split()
        [codec] = re.findall(rf"(?m)^a=rtpmap:{payload} \S+", section)
        lines += [f"m={kind} 9 {transport} {payload}", f"a=mid:{mid}", *_COMMON, codec]
    return _HEAD + "".join(f"{line}\r\n" for line in lines)
