"""A small server that speaks OpenAI's protocol for transcriptions over real HTTP, and does as it is told."""

from __future__ import annotations

import email.parser
import email.policy
import io
import json
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = {
    "task": "transcribe",
    "language": "french",
    "duration": 2.0,
    "text": "Le budget est voté ? Oui.",
    "segments": [
        {
            "id": 0,
            "start": 0.0,
            "end": 1.2,
            "text": " Le budget est voté ?",
            "avg_logprob": -0.2,
            "no_speech_prob": 0.01,
        },
        {"id": 1, "start": 1.3, "end": 1.8, "text": " Oui.", "avg_logprob": -0.9, "no_speech_prob": 0.4},
    ],
    "words": [
        {"word": "Le", "start": 0.0, "end": 0.2},
        {"word": "budget", "start": 0.2, "end": 0.6},
        {"word": "est", "start": 0.6, "end": 0.8},
        {"word": "voté", "start": 0.8, "end": 1.2},
        {"word": "Oui", "start": 1.3, "end": 1.8},
    ],
}


@dataclass(slots=True)
class Asked:
    authorization: str | None
    fields: dict[str, list[str]]
    seconds: float


@dataclass(slots=True)
class RecogniserServer:
    """`statuses` are answered first, one for each request; then 200 with `body`, `delay_s` later."""

    url: str = ""
    body: bytes = field(default_factory=lambda: json.dumps(ANSWER).encode())
    statuses: list[int] = field(default_factory=list)
    delay_s: float = 0.0
    location: str = ""
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serve() -> Iterator[RecogniserServer]:
    told = RecogniserServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(told))
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def _handler(told: RecogniserServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path != "/v1/audio/transcriptions":
                return self._answer(404, b"")
            told.asked.append(_read(self.headers["Content-Type"], body, self.headers["Authorization"]))
            time.sleep(told.delay_s)
            with suppress(BrokenPipeError, ConnectionResetError):  # who asked has given up
                self._answer(told.statuses.pop(0) if told.statuses else 200, told.body)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if told.location:
                self.send_header("Location", told.location)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Tests have nothing to read there."""

    return Handler


def _read(content_type: str, body: bytes, authorization: str | None) -> Asked:
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    message: Any = parser.parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    fields: dict[str, list[str]] = {}
    seconds = 0.0
    for part in message.iter_parts():
        name, data = str(part.get_param("name", header="content-disposition")), bytes(part.get_payload(decode=True))
        if name == "file":
            with wave.open(io.BytesIO(data)) as sound:
                seconds = sound.getnframes() / sound.getframerate()
        else:
            fields.setdefault(name, []).append(data.decode())
    return Asked(authorization, fields, seconds)
