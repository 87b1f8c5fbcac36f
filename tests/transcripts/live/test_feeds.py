"""What comes to the port of a node's captions, from Janus or from anybody on the machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.transcripts.live.test_rtp import rtp
from transcripts.live import feeds
from transcripts.live.feeds import Inbox


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.close()


def send(inbox: Inbox, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        for datagram in datagrams:
            door.sendto(datagram, (feeds.FORWARDED_AT, inbox.port))


def test_what_came_is_read_once_and_what_is_no_packet_left_out(inbox: Inbox) -> None:
    send(inbox, rtp(b"one"), b"", b"nothing of ours", rtp(b"x" * 60_000), rtp(b"two"))
    assert [packet.payload for packet in inbox.packets() if len(packet.payload) < 1000] == [b"one", b"two"]
    assert list(inbox.packets()) == []


def test_who_floods_does_not_stop_all_else(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_AT_ONCE", 10)
    send(inbox, *[rtp(b"one")] * 15)
    assert [len(list(inbox.packets())) for _ in range(2)] == [10, 5]
