"""A proxy before the real object store, which fails as one is told: for tests of what happens then."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


@dataclass(slots=True)
class Store:
    """`fault` is what happens to requests from now on: "", "down", "503", "slow", "truncated" or "lies"."""

    url: str
    fault: str = ""
    slow_s: float = 0.5
    asked: list[str] = field(default_factory=list)


@contextmanager
def store_before(endpoint: str) -> Iterator[Store]:
    """Listens on a port of its own; what it passes on goes to `endpoint` as it came, signature included."""
    target = urlsplit(endpoint).netloc

    class Handler(_Handler):
        behind = target

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.store = Store(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Handler.store
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    behind = ""
    store: Store

    def _handle(self) -> None:
        fault, length = self.store.fault, int(self.headers.get("Content-Length") or 0)
        self.store.asked.append(f"{self.command} {fault}".strip())
        if fault == "down":  # the connection breaks
            self.close_connection = True
            self.connection.close()
            return
        if self.headers.get("Expect") == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        body = self.rfile.read(length)
        if fault == "slow":
            time.sleep(self.store.slow_s)
        if fault == "503":
            self._answer(503, {}, b"")
        elif fault == "lies" and self.command == "PUT":  # says that it has stored what it threw away
            self._answer(200, {"ETag": '"0"'}, b"")
        else:
            self._pass_on(body[: len(body) // 2] if fault == "truncated" and self.command == "PUT" else body)

    def _pass_on(self, body: bytes) -> None:
        connection = http.client.HTTPConnection(self.behind, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        headers["Content-Length"] = str(len(body))
        connection.request(self.command, self.path, body=body or None, headers=headers)
        answer = connection.getresponse()
        self._answer(answer.status, dict(answer.getheaders()), answer.read())
        connection.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _handle

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests say what they see."""
