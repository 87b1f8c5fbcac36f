"""A client written to do harm: it speaks our protocol with a real session, and keeps to none of its rules.

As a program it floods one room: `-m tests.journeys.hostile LINK COOKIE SECONDS`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from bench.sockets import Talker, address_of, new_session, origin_of

FLOOD_PER_S = 5_000
ROOT = Path(__file__).resolve().parents[2]
RAW_VERBS: list[dict[str, Any]] = [
    {"janus": "create", "transaction": "1"},
    {"janus": "attach", "plugin": "janus.plugin.videoroom", "transaction": "1"},
    {"janus": "message", "body": {"request": "destroy", "room": "1"}, "transaction": "1"},
    {"janus": "trickle", "candidate": {"completed": True}},
    *(
        {"type": verb, "request": verb, "room": "1"}
        for verb in ("destroy", "list", "listparticipants", "rtp_forward", "stop_rtp_forward", "moderate", "kick")
    ),
    *({"type": verb} for verb in ("edit", "enable_recording", "publish_remotely", "add_remote_publisher", "configure")),
    {"type": "join", "name": "x", "shared_microphone": False, "ptype": "publisher", "room": "1"},
    {"type": "join", "name": "x", "shared_microphone": False, "role": "organiser"},
    {"type": "publish", "sdp": "v=0", "sources": {}, "request": "rtp_forward"},
    {"type": "publish", "sdp": "v=0", "sources": {"0": "microphone"}, "filename": "/etc/passwd", "record": True},
    {"type": "media", "microphone": True, "camera": True, "screen": False, "participant": "0"},
    {"type": "chat", "text": "x", "participant": "0"},
]
NOT_FRAMES: dict[str, tuple[str | bytes, int]] = {  # what is said, and the code of the end
    "10 MB": ("x" * 10_000_000, 1006),  # cut by Daphne, without a goodbye
    "half a megabyte": (json.dumps({"type": "chat", "text": "x" * 520_000}), 4400),
    "nested 10 000 deep": ('{"type":' + "[" * 10_000 + "]" * 10_000 + "}", 4400),
    "objects nested 10 000 deep": ('{"type":' * 10_000 + "1" + "}" * 10_000, 4400),
    "binary": (b"\x00\x01\x02", 4400),
    "not JSON": ("ping", 4400),
    "a list": ("[]", 4400),
    "endless number": ('{"type":"answer","sdp":"x","offer":' + "9" * 60_000 + "}", 4400),
    "not a number": ('{"type":"answer","sdp":"x","offer":NaN}', 4400),
    "NUL": ('{"type":"chat","text":"a\\u0000b"}', 4400),
    "half a character": ('{"type":"chat","text":"\\ud800"}', 4400),
    "type twice": ('{"type":"ping","type":["ping"]}', 4400),
}


async def send_invalid_utf8(talker: Talker) -> None:
    """Below the library, which would not."""
    await talker.socket.send(b"\xff\xfe\xfa", text=True)


async def flood(link: str, cookie: str, seconds: float) -> tuple[int, int]:
    """How many messages were said, on how many sockets."""
    command = (sys.executable, "-m", "tests.journeys.hostile", link, cookie, str(seconds))
    # Last in line for a processor: a real one has its own
    process = await asyncio.create_subprocess_exec("nice", "-n", "19", *command, stdout=PIPE, cwd=ROOT, env=os.environ)
    output, _ = await process.communicate()
    said, sockets = output.split()
    return int(said), int(sockets)


def _flood(link: str, cookie: str, seconds: float) -> tuple[int, int]:
    """FLOOD_PER_S as far as the network takes them. A closed socket is opened again, a refused session replaced."""
    said = sockets = 0
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        headers = {"Cookie": cookie, "Origin": origin_of(link)}
        try:
            with connect(address_of(link), additional_headers=headers, proxy=None) as socket:
                sockets += 1
                while time.monotonic() < start + seconds:
                    socket.send('{"type":"ping"}')
                    said += 1
                    time.sleep(max(0.0, start + said / FLOOD_PER_S - time.monotonic()))
        except InvalidHandshake:
            cookie = new_session(link)
        except (ConnectionClosed, OSError):
            continue
    return said, sockets


if __name__ == "__main__":
    print(*_flood(sys.argv[1], sys.argv[2], float(sys.argv[3])))  # noqa: T201  (its answer)
