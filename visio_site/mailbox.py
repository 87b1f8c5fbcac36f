"""A mail server for development that delivers nothing, and pages to read what it took: `mailbox SMTP_PORT HTTP_PORT`.

Mails stay in memory. Both ports are on loopback. What is in a mail is a stranger's: pages escape it, and its HTML is
shown in a sandbox, without scripts and without anything from elsewhere.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
KEPT = 500
LARGEST_BYTES = 20_000_000
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"
MAIL_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'"
STYLE = "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}"
MORE_STYLE = "pre{white-space:pre-wrap;background:#f6f6f6;padding:1rem}iframe{width:100%;height:40rem;border:1px solid}"


@dataclass(slots=True)
class Mailbox:
    """The newest mails, numbered from 1. Written by the mail server's thread, read by those of the pages."""

    mails: deque[tuple[int, list[str], EmailMessage]] = field(default_factory=lambda: deque(maxlen=KEPT))
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, recipients: list[str], content: bytes) -> None:
        message = message_from_bytes(content, policy=policy.default)
        with self.lock:
            self.count += 1
            self.mails.append((self.count, recipients, message))

    def newest_first(self) -> list[tuple[int, list[str], EmailMessage]]:
        with self.lock:
            return list(reversed(self.mails))

    def find(self, number: str) -> EmailMessage | None:
        return next((message for known, _, message in self.newest_first() if str(known) == number), None)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, RUF100
        content = envelope.content or b""
        self.add(list(envelope.rcpt_tos), content if isinstance(content, bytes) else content.encode())
        return "250 kept"


def text_of(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    try:
        return "" if body is None else str(body.get_content())
    except LookupError:  # a character set that nobody knows
        return "?"


def parts_of(message: EmailMessage) -> list[MIMEPart]:
    """What can be downloaded: attachments, and the calendar object beside the text."""
    leaves = [part for part in message.walk() if not part.is_multipart() and isinstance(part, MIMEPart)]
    return [part for part in leaves if part.get_content_type() not in {"text/plain", "text/html"}]


def as_json(mailbox: Mailbox) -> str:
    return json.dumps([_described(*mail) for mail in mailbox.newest_first()], ensure_ascii=False)


def _described(number: int, recipients: list[str], message: EmailMessage) -> dict[str, object]:
    return {
        "id": number,
        "recipients": recipients,
        **{name.lower(): str(message.get(name, "")) for name in ("From", "To", "Reply-To", "Subject", "Date")},
        "text": text_of(message, "plain"),
        "html": text_of(message, "html"),
        "parts": [
            {"type": part.get_content_type(), "name": part.get_filename() or "", "method": part.get_param("method", "")}
            for part in parts_of(message)
        ],
    }


def list_page(mailbox: Mailbox) -> str:
    rows = [
        f'<li><a href="/{number}">{escape(str(message.get("Subject", "")) or "—")}</a> → {escape(", ".join(to))}</li>'
        for number, to, message in mailbox.newest_first()
    ]
    return _page("Courriels de Visio", f"<ul>{''.join(rows)}</ul>" if rows else "<p>Aucun courriel.</p>")


def mail_page(number: str, message: EmailMessage) -> str:
    headers = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in message.items())
    parts = "".join(
        f'<li><a href="/{number}/{index}">{escape(part.get_filename() or part.get_content_type())}</a></li>'
        for index, part in enumerate(parts_of(message))
    )
    frame = f'<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="HTML" src="/{number}.html"></iframe>'
    body = f"<p><a href='/'>Tous</a></p>{frame}<pre>{escape(text_of(message, 'plain'))}</pre><ul>{parts}</ul>"
    return _page(str(message.get("Subject", "")), f"{body}<dl>{headers}</dl>")


def _page(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}{MORE_STYLE}</style>'
    return f'<!DOCTYPE html><html lang="fr"><head>{head}</head><body><h1>{escape(title)}</h1>{body}</body></html>'


class Pages(BaseHTTPRequestHandler):
    mailbox: ClassVar[Mailbox]

    def do_GET(self) -> None:  # noqa: N802, RUF100
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in {"localhost", HOST}:  # DNS rebinding
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        match self.path.split("?")[0].strip("/").split("/"):
            case [""]:
                self._answer("text/html", list_page(self.mailbox), PAGE_POLICY)
            case ["messages.json"]:
                self._answer("application/json", as_json(self.mailbox), PAGE_POLICY)
            case [name] if (
                name.endswith(".html") and (message := self.mailbox.find(name.removesuffix(".html"))) is not None
            ):
                self._answer("text/html", f'<base target="_blank">{text_of(message, "html")}', MAIL_POLICY)
            case [number] if (message := self.mailbox.find(number)) is not None:
                self._answer("text/html", mail_page(number, message), PAGE_POLICY)
            case [number, index] if (message := self.mailbox.find(number)) is not None and index.isdecimal():
                self._download(parts_of(message), int(index))
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def _download(self, parts: list[MIMEPart], index: int) -> None:
        if index >= len(parts):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        name = quote(parts[index].get_filename() or "invitation.ics", safe="")
        content = parts[index].get_payload(decode=True)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        self._answer("application/octet-stream", content if isinstance(content, bytes) else b"", MAIL_POLICY, headers)

    def _answer(self, kind: str, body: str | bytes, rules: str, headers: dict[str, str] | None = None) -> None:
        content = body.encode(errors="replace") if isinstance(body, str) else body
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind if isinstance(body, bytes) else f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", rules)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, RUF100
        """Nothing: addresses and subjects stay out of the log."""


def main(smtp_port: int, http_port: int) -> None:
    Pages.mailbox = Mailbox()
    controller = Controller(
        Pages.mailbox, hostname=HOST, port=smtp_port, data_size_limit=LARGEST_BYTES, enable_SMTPUTF8=True
    )
    controller.start()
    try:
        ThreadingHTTPServer((HOST, http_port), Pages).serve_forever()
    finally:
        controller.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
