"""What a browser does at the identity provider of development: choose an agent, come back."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

TIMEOUT_S = 10


def come_back(browser: requests.Session, page: requests.Response, callback: str, uid: str | None) -> dict[str, str]:
    """What the callback of Visio is called with, once the agent `uid` was chosen; or nobody, for None."""
    form = {"cancel": "1"} if uid is None else {"sub": _subject(page, uid)}
    answer = browser.post(page.url, data=form, allow_redirects=False, timeout=TIMEOUT_S)
    return follow(browser, answer, callback)


def follow(browser: requests.Session, answer: requests.Response, callback: str) -> dict[str, str]:
    while not answer.headers["location"].startswith(callback):
        address = urljoin(answer.url, answer.headers["location"])
        answer = browser.get(address, allow_redirects=False, timeout=TIMEOUT_S)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def _subject(page: requests.Response, uid: str) -> str:
    [sub] = re.findall(rf'value="([^"]+)" data-email="[^"]+" data-uid="{uid}"', page.text)
    return str(sub)
