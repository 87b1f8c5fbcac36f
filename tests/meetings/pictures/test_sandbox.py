"""Decoders of what strangers have sent: what they can't reach."""

from __future__ import annotations

import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest

from meetings.pictures import sandbox


def said(code: str, *, memory_bytes: int = 1 << 30) -> str:
    command = [sys.executable, "-c", code]
    with sandbox.start(command, cpu_s=5, memory_bytes=memory_bytes, largest_bytes=1000) as running:
        assert running.stdout
        return running.stdout.read().decode().strip()


def test_it_reaches_nothing_on_the_network() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        call = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        code = f"try: exec({call!r})\nexcept OSError: print('refused')\nelse: print('reached')"
        assert said(code) == "refused"


def test_it_has_no_capability_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_SECRET_KEY", "secret")
    assert said("print([l.split()[1] for l in open('/proc/self/status') if l.startswith('CapEff')][0])") == "0" * 16
    assert said("import os; print('S3_SECRET_KEY' in os.environ)") == "False"


def test_it_writes_no_more_than_it_may(tmp_path: Path) -> None:
    path = tmp_path / "large"
    said(f"open({str(path)!r}, 'wb').write(bytes(5000))")
    assert path.stat().st_size <= 1000
    assert said("bytes(1 << 31); print('done')", memory_bytes=1 << 29) == ""
