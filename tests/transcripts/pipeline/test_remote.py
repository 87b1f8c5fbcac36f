"""A recogniser on a server, which may be away, slow, wrong or hostile."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.fakes.recogniser_server import ANSWER, RecogniserServer, serve
from transcripts.pipeline.errors import RecogniserFailed, RecogniserRefused
from transcripts.pipeline.hearing import NO_HINTS, Hints, Passage
from transcripts.pipeline.recognisers import remote
from transcripts.pipeline.recognisers.choice import REMOTE, Server, load_recogniser
from transcripts.pipeline.recognisers.remote import RemoteRecogniser
from transcripts.pipeline.recognisers.verbose_json import read_answer
from transcripts.pipeline.speech import Word

KEY = "sk-not-to-be-seen"
WINDOW = np.zeros(2 * 16_000, np.float32)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RecogniserServer]:
    monkeypatch.setattr(remote, "FIRST_WAIT_S", 0.01)
    with serve() as told:
        yield told


def hear(server: RecogniserServer, *, timeout_s: float = 5.0, hints: Hints = NO_HINTS) -> list[Passage]:
    recogniser = RemoteRecogniser(Server(server.url, "whisper-large-v3", KEY, timeout_s))
    return recogniser.hear([WINDOW], language="fr", hints=hints)[0]


def test_a_window_comes_back_as_passages_written_as_the_segments_are(server: RecogniserServer) -> None:
    said = (Word(0.0, 0.2, "Le"), Word(0.2, 0.6, "budget"), Word(0.6, 0.8, "est"), Word(0.8, 1.2, "voté ?"))
    assert hear(server) == [Passage(said, -0.2, 0.01), Passage((Word(1.3, 1.8, "Oui."),), -0.9, 0.4)]


def test_the_server_is_asked_in_its_own_protocol(server: RecogniserServer) -> None:
    hear(server, hints=Hints(names=("Claire Fontaine",)))
    [asked] = server.asked
    assert asked.authorization == f"Bearer {KEY}"
    assert asked.seconds == 2.0
    assert asked.fields == {
        "model": ["whisper-large-v3"],
        "response_format": ["verbose_json"],
        "timestamp_granularities[]": ["word", "segment"],
        "temperature": ["0"],
        "language": ["fr"],
        "prompt": ["Claire Fontaine."],
    }


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_overloaded_is_asked_again(server: RecogniserServer, status: int) -> None:
    server.statuses = [status, status]
    assert hear(server)
    assert len(server.asked) == 3


def test_a_server_that_stays_away_fails(server: RecogniserServer) -> None:
    server.statuses = [503] * 9
    with pytest.raises(RecogniserFailed, match="status 503"):
        hear(server)
    assert len(server.asked) == remote.ATTEMPTS


@pytest.mark.parametrize("status", [400, 401, 404, 413])
def test_a_refusal_is_final(server: RecogniserServer, status: int) -> None:
    server.statuses = [status]
    with pytest.raises(RecogniserFailed, match=f"status {status}"):
        hear(server)
    assert len(server.asked) == 1


def test_a_server_that_hangs_is_given_up(server: RecogniserServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "ATTEMPTS", 2)
    server.delay_s = 1.0
    with pytest.raises(RecogniserFailed, match="Timeout"):
        hear(server, timeout_s=0.1)


def test_voices_are_not_sent_on_to_where_the_server_points(server: RecogniserServer) -> None:
    with serve() as other:
        server.statuses, server.location = [307], f"{other.url}/audio/transcriptions"
        with pytest.raises(RecogniserFailed, match="status 307"):
            hear(server)
        assert other.asked == []


def test_neither_key_nor_words_nor_address_are_told(
    server: RecogniserServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "ATTEMPTS", 1)
    nobody = Server("http://127.0.0.1:9/v1", "m", KEY)
    server.body = b'{"text": "le budget secret"}'
    told = [repr(nobody)]
    with caplog.at_level(logging.DEBUG):
        for recogniser in (RemoteRecogniser(nobody), RemoteRecogniser(Server(server.url, "m", KEY))):
            with pytest.raises(RecogniserFailed) as failure:
                recogniser.hear([WINDOW], language="fr", hints=NO_HINTS)
            told += traceback.format_exception(failure.value)
    for secret in (KEY, "secret"):
        assert secret not in caplog.text
        assert secret not in "".join(told)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        b"[]",
        b'"text"',
        b'{"text": "Le budget."}',
        b'{"text": "Le budget.", "words": {}}',
        b'{"words": [1]}',
        b'{"words": [{"word": 3, "start": 0, "end": 1}]}',
        b'{"words": [{"word": "a", "start": "0", "end": 1}]}',
        b'{"words": [{"word": "a", "start": true, "end": 1}]}',
        b'{"words": [{"word": "a", "start": NaN, "end": 1}]}',
        b'{"words": [{"word": "a", "start": 0, "end": Infinity}]}',
        b'{"words": [{"word": "a", "end": 1}]}',
        b'{"words": [{"word": "a", "start": 0, "end": 1}], "segments": [{"start": 0, "avg_logprob": "x"}]}',
        b"[" * 100_000,
    ],
)
def test_garbage_is_refused(server: RecogniserServer, body: bytes) -> None:
    server.body = body
    with pytest.raises(RecogniserFailed):
        hear(server)


def test_an_answer_without_end_is_refused(server: RecogniserServer) -> None:
    server.body = b" " * (remote.LARGEST_ANSWER_BYTES + 1)
    with pytest.raises(RecogniserFailed, match="too long"):
        hear(server)


def test_another_language_than_was_asked_for_is_refused(server: RecogniserServer) -> None:
    server.body = json.dumps({**ANSWER, "language": "english"}).encode()
    with pytest.raises(RecogniserFailed, match="language"):
        hear(server)


@pytest.mark.parametrize(
    "answer", [{"text": ""}, {"text": " ", "words": [], "segments": []}, {"text": "…", "words": None}]
)
def test_silence_is_no_passage(answer: dict[str, Any]) -> None:
    assert read_answer(answer, "fr") == []


def test_words_without_segments_are_one_passage_and_keep_their_probability() -> None:
    answer = {"text": "Oui.", "words": [{"word": " Oui.", "start": 0, "end": 0.4, "probability": 1.7}]}
    assert read_answer(answer, None) == [Passage((Word(0.0, 0.4, "Oui.", probability=1.0),))]


@pytest.mark.parametrize(
    "url",
    [
        "http://speech.example/v1",
        "http://10.0.0.1/v1",
        "ftp://localhost/v1",
        "speech.example",
        "",
        "http://localhost.evil/",
    ],
)
def test_a_server_elsewhere_is_reached_by_https_alone(url: str) -> None:
    with pytest.raises(RecogniserRefused):
        RemoteRecogniser(Server(url, "m"))


@pytest.mark.parametrize("url", ["https://speech.example/v1", "http://localhost:8000/v1", "http://[::1]:8000/v1"])
def test_a_server_of_this_machine_needs_none(url: str) -> None:
    RemoteRecogniser(Server(url, "m"))


def test_a_choice_that_cannot_be_is_refused(tmp_path: Any) -> None:
    for name in (REMOTE, "whisperx"):
        with pytest.raises(RecogniserRefused):
            load_recogniser(name, tmp_path, None, 1)
