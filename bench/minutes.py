"""How long the page of minutes takes until its first line is painted and until it can be used: 100 and 5 000 lines.

A browser of its own for each load, warm server, cold cache. Interactive: what plays and marks lines is wired, and the
main thread has had a frame for itself. Beside it in each round, all 5 000 lines at once, as they would be served
without parts: with `content-visibility`, and without it, which is the control. The export is the document of 1 000
lines, from the request to its last byte, in this process.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import urljoin

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from playwright.async_api import Playwright, Route, async_playwright  # noqa: E402

from bench.browsers.participant import Participant  # noqa: E402
from bench.report import FEWEST_RUNS, Report, Void, quartiles, report, say, scaled  # noqa: E402
from meetings.models import Recording  # noqa: E402
from tests.cast import make_agent, make_meeting, make_minutes, make_participation, make_recording, make_room, make_track  # noqa: E402
from visio_site.env import env  # noqa: E402

RUNS = 9
FEW, MANY, EXPORTED = 100, 5_000, 1_000
LINE_S = 2.2  # three hours of 5 000 lines
SAID = "Nous avons examiné la proposition de la direction du budget, et il reste deux points à trancher avant vendredi."
READ = """() => new Promise((resolve) => {
  const look = () => {
    const [wired] = performance.getEntriesByName("visio:minutes-interactive");
    if (!wired) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => {
      const [painted] = performance.getEntriesByName("first-contentful-paint");
      resolve([painted ? painted.startTime : performance.now(), performance.now()]);
    }));
  };
  look();
})"""
ALL_THERE = "count => document.querySelectorAll('li[data-start]').length >= count"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Milliseconds from the click to the first line, and until the page can be used."""

    first_line: float
    interactive: float


@dataclass(frozen=True, slots=True)
class Reader:
    session: str
    few: str
    many: str


async def measure() -> Report:
    reader, client, exported = await asyncio.to_thread(_seed)
    async with async_playwright() as playwright:
        rounds = await _rounds(playwright, reader)
        whole_s = await _until_all_are_there(playwright, reader)
    export = [await asyncio.to_thread(_export, client, exported) for _ in range(FEWEST_RUNS)]
    return judge(rounds, export, whole_s)


def _seed() -> tuple[Reader, Client, str]:
    call_command("migrate", verbosity=0)
    claire, bilal = make_agent("claire"), make_agent("bilal")
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(claire, backend=settings.AUTHENTICATION_BACKENDS[0])
    held = []
    for count in (FEW, scaled(MANY, least=FEW), scaled(EXPORTED, least=FEW)):
        say(f"seeding minutes of {count} lines")
        meeting = make_meeting(make_room(claire, f"Réunion de {count} lignes"))
        recording = make_recording(meeting)
        seconds = count * LINE_S
        tracks = [
            make_track(make_participation(meeting, who), recording, duration=seconds) for who in (claire, bilal, "Paul")
        ]
        said = [(tracks[place % 3], place * LINE_S, f"{SAID} {place}") for place in range(count)]
        make_minutes(recording, said)
        held.append(recording)
    address = env("PUBLIC_URL")
    few, many = (urljoin(address, reverse("minutes", args=[recording.pk])) for recording in held[:2])
    return Reader(client.cookies["sessionid"].value, few, many), client, _document(held[2])


def _document(recording: Recording) -> str:
    return reverse("minutes_download", args=[recording.pk, "docx"])


async def _rounds(playwright: Playwright, reader: Reader) -> list[dict[str, Loaded]]:
    pages = {"few": reader.few, "many": reader.many, "whole": f"{reader.many}?tout", "plain": f"{reader.many}?tout"}
    for name in pages:
        await _load(playwright, reader, pages[name], plain=name == "plain")  # warm
    rounds = []
    runs = scaled(RUNS, least=FEWEST_RUNS)
    for number in range(1, runs + 1):
        one = {name: await _load(playwright, reader, page, plain=name == "plain") for name, page in pages.items()}
        times = ", ".join(f"{name} {loaded.first_line:.0f}/{loaded.interactive:.0f}" for name, loaded in one.items())
        say(f"{number}/{runs}  first line/interactive (ms): {times}")
        rounds.append(one)
    return rounds


async def _load(playwright: Playwright, reader: Reader, page: str, *, plain: bool) -> Loaded:
    person = await _open(playwright, reader, plain=plain)
    await person.page.goto(page, wait_until="commit")
    first, interactive = await person.page.evaluate(READ)
    await person.close()
    return Loaded(first, interactive)


async def _open(playwright: Playwright, reader: Reader, *, plain: bool = False) -> Participant:
    person = await Participant.launch(playwright)
    await person.context.add_cookies([{"name": "sessionid", "value": reader.session, "url": urljoin(reader.many, "/")}])
    if plain:
        await person.page.route("**/*minutes*.css", _without_visibility)
    return person


async def _without_visibility(route: Route) -> None:
    answer = await route.fetch()
    styles = (await answer.text()).replace("content-visibility: auto", "content-visibility: visible")
    await route.fulfill(response=answer, body=styles)


async def _until_all_are_there(playwright: Playwright, reader: Reader) -> float:
    """Seconds until every line is on the page, for who searches in it or prints it."""
    person = await _open(playwright, reader)
    await person.page.goto(reader.many, wait_until="commit")
    await person.page.wait_for_function(ALL_THERE, arg=scaled(MANY, least=FEW))
    seconds = float(await person.page.evaluate("performance.now() / 1000"))
    await person.close()
    return seconds


def _export(client: Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    if answer.status_code != 200 or not answer.content:
        raise Void(f"the export answers {answer.status_code}")
    return time.perf_counter() - began


def judge(rounds: list[dict[str, Loaded]], export: list[float], whole_s: float) -> Report:
    """Raises Void when the negative control does not show."""
    found = {name: [one[name].interactive for one in rounds] for name in rounds[0]}
    first = {name: median(one[name].first_line for one in rounds) for name in rounds[0]}
    if median(found["plain"]) < 1.2 * median(found["many"]):
        raise Void("the negative control does not show: all lines at once cost no more than the first of them")
    growth = [one["many"].interactive / one["few"].interactive for one in rounds]
    return Report(
        bench="minutes",
        figures={
            "interactive_growth": median(growth),
            "interactive_5000_ms": median(found["many"]),
            "export_s": median(export),
        },
        spread={
            "interactive_growth": quartiles(growth),
            "interactive_5000_ms": quartiles(found["many"]),
            "export_s": quartiles(export),
        },
        runs=len(rounds),
        information={
            **{f"first_line_{name}_ms": value for name, value in first.items()},
            **{f"interactive_{name}_ms": median(values) for name, values in found.items()},
            "all_lines_there_s": whole_s,
        },
    )


if __name__ == "__main__":
    sys.exit(report(measure))
