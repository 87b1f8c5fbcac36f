"""The mail catcher of development: over SMTP and HTTP, as Visio and a browser use it."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
import requests

from tests.visio_site.conftest import free_ports
from tests.visio_site.running import running
from visio_site.checks import check_mail
from visio_site.layout import Layout, Ports

TIMEOUT_S = 10
HOSTILE = '<script>alert(1)</script>"'


@dataclass(frozen=True, slots=True)
class Catcher:
    smtp_port: int
    url: str

    def send(self, message: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=TIMEOUT_S) as server:
            server.send_message(message)

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", headers=headers, timeout=TIMEOUT_S)

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/messages.json").json()
        return found


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catcher]:
    first = free_ports()
    layout = Layout(
        var=tmp_path_factory.mktemp("mail") / "state",
        ports=Ports.starting_at(first),
        rtp_ports="23000-23099",
        public_url=f"http://localhost:{first}",
    )
    with running(layout, "mail") as site:
        assert site.env["SMTP_PORT"] == str(layout.ports.mail)
        yield Catcher(int(site.env["SMTP_PORT"]), site.env["VISIO_MAILBOX_URL"])


def mail(subject: str = "Réunion") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "visio@example.org", "zoe@example.org", subject
    message.set_content("Bonjour Zoé " + HOSTILE)
    message.add_alternative(f"<p>Bonjour</p>{HOSTILE}", subtype="html")
    message.add_alternative("BEGIN:VCALENDAR", subtype="calendar", params={"method": "REQUEST"})
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename='../../été".pdf')
    return message


def test_mail_is_listed_for_tests_and_for_people(catcher: Catcher) -> None:
    catcher.send(mail("Première"))
    catcher.send(mail("Seconde"))
    newest = catcher.messages()[0]
    assert (newest["subject"], newest["recipients"]) == ("Seconde", ["zoe@example.org"])
    assert "Bonjour Zoé" in newest["text"]
    assert newest["parts"][0] == {"type": "text/calendar", "name": "", "method": "REQUEST"}
    page = catcher.get("/").text
    assert page.index("Seconde") < page.index("Première")


def test_hostile_mail_runs_nothing_in_the_page(catcher: Catcher) -> None:
    catcher.send(mail(HOSTILE))
    number = catcher.messages()[0]["id"]
    for path in ("/", f"/{number}"):
        answer = catcher.get(path)
        assert "<script" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]
    html = catcher.get(f"/{number}.html")
    assert html.headers["Content-Security-Policy"].startswith("sandbox ")
    assert "allow-scripts" not in html.headers["Content-Security-Policy"]


def test_parts_are_downloaded_under_a_name_that_is_no_path(catcher: Catcher) -> None:
    catcher.send(mail())
    number = catcher.messages()[0]["id"]
    assert catcher.get(f"/{number}/0").content.strip() == b"BEGIN:VCALENDAR"
    answer = catcher.get(f"/{number}/1")
    assert answer.content == b"%PDF"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "/" not in answer.headers["Content-Disposition"]
    assert '"' not in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "path", ["/999999", "/x", "/999999/0", "/1/99", "/1/x", "/1/-1", "/999999.html", "/..%2f", "/1/0/0"]
)
def test_what_is_not_there_is_not_found(catcher: Catcher, path: str) -> None:
    catcher.send(mail())
    assert catcher.get(path).status_code == 404


def test_page_of_another_site_cannot_read_mails_by_renaming_itself(catcher: Catcher) -> None:
    assert catcher.get("/messages.json", Host="evil.example").status_code == 403


def test_mail_that_is_no_mail_is_kept_and_harms_nothing(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=TIMEOUT_S) as server:
        server.sendmail(
            "a@example.org", ["b@example.org"], b"\xff\xfe\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff"
        )
    number = catcher.messages()[0]["id"]
    assert [catcher.get(path).status_code for path in ("/", f"/{number}", f"/{number}.html")] == [200, 200, 200]


@pytest.mark.parametrize(("word", "errors"), [("none", 0), ("starttls", 0), ("tls", 0), ("true", 1), ("", 1)])
def test_site_does_not_start_on_a_word_for_tls_that_nobody_knows(settings: Any, word: str, errors: int) -> None:
    settings.SMTP_TLS = word
    assert len(check_mail()) == errors
