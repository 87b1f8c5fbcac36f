"""One POST: to whom, in what time, and to no machine that is not somebody else's."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from meetings.applications import posting
from meetings.applications.posting import NotDelivered, allowed_addresses, is_allowed, is_of_others, post
from tests.fakes.webhook_server import Listener


def code_of(url: str) -> str:
    with pytest.raises(NotDelivered) as refused:
        post(url, b"{}", {})
    return refused.value.code


def test_what_is_posted_arrives(listener: Listener) -> None:
    post(listener.url, b'{"type": "test"}', {"webhook-id": "1"})
    [(path, headers, body)] = listener.heard
    assert (path, headers["webhook-id"], body) == ("/visio?q=1", "1", b'{"type": "test"}')
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [302, 307, 404, 410, 500])
def test_any_other_answer_is_a_failure_and_leads_nowhere(listener: Listener, status: int) -> None:
    listener.answers.append(status)
    assert code_of(listener.url) == f"http-{status}"
    assert len(listener.heard) == 1


def test_who_answers_byte_by_byte_is_given_up_in_time(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WHOLE_S", 0.5)
    listener.drips = True
    assert code_of(listener.url) == "too-slow"


def test_a_certificate_of_a_stranger_is_refused(listener: Listener, settings: Any) -> None:
    settings.WEBHOOK_CA_FILE = ""
    assert code_of(listener.url) == "no-tls"
    assert listener.heard == []


def test_nobody_there(listener: Listener) -> None:
    assert code_of(listener.url.replace(str(listener.port), "1")) == "unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "https://archives.gouv.fr/visio",
        "https://a.archives.gouv.fr:8443/",
        "https://ARCHIVES.gouv.fr/",
    ],
)
def test_hosts_of_the_operator(url: str, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    assert is_allowed(url)
    settings.WEBHOOK_HOSTS = []
    assert not is_allowed(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://archives.gouv.fr/",
        "https://notarchives.gouv.fr/",
        "https://archives.gouv.fr.example/",
        "https://archives.gouv.fr@example.org/",
        "https://someone@archives.gouv.fr/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[archives.gouv.fr/",
        "https://archives.gouv.fr./",
        "https://archives.gouv.fr:0/",
        "https://archives.gouv.fr:99999/",
        "file:///etc/passwd",
        "https:archives.gouv.fr",
        "",
    ],
)
def test_all_else_is_refused(url: str, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    assert not is_allowed(url)
    assert code_of(url) == "host-not-allowed"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.1.2.3", "0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "::1", "::"),
        *("fe80::1%lo", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::7f00:1"),
    ],
)
def test_addresses_of_this_machine_and_of_nobody(address: str) -> None:
    assert not is_of_others(address)


@pytest.mark.parametrize("address", ["10.1.2.3", "192.0.43.8", "2001:4860::1", "fd00::1"])
def test_addresses_of_others(address: str) -> None:
    assert is_of_others(address)


def test_a_name_that_leads_to_this_machine_is_not_connected_to(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOK_HOSTS = ["localhost"]
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("connected"))
    assert code_of("https://localhost/") == "address-not-allowed"
    with pytest.raises(NotDelivered):
        allowed_addresses("localhost", 443)
