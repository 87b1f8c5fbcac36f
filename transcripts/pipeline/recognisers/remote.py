"""Recognise words on a server that speaks OpenAI's protocol: POST /v1/audio/transcriptions, verbose_json."""

from __future__ import annotations

import io
import ipaddress
import json
import time
import wave
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from transcripts.pipeline.audio import SAMPLE_RATE, Waveform
from transcripts.pipeline.errors import RecogniserFailed, RecogniserRefused
from transcripts.pipeline.hearing import Hints, Passage
from transcripts.pipeline.recognisers.choice import Server
from transcripts.pipeline.recognisers.verbose_json import read_answer

ATTEMPTS = 4
FIRST_WAIT_S = 1.0  # doubled at each attempt
CONNECT_TIMEOUT_S = 10.0
LARGEST_ANSWER_BYTES = 4 << 20  # for half a minute of speech
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})


class RemoteRecogniser:
    """Sends windows one by one. What was said, and the key, are in no message of any error."""

    windows_at_once = 1

    def __init__(self, server: Server) -> None:
        require_encryption(server.url)
        import requests

        self._server = server
        self._requests = requests
        self._session = requests.Session()

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        fields = {
            "model": self._server.model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
            "temperature": "0",
            **({"language": language} if language else {}),
            **({"prompt": hints.prompt()} if hints.prompt() else {}),
        }
        return [read_answer(self._ask(as_wav(window), fields), language) for window in windows]

    def detect_language(self, windows: Sequence[Waveform]) -> str | None:
        return None

    def _ask(self, sound: bytes, fields: dict[str, Any]) -> Any:
        wait_s = FIRST_WAIT_S
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._ask_once(sound, fields)
            except _TryAgain as error:
                if attempt == ATTEMPTS:
                    raise RecogniserFailed(str(error)) from None
            time.sleep(wait_s)
            wait_s *= 2
        raise AssertionError

    def _ask_once(self, sound: bytes, fields: dict[str, Any]) -> Any:
        deadline = time.monotonic() + self._server.timeout_s
        try:
            with self._session.post(
                f"{self._server.url.rstrip('/')}/audio/transcriptions",
                data=fields,
                files={"file": ("window.wav", sound, "audio/wav")},
                auth=self._sign,
                timeout=(CONNECT_TIMEOUT_S, self._server.timeout_s),
                allow_redirects=False,
                stream=True,
            ) as answer:
                body = _read(answer, deadline)
        except self._requests.RequestException as error:
            raise _TryAgain(type(error).__name__) from None  # its own message may hold the address and more
        if answer.status_code in _WORTH_ANOTHER_TRY:
            raise _TryAgain(f"status {answer.status_code}")
        if answer.status_code != 200:
            raise RecogniserFailed(f"status {answer.status_code}")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise RecogniserFailed("no JSON") from None

    def _sign(self, request: Any) -> Any:
        if self._server.key:
            request.headers["Authorization"] = f"Bearer {self._server.key}"
        return request


class _TryAgain(Exception):
    pass


def require_encryption(url: str) -> None:
    """Voices leave this machine by https alone. Raises RecogniserRefused."""
    parts = urlsplit(url)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))):
        return
    raise RecogniserRefused("a remote recogniser needs https")


def as_wav(window: Waveform) -> bytes:
    """Mono, 16 bits, 16 kHz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(2)
        track.setframerate(SAMPLE_RATE)
        track.writeframes((np.clip(window, -1.0, 1.0) * 32_767).astype("<i2").tobytes())
    return file.getvalue()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(answer: Any, deadline: float) -> bytes:
    body = b""
    for part in answer.iter_content(1 << 16):
        body += part
        if len(body) > LARGEST_ANSWER_BYTES:
            raise RecogniserFailed("too long an answer")
        if time.monotonic() > deadline:
            raise _TryAgain("too slow")
    return body
