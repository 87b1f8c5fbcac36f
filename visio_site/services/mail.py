"""The mail catcher of development: what Visio sends arrives nowhere else (visio_site/mailbox.py)."""

from __future__ import annotations

import functools
import sys

from visio_site.layout import ROOT, Layout
from visio_site.probes import answers_http
from visio_site.units import Child

HOST = "127.0.0.1"


def child(layout: Layout) -> Child:
    return Child(
        name="mail",
        command=(sys.executable, "-m", "visio_site.mailbox", str(layout.ports.mail), str(layout.ports.mailbox)),
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        ports=(layout.ports.mail, layout.ports.mailbox),
        probe=functools.partial(answers_http, f"{mailbox_url(layout)}/messages.json"),
    )


def mailbox_url(layout: Layout) -> str:
    return f"http://localhost:{layout.ports.mailbox}"
