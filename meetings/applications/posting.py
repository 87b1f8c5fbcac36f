"""One POST to a host that the operator allows, over TLS, within a bounded time; redirections are not followed."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

WHOLE_S = 10.0  # from the first packet to the answer's head
ACCEPTED = range(200, 300)


class NotDelivered(Exception):
    """`code`: host-not-allowed, address-not-allowed, unreachable, no-tls, too-slow, or http-<status>."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_allowed(url: str) -> bool:
    """https, without a name or password in it, to a host of WEBHOOK_HOSTS or below one."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or parts.username is not None or port == 0:
        return False
    return any(host == allowed or host.endswith(f".{allowed}") for allowed in settings.WEBHOOK_HOSTS)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Raises NotDelivered."""
    if not is_allowed(url):
        raise NotDelivered("host-not-allowed")
    parts = urlsplit(url)
    connection = _Connection(parts.hostname or "", parts.port, timeout=WHOLE_S)
    deadline = threading.Timer(WHOLE_S, connection.cut)  # a timeout of sockets begins again with each byte
    deadline.start()
    try:
        connection.request("POST", _target(parts), body, {"content-type": "application/json", **headers})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise NotDelivered(_code_of(error, is_cut=connection.is_cut)) from error
    finally:
        deadline.cancel()
        connection.close()
    if connection.is_cut:  # what had come of the head may look like one
        raise NotDelivered("too-slow")
    if status not in ACCEPTED:
        raise NotDelivered(f"http-{status}")


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _code_of(error: Exception, *, is_cut: bool) -> str:
    if is_cut or isinstance(error, TimeoutError):
        return "too-slow"
    return "no-tls" if isinstance(error, ssl.SSLError) else "unreachable"


class _Connection(http.client.HTTPConnection):
    """Over TLS, to the address that was looked at, not to another one that the name has a moment later."""

    default_port = http.client.HTTPS_PORT
    is_cut = False

    def connect(self) -> None:
        plain = self._reached()
        self.sock = plain  # may be cut while it greets
        self.sock = _trust().wrap_socket(plain, server_hostname=self.host)
        if self.is_cut:
            raise TimeoutError

    def _reached(self) -> socket.socket:
        """By the first address that answers: a machine without IPv6 is told of such addresses, too."""
        *others, last = allowed_addresses(self.host, self.port)
        for address in others:
            with suppress(OSError):
                return socket.create_connection((address, self.port), self.timeout)
            if self.is_cut:
                raise TimeoutError
        return socket.create_connection((last, self.port), self.timeout)

    def cut(self) -> None:
        self.is_cut = True
        with suppress(OSError):
            if self.sock:
                self.sock.shutdown(socket.SHUT_RDWR)


def _trust() -> ssl.SSLContext:
    """`WEBHOOK_CA_FILE`: a State's own authority, beside those of the system."""
    context = ssl.create_default_context()
    if settings.WEBHOOK_CA_FILE:
        context.load_verify_locations(settings.WEBHOOK_CA_FILE)
    return context


def allowed_addresses(host: str, port: int) -> list[str]:
    """One at least. Raises NotDelivered where any of them is loopback, link-local or of nobody; OSError."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(is_of_others(address) for address in found):
        raise NotDelivered("address-not-allowed")
    return found


def is_of_others(address: str) -> bool:
    """Private networks are: the State's own are among them, and the operator names each host."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    nobody = ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified
    return not (nobody or ip.is_reserved)
