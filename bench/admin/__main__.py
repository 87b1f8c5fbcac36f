"""Lists of the administration with a million rows in each, for who sees all, three tenths, a thousandth.

Each list is opened as it is, for a month, by an identifier or a name, and by a filter of what is rare. The audit trail
is left out: its rows are chained by a trigger, and would take hours to seed.
"""

from __future__ import annotations

import asyncio
import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.admin.seed import seed  # noqa: E402
from bench.admin.verdict import judge  # noqa: E402
from bench.report import FEWEST_RUNS, Report, Void, report, say, scaled  # noqa: E402
from meetings.models import Recording  # noqa: E402

ROWS, RUNS = 1_000_000, 9
KEY = "00000000-0000-4000-8000-000000000100"
# Each list, and a filter of what is rare in it
LISTS = {
    "accounts/user": "is_active__exact=0",
    "meetings/room": "is_lasting__exact=1",
    "meetings/series": "",
    "meetings/meeting": "",
    "meetings/recording": "status__exact=failed",
    "meetings/composition": "state__exact=failed",
    "meetings/outgoingmail": "status__exact=failed",
    "transcripts/transcription": "state__exact=failed",
}


def pages() -> list[str]:
    month = timezone.localdate().strftime("%Y-%m")
    found = []
    for name, rare in LISTS.items():
        by = "Nom1" if name == "accounts/user" else KEY
        questions = ["", f"q={by}", rare] if name == "accounts/user" else ["", f"q={KEY}", rare, f"period={month}"]
        questions += ["q=Nom12"] if name == "meetings/room" else []
        found += [f"/administration/{name}/?{question}" for question in dict.fromkeys(questions)]
    return found


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    call_command("migrate", verbosity=0)
    rows = scaled(ROWS, least=1_000)
    say(f"seeding {rows} rows in each of {len(LISTS)} tables")
    readers = {name: _signed_in(user) for name, user in seed(rows).items()}
    asked = {f"{name} {page}": (client, page) for name, client in readers.items() for page in pages()}
    queries = {name: _queries(client, page) for name, (client, page) in asked.items()}
    runs = scaled(RUNS, least=FEWEST_RUNS)
    rounds, controls = [], []
    for number in range(1, runs + 1):
        rounds.append({name: _ms(client, page) for name, (client, page) in asked.items()})
        controls.append(_control_ms(readers["platform"]))
        worst = max(rounds[-1], key=lambda name: rounds[-1][name])
        say(f"{number}/{runs}  slowest: {worst} {rounds[-1][worst]:.0f} ms; control {controls[-1]:.0f} ms")
    return judge(rounds, controls, queries=queries, rows=rows)


def _signed_in(user: User) -> Client:
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(user, backend="accounts.oidc.ProConnectBackend")
    session = client.session
    session["proconnect"] = {"acr": "eidas1-mfa"}
    session.save()
    return client


def _queries(client: Client, page: str) -> int:
    """Of a second look, as nearly all are."""
    _open(client, page)
    with CaptureQueriesContext(connection) as captured:
        _open(client, page)
    return len(captured)


def _ms(client: Client, page: str) -> float:
    before = time.perf_counter()
    _open(client, page)
    return (time.perf_counter() - before) * 1000


def _open(client: Client, page: str) -> None:
    answer = client.get(page)
    if answer.status_code != 200:
        raise Void(f"{page} answers {answer.status_code}")


def _control_ms(client: Client) -> float:
    """A page that counts all rows and asks which days there are, as Django's own would."""
    before = time.perf_counter()
    _open(client, "/administration/meetings/recording/")
    recordings = Recording.objects.select_related("meeting__room__institution")
    recordings.filter(meeting__room__institution__label__contains="Seed").count()
    list(recordings.datetimes("started_at", "day"))
    return (time.perf_counter() - before) * 1000


if __name__ == "__main__":
    sys.exit(report(measure))
