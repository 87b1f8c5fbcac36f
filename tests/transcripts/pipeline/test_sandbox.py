"""ffmpeg on what strangers have brought: what it can't reach, and what it says when a program is missing."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing

import pytest

from transcripts.pipeline import sandbox
from transcripts.pipeline.errors import AudioUnreadable


def said(code: str) -> str:
    limits = {"timeout_s": 10.0, "largest_bytes": 1000, "memory_bytes": 1 << 30}
    return sandbox.run([sys.executable, "-c", code], output=subprocess.PIPE, **limits).decode().strip()  # type: ignore[arg-type]


def test_it_reaches_nothing_on_the_network() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        call = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)"
        assert said(f"try: exec({call!r})\nexcept OSError: print('refused')\nelse: print('reached')") == "refused"


def test_it_has_no_capability_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_SECRET_KEY", "secret")
    assert said("print([l.split()[1] for l in open('/proc/self/status') if l.startswith('CapEff')][0])") == "0" * 16
    assert said("import os; print('S3_SECRET_KEY' in os.environ)") == "False"


def test_a_program_that_is_missing_is_no_fault_of_the_file() -> None:
    with pytest.raises(FileNotFoundError, match="not installed"):
        sandbox.run(
            ["no-such-program"], output=subprocess.PIPE, timeout_s=5.0, largest_bytes=1000, memory_bytes=1 << 30
        )


def test_a_program_that_fails_says_how() -> None:
    with pytest.raises(AudioUnreadable, match="ended with 3"):
        said("raise SystemExit(3)")
