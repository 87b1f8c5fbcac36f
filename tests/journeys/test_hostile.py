"""Somebody who wants to do harm is in the room: each thing they try, what they get, and that the others go on."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bench.browsers.participant import Participant
from bench.meeting import EMAILS
from bench.processes import memory_kb, service_pid
from bench.report import say
from bench.sockets import SESSION_COOKIES, Talker, new_session
from bench.voices.script import BILAL, CLAIRE
from tests.journeys import hostile
from tests.journeys.product import eventually, query

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]
OFFERS = Path(__file__).resolve().parents[1] / "meetings/signalling/offers"
OFFER = (OFFERS / "accepted/chromium.sdp").read_bytes().decode().replace("\n", "\r\n")
SOURCES = {"0": "microphone", "1": "camera"}
RATIO_MAX = 1.5  # of medians; 0.8 to 1.1 were seen, the goal is 1.2
STILL_TALKS_S = 0.25
ROUND_TRIPS = 60
CHATS_OF_ONE = 90
CUT = 1006  # by Daphne, without a goodbye
Tries = list[tuple[str, dict[str, object]]]


@dataclass
class Scene:
    """Claire leads, somebody else is there, and Bilal has a room of his own."""

    link: str
    other_link: str
    claire: Talker
    bystander: Talker
    bilal: Talker

    async def enemy(self, name: str = "Ennemi") -> Talker:
        """In the room."""
        talker = await Talker.arrive(self.link)
        assert (await talker.join(name))["type"] == "joined"
        return talker

    async def goes_on(self) -> bool:
        return all([await talker.round_trip_s() < 5 for talker in (self.claire, self.bystander, self.bilal)])


async def _sign_in(person: Participant, who: str, title: str) -> tuple[str, str]:
    """A link to a room of theirs, and the cookie of their session."""
    await person.sign_in(os.environ["PUBLIC_URL"], EMAILS[who])
    link = await person.create_meeting(title)
    cookies = {cookie["name"]: cookie["value"] for cookie in await person.context.cookies()}
    return link, next(f"{name}={cookies[name]}" for name in SESSION_COOKIES if name in cookies)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene() -> AsyncIterator[Scene]:
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    async with async_playwright() as playwright:
        rooms = {}
        for who in (CLAIRE, BILAL):
            person = await Participant.launch(playwright)
            rooms[who] = await _sign_in(person, who, f"Salle de {who}")
            await person.close()
    (link, claire_cookie), (other_link, bilal_cookie) = rooms[CLAIRE], rooms[BILAL]
    claire = await Talker.arrive(link, claire_cookie)
    bilal = await Talker.arrive(other_link, bilal_cookie)
    for talker in (claire, bilal):
        assert "moderate" in (await talker.join(None))["permissions"]
    bystander = await Talker.arrive(link)
    await bystander.join("Madame Durand")
    yield Scene(link, other_link, claire, bystander, bilal)
    for talker in (claire, bystander, bilal):
        await talker.socket.close()


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def others_go_on(scene: Scene) -> AsyncIterator[None]:
    """Whatever was tried, nobody else was cut off, and no process fell."""
    pids = {name: service_pid(name) for name in ("web", "janus")}
    pinging = asyncio.create_task(_stay(scene))
    yield
    pinging.cancel()
    await asyncio.gather(pinging, return_exceptions=True)
    assert await scene.goes_on()
    assert {name: service_pid(name) for name in pids} == pids


async def _stay(scene: Scene) -> None:
    while True:
        for talker in (scene.claire, scene.bystander, scene.bilal):
            await talker.say("ping")
        await asyncio.sleep(8)


async def refused(talker: Talker, verb: str, **fields: object) -> str:
    """The code of the refusal."""
    answer = await talker.ask(verb, **fields)
    assert answer["verb"] == verb
    return str(answer["code"])


MODERATION = ["admit", "refuse", "silence", "lower-hand", "remove", "make-organiser", "hand-over"]


def _fields(verb: str, person: str) -> dict[str, object]:
    name = "person" if verb in {"admit", "refuse"} else "participant"
    return {name: person, **({"source": "microphone"} if verb == "silence" else {})}


async def test_guest_moderates_nobody_by_any_id(scene: Scene) -> None:
    enemy = await scene.enemy()
    for verb in MODERATION:
        for person in (scene.claire.me, scene.bilal.me, enemy.me, str(uuid.uuid4())):
            assert await refused(enemy, verb, **_fields(verb, person)) == "not-allowed"
    for verb, fields in [("admit-all", {}), ("lock", {"on": True}), ("silence-all", {}), ("may-unmute", {"on": False})]:
        assert await refused(enemy, verb, **fields) == "not-allowed"
    for verb in ("end", "start-recording", "stop-recording"):
        assert await refused(enemy, verb) == "not-allowed"
    assert await refused(enemy, "consent", recording=str(uuid.uuid4()), choice="accepted") == "not-recording"
    await enemy.leave()


async def test_organiser_moderates_nobody_of_another_room(scene: Scene) -> None:
    for verb in MODERATION:
        if verb in {"admit", "refuse"}:  # who is not there waits no more: no error
            await scene.bilal.say(verb, person=scene.claire.me)
            continue
        code = await refused(scene.bilal, verb, **_fields(verb, scene.claire.me))
        assert code in {"not-here", "not-allowed"}, verb
    rows = query("SELECT held, left_at FROM meetings_participation WHERE id = %s", scene.claire.me)
    assert [(row["held"], row["left_at"]) for row in rows] == [([], None)]


async def test_what_is_said_in_one_room_is_not_heard_in_another(scene: Scene) -> None:
    enemy = await scene.enemy()
    await enemy.say("chat", text="de la salle de Claire")
    await scene.claire.hear("chat")
    await scene.bilal.say("snapshot")
    state = (await scene.bilal.hear("snapshot", "chat", "participant-joined"))["snapshot"]
    assert state["chat"] == []
    assert [person["id"] for person in state["participants"]] == [scene.bilal.me]
    await enemy.leave()


async def test_raw_verbs_of_janus_end_the_socket(scene: Scene) -> None:
    for frame in hostile.RAW_VERBS:
        enemy = await scene.enemy()
        await enemy.socket.send(json.dumps(frame))
        assert await enemy.close_code() == 4400, frame


async def test_offers_that_no_browser_sends_are_refused_and_janus_lives(scene: Scene) -> None:
    enemy = await scene.enemy()
    for path in sorted((OFFERS / "refused").glob("*.sdp")):
        sdp = path.read_bytes().decode().replace("\n", "\r\n")
        if "\x00" in sdp or "simulcast" in path.stem:
            continue  # the one is no text of our protocol, the other is allowed by a Janus that bears it
        assert await refused(enemy, "publish", sdp=sdp, sources=SOURCES) == "offer-refused", path.stem
    answer = await enemy.ask("publish", "published", sdp=OFFER, sources=SOURCES)
    assert answer["type"] == "published", "an honest offer is still taken"
    await enemy.leave()


async def test_second_microphone_is_refused_also_after_a_first(scene: Scene) -> None:
    enemy = await scene.enemy()
    assert (await enemy.ask("publish", "published", sdp=OFFER, sources=SOURCES))["type"] == "published"
    head, audio, video = OFFER.replace("m=audio", "\x1fm=audio").replace("m=video", "\x1fm=video").split("\x1f")
    second = head + audio + video + audio.replace("a=mid:0", "a=mid:2")
    assert await refused(enemy, "publish", sdp=second, sources=SOURCES) == "offer-refused"
    assert await refused(enemy, "publish", sdp=second, sources={**SOURCES, "2": "screen"}) == "offer-refused"
    await enemy.say("publish", sdp=second, sources={**SOURCES, "2": "microphone"})
    assert await enemy.close_code() == 4400


async def test_who_is_silenced_does_not_unmute_themself(scene: Scene) -> None:
    enemy = await scene.enemy()
    await enemy.ask("publish", "published", sdp=OFFER, sources=SOURCES)
    await scene.claire.say("may-unmute", on=False)
    assert (await enemy.hear("silenced"))["source"] == "microphone"
    loud = {"microphone": True, "camera": True, "screen": False}
    assert await refused(enemy, "media", **loud) == "microphone-held"
    renamed = OFFER.replace("mid:0", "mid:5").replace("BUNDLE 0", "BUNDLE 5")
    answer = await enemy.ask("publish", "published", sdp=renamed, sources={"5": "microphone", "1": "camera"})
    assert answer["type"] in {"published", "error"}
    rows = query("SELECT held, microphone FROM meetings_participation WHERE id = %s", enemy.me)
    assert [(row["held"], row["microphone"]) for row in rows] == [(["microphone"], False)]
    await enemy.leave()
    again = await Talker.arrive(scene.link, enemy.cookie)
    await again.join("Ennemi")
    assert await refused(again, "media", **loud) == "microphone-held", "leaving and coming back changes nothing"
    await scene.claire.say("may-unmute", on=True)
    await again.leave()


async def test_who_is_removed_stays_out_and_a_new_session_waits(scene: Scene) -> None:
    enemy = await scene.enemy()
    await scene.claire.say("remove", participant=enemy.me)
    assert await enemy.close_code() == 4403
    again = await Talker.arrive(scene.link, enemy.cookie)
    assert (await again.join("Quelqu’un d’autre"))["code"] == "removed"
    tries: Tries = [("snapshot", {}), ("chat", {"text": "x"}), ("publish", {"sdp": OFFER, "sources": SOURCES})]
    for verb, fields in tries:
        assert await refused(again, verb, **fields) == "not-joined"
    await scene.claire.say("lock", on=True)
    await scene.bystander.hear("room-changed")
    disguised = await Talker.arrive(scene.link)
    assert (await disguised.join("Quelqu’un d’autre"))["code"] == "room-locked"
    await scene.claire.say("lock", on=False)
    for talker in (again, disguised):
        await talker.leave()


async def test_who_waits_hears_and_says_nothing(scene: Scene) -> None:
    code = scene.link.rstrip("/").rsplit("/", 1)[-1]
    query("UPDATE meetings_room SET lobby = 'guests' WHERE code = %s", code)
    enemy = await Talker.arrive(scene.link)
    assert (await enemy.join("Ennemi"))["type"] == "waiting"
    tries: Tries = [
        ("publish", {"sdp": OFFER, "sources": SOURCES}),
        ("answer", {"offer": 1, "sdp": OFFER}),
        ("media", {"microphone": True, "camera": True, "screen": False}),
        ("chat", {"text": "x"}),
        ("snapshot", {}),
        ("start-recording", {}),
        ("admit", {"person": str(uuid.uuid4())}),
        ("admit-all", {}),
    ]
    for verb, fields in tries:
        assert await refused(enemy, verb, **fields) == "not-joined"
    await scene.claire.say("chat", text="entre nous")
    await scene.bystander.hear("chat")
    await enemy.say("ping")
    assert [json.loads(await enemy.socket.recv())["type"]] == ["pong"], "nothing of the meeting came before"
    await enemy.leave()
    query("UPDATE meetings_room SET lobby = NULL WHERE code = %s", code)


@pytest.mark.parametrize("what", sorted(hostile.NOT_FRAMES))
async def test_what_is_no_frame_of_ours_ends_the_socket(scene: Scene, what: str) -> None:
    said, code = hostile.NOT_FRAMES[what]
    enemy = await scene.enemy()
    with suppress(ConnectionClosed):
        await enemy.socket.send(said)
    assert await enemy.close_code() == code


async def test_invalid_utf8_ends_the_socket(scene: Scene) -> None:
    enemy = await scene.enemy()
    await hostile.send_invalid_utf8(enemy)
    assert await enemy.close_code() == CUT


@pytest.mark.parametrize("origin", ["https://attacker.example", "null", None])
async def test_page_of_somebody_else_opens_no_socket(scene: Scene, origin: str | None) -> None:
    cookie = await asyncio.to_thread(new_session, scene.link)
    headers = {"Cookie": cookie, **({"Origin": origin} if origin else {})}
    with pytest.raises(InvalidStatus) as refusal:
        await Talker.arrive(scene.link, cookie, additional_headers=headers)
    assert refusal.value.response.status_code == 403


async def test_one_session_has_one_place_and_one_name(scene: Scene) -> None:
    enemy = await scene.enemy()
    state = (await enemy.ask("join", "snapshot", name="Claire Fontaine", shared_microphone=False))["snapshot"]
    assert [person["name"] for person in state["participants"] if person["id"] == enemy.me] == ["Ennemi"]
    second = await Talker.arrive(scene.link, enemy.cookie)
    await second.join("Ennemi")
    assert second.me == enemy.me
    assert await enemy.close_code() == 4409
    await second.leave()


async def test_flood_is_cut_and_others_hardly_wait(scene: Scene) -> None:
    cookie = await asyncio.to_thread(new_session, scene.link)
    witness = await scene.enemy("Madame Leroy")
    quiet: list[float] = []
    flooded: list[float] = []
    for _ in range(2):
        quiet += await _round_trips(witness)
        attack = asyncio.create_task(hostile.flood(scene.link, cookie, 60 * 0.05 + 2.0))
        await asyncio.sleep(0.8)
        flooded += await _round_trips(witness)
        said, sockets = await attack
        say(f"{said} messages on {sockets} sockets")
        assert said > 1000
        assert said / sockets < 2500, "each socket is closed soon"
    ratio = median(flooded) / median(quiet)
    high = quantiles(flooded, n=20)[-1] / quantiles(quiet, n=20)[-1]
    times = f"{median(quiet) * 1000:.2f} ms, flooded {median(flooded) * 1000:.2f} ms"
    say(f"round trip: {times}: {ratio:.2f}; of their 95th percentiles {high:.2f}")
    assert ratio < RATIO_MAX
    assert median(flooded) < STILL_TALKS_S
    await witness.leave()


async def _round_trips(talker: Talker) -> list[float]:
    """Below the honest rate of 20 a second."""
    times = []
    for _ in range(ROUND_TRIPS):
        times.append(await talker.round_trip_s())
        await asyncio.sleep(0.05)
    return times


async def test_who_never_reads_is_closed_and_costs_no_memory(scene: Scene) -> None:
    """A thousand long messages are said to somebody with a small window."""
    speakers = [await scene.enemy(f"Bavard {number}") for number in range(12)]
    deaf = await Talker.arrive(scene.link, sock=_small_window(scene.link), max_queue=1)
    await deaf.say("join", name="Sourd", shared_microphone=False)
    before = memory_kb(service_pid("web"))
    listening = [asyncio.create_task(_listen(talker)) for talker in speakers]
    for number in range(CHATS_OF_ONE):
        await asyncio.gather(*(talker.say("chat", text=f"{number} " + "é" * 1990) for talker in speakers))
    await eventually(partial(_is_gone_while_present, "Sourd", speakers), within_s=90, every_s=5)
    grown = memory_kb(service_pid("web")) - before
    say(f"memory of the web process: {grown / 1024:+.1f} MB")
    assert grown < 60 * 1024
    for talker, task in zip(speakers, listening, strict=True):
        task.cancel()
        await talker.leave()  # soon: what follows may take longer than silence is borne
    with pytest.raises(ConnectionClosed):
        await _listen(deaf)


def _small_window(link: str) -> socket.socket:
    host, _, port = link.split("/")[2].partition(":")
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    found.connect((host, int(port)))
    return found


async def _listen(talker: Talker) -> None:
    while True:
        await talker.socket.recv()


async def _is_gone_while_present(name: str, others: list[Talker]) -> bool:
    """Who says nothing for half a minute is taken for gone: the others say that they are there."""
    await asyncio.gather(*(talker.say("ping") for talker in others))
    return not query("SELECT 1 FROM meetings_participation WHERE display_name = %s AND left_at IS NULL", name)
