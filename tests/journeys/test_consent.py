"""Five people are asked: one declines, one withdraws, one is late, one is removed, one reloads. The disk is looked at.

Janus' own past: recording that went on after "stop" (janus-gateway#2550), `record: false` ignored when somebody
publishes (#2564), a late publisher who is not recorded (#3013).
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin
from uuid import UUID

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Playwright, async_playwright

from bench.browsers.participant import Participant
from bench.meeting import EMAILS
from bench.report import say
from bench.voices.espeak import Voice
from bench.voices.script import BILAL, CLAIRE
from tests.journeys.product import Disk, Row, eventually, query, stored_keys, stored_object
from tests.journeys.sounds import RATE_HZ, Samples, Speaker, decode, find, speak
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

OBJECTOR, WITHDRAWER, REMOVED = "objector", "withdrawer", "removed"
NAMES = {
    CLAIRE: "Claire Fontaine",
    BILAL: "Bilal Mercier",
    OBJECTOR: "Odile Objecte",
    WITHDRAWER: "Roger Retire",
    REMOVED: "Rémi Renvoyé",
}
SAID = {
    CLAIRE: (Voice("fr+f2", pitch=55), "La séance est ouverte, nous avons trois points à l'ordre du jour ce matin."),
    BILAL: (Voice("fr+m3", pitch=40), "Le budget de la formation reste à voter avant la fin du mois de novembre."),
    OBJECTOR: (Voice("fr+m7", pitch=70), "Je parle au nom du syndicat et je ne veux pas être enregistrée du tout."),
    WITHDRAWER: (Voice("fr+m1", pitch=30), "Finalement, je préfère que mes paroles ne soient pas conservées ici."),
    REMOVED: (Voice("fr+f4", pitch=45), "Quelqu'un peut-il fermer la fenêtre, il fait froid dans cette salle."),
}
IN_TIME_S = 0.040
FRAMES_PER_S = 2  # of cameras, of which nothing is asked but that they are not kept
WINDOW_S = 3.0
NEAR_S = 5.0  # within which one packet at least came without delay
VIDEO_MS = 240_000


@dataclass
class Seen:
    speakers: dict[str, Speaker]
    disk: Disk = field(default_factory=Disk)
    late_question_before_files: bool = False
    recording: Row = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    removed_at: float = 0.0
    after_stop: set[str] = field(default_factory=set)
    left_on_disk: set[str] = field(default_factory=set)
    tracks: list[Row] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)  # by key
    sounds: dict[str, Samples] = field(default_factory=dict)  # by key
    wire: Wire = field(default_factory=Wire)
    video: Samples = field(default_factory=lambda: np.zeros(0, np.float32))  # what is heard in it
    indicator_seen: bool = False
    prejoin_told: bool = False


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seen() -> AsyncIterator[Seen]:
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    found = Seen({who: speak(voice, sentence) for who, (voice, sentence) in SAID.items()})
    async with async_playwright() as playwright:
        people = await _gather(playwright, found)
        async with found.disk.watched():
            with found.wire.listened_to():
                await _record(people, found)
        await _collect(found)
        found.video = await _have_a_video_made(people[CLAIRE], found)
        yield found
        for person in people.values():
            await person.close()


async def _gather(playwright: Playwright, found: Seen) -> dict[str, Participant]:
    people = {}
    for who, speaker in found.speakers.items():
        people[who] = await Participant.launch(playwright, frames_per_s=FRAMES_PER_S)
        await speaker.give(people[who])
        if who in EMAILS:
            await people[who].sign_in(os.environ["PUBLIC_URL"], EMAILS[who])
    link = await people[CLAIRE].create_meeting("Consentement de chacun")
    for who, person in people.items():
        await person.open_room(link)
        if who != BILAL:
            await _enter(who, person)
    await people[CLAIRE].wait_for_people(4)
    return people


async def _enter(who: str, person: Participant) -> None:
    await person.join(None if who in EMAILS else NAMES[who], raw_sound=True, camera=False)


async def _record(people: dict[str, Participant], found: Seen) -> None:
    claire, objector = people[CLAIRE], people[OBJECTOR]
    await claire.start_recording(purpose="training")
    for who in (CLAIRE, WITHDRAWER, REMOVED, OBJECTOR):
        await people[who].answer_consent(accept=who != OBJECTOR)
    found.ids = _participations()
    found.indicator_seen = await objector.page.locator("[data-recording]").is_visible()
    await objector.toggle("camera")  # publishes again, who declined
    await claire.page.wait_for_timeout(4_000)
    await _come_late(people[BILAL], found)
    await people[WITHDRAWER].page.click('[data-action="open-consent"]')
    await people[WITHDRAWER].answer_consent(accept=False)
    await objector.toggle("camera")
    await claire.page.wait_for_timeout(4_000)
    await _remove(people, found)
    await claire.open_room(claire.page.url)
    await _enter(CLAIRE, claire)
    await claire.page.wait_for_selector('[data-recording][data-answer="accepted"]')
    await claire.page.wait_for_timeout(6_000)
    await claire.stop_recording()
    await _look_after_stop(found)


async def _come_late(bilal: Participant, found: Seen) -> None:
    """Sound flows before the answer: nothing may be written until then."""
    await bilal.page.reload()
    found.prejoin_told = await bilal.page.locator("[data-recorded]").is_visible()
    await _enter(BILAL, bilal)
    await bilal.page.wait_for_selector("[data-consent]:not([hidden])")
    await bilal.page.wait_for_timeout(2_000)
    found.ids = _participations()
    found.disk.look()
    found.late_question_before_files = not any(found.ids[BILAL].hex in name for name in found.disk.seen)
    await bilal.answer_consent(accept=True)


async def _remove(people: dict[str, Participant], found: Seen) -> None:
    page = people[CLAIRE].page
    if await page.locator('[data-panel="people"]').is_hidden():
        await page.click('[data-toolbar] [data-action="toggle-people"]')
    row = page.locator("[data-list=people] [data-participant]", has_text=NAMES[REMOVED])
    await row.locator('[data-opens="person"]').click()
    await page.locator('[data-menu="person"] [data-action="remove"]').click()
    await page.locator('[data-dialog="confirm"] [data-action="confirm"]').click()
    await people[REMOVED].page.wait_for_selector('section[data-stage="away"]:not([hidden])')
    found.removed_at = time.time()


def _participations() -> dict[str, UUID]:
    rows = query("SELECT id, display_name FROM meetings_participation ORDER BY joined_at")
    return {who: row["id"] for who, name in NAMES.items() for row in rows if row["display_name"] == name}


async def _look_after_stop(found: Seen) -> None:
    """People go on speaking: what is written after this second was not asked for."""
    await eventually(lambda: not _open_files(), within_s=10)
    stopped = time.time()
    await eventually(lambda: time.time() > stopped + 3, within_s=5)
    found.after_stop = _open_files() | {path.name for path in _files() if path.stat().st_mtime > stopped}


def _files() -> Iterator[Path]:
    return (path for path in Path(os.environ["JANUS_RECORDINGS_DIR"]).iterdir() if path.is_file())


def _open_files() -> set[str]:
    return {path.name for path in _files() if path.name.endswith(".tmp")}


async def _collect(found: Seen) -> None:
    ready = "SELECT * FROM meetings_recording WHERE status = 'ready'"
    [found.recording] = await eventually(lambda: query(ready), within_s=60)
    found.tracks = query("SELECT * FROM meetings_track WHERE recording_id = %s ORDER BY start", found.recording["id"])
    found.files = {track["key"]: stored_object(track["key"]) for track in found.tracks}
    found.sounds = {key: decode(content) for key, content in found.files.items()}
    found.left_on_disk = {path.name for path in _files()}


async def _have_a_video_made(claire: Participant, found: Seen) -> Samples:
    page, place = claire.page, f"/enregistrements/{found.recording['id']}/"
    await page.goto(urljoin(os.environ["PUBLIC_URL"], place))
    await page.click("[data-action=compose]")
    await page.wait_for_selector("[data-video-state=done]", timeout=VIDEO_MS)
    [video] = query("SELECT key FROM meetings_composition WHERE recording_id = %s", found.recording["id"])
    return decode(stored_object(video["key"]))


def tracks_of(seen: Seen, who: str) -> list[Row]:
    return [track for track in seen.tracks if track["participation_id"] == seen.ids[who]]


async def test_voice_of_who_declined_was_never_on_the_disk_nor_in_the_store(seen: Seen) -> None:
    identifier = seen.ids[OBJECTOR]
    assert not [name for name in seen.disk.seen if identifier.hex in name]
    assert not [key for key in stored_keys() if identifier.hex in key or str(identifier) in key]
    likest = {key: find(sound, seen.speakers[OBJECTOR]).likeness for key, sound in seen.sounds.items()}
    assert max(likest.values()) < 0.25, likest


async def test_video_lets_hear_those_who_agreed_and_no_others(seen: Seen) -> None:
    likest = {who: max(_likenesses(seen.video, seen.speakers[who])) for who in (BILAL, OBJECTOR, WITHDRAWER)}
    say(f"in the video: {likest}")
    assert likest[BILAL] > 0.35
    assert max(likest[OBJECTOR], likest[WITHDRAWER]) < 0.25


def _likenesses(sound: Samples, speaker: Speaker) -> list[float]:
    window = int(WINDOW_S * RATE_HZ)
    return [find(sound[start : start + window], speaker).likeness for start in range(0, len(sound) - window, window)]


async def test_late_comer_is_told_asked_and_only_then_written(seen: Seen) -> None:
    assert seen.prejoin_told
    assert seen.late_question_before_files
    assert sum(track["duration"] for track in tracks_of(seen, BILAL)) > 8


async def test_who_withdrew_leaves_nothing_behind(seen: Seen) -> None:
    identifier = seen.ids[WITHDRAWER]
    assert [name for name in seen.disk.seen if identifier.hex in name]  # it was there: the test can fail
    assert tracks_of(seen, WITHDRAWER) == []
    assert not [key for key in stored_keys() if identifier.hex in key]
    likest = {key: find(sound, seen.speakers[WITHDRAWER]).likeness for key, sound in seen.sounds.items()}
    assert max(likest.values()) < 0.25, likest


async def test_nothing_is_written_after_the_end_and_nothing_is_left(seen: Seen) -> None:
    assert seen.after_stop == set()
    assert seen.left_on_disk == set()


async def test_who_was_removed_is_kept_until_then_and_who_reloads_is_kept_before_and_after(seen: Seen) -> None:
    begun = seen.recording["started_at"].timestamp()
    removed, reloaded = tracks_of(seen, REMOVED), tracks_of(seen, CLAIRE)
    assert sum(track["duration"] for track in removed) > 4
    assert max(begun + track["start"] + track["duration"] for track in removed) < seen.removed_at + 1
    before = [track for track in reloaded if begun + track["start"] < seen.removed_at]
    after = [track for track in reloaded if begun + track["start"] > seen.removed_at]
    assert sum(track["duration"] for track in before) > 8
    assert sum(track["duration"] for track in after) > 4


async def test_each_voice_is_on_its_own_track_at_its_time(seen: Seen) -> None:
    late = {
        f"{who} {track['start'] + start:.1f}": _lateness(seen, who, track, start)
        for who in (CLAIRE, BILAL, REMOVED)
        for track in tracks_of(seen, who)
        for start in _windows(track["duration"])
    }
    say(f"ms after they arrived: { {name: round(value * 1000) for name, value in late.items()} }")
    assert len(late) >= 5
    assert {name: value for name, value in late.items() if abs(value) > IN_TIME_S} == {}


def _windows(duration: float) -> list[float]:
    return [start for start in (1.0, 5.0) if start + WINDOW_S < duration - 0.5]


def _lateness(seen: Seen, who: str, track: Row, start: float) -> float:
    """Of the window that begins `start` seconds into the track, and what is near it: seconds after it arrived."""
    window = seen.sounds[track["key"]][int(start * RATE_HZ) : int((start + WINDOW_S) * RATE_HZ)]
    _is_of(who, window, seen.speakers)
    begun = seen.recording["started_at"].timestamp() + track["start"]
    return seen.wire.lateness(seen.files[track["key"]], begun, start - NEAR_S, start + WINDOW_S + NEAR_S)


def _is_of(who: str, window: Samples, speakers: dict[str, Speaker]) -> None:
    """All seconds are theirs, but for one: where their page stands still its voice jumps, so that it fits in no place
    as a whole. Of the others nothing is heard.
    """
    seconds = [find(window[at : at + RATE_HZ], speakers[who]).likeness for at in range(0, len(window), RATE_HZ)]
    assert len(seconds) == WINDOW_S
    assert sorted(seconds)[1] > 0.6, (who, seconds)
    others = {other: find(window, speaker).likeness for other, speaker in speakers.items() if other != who}
    assert max(others.values()) < 0.25, (who, others)


async def test_speech_off_the_record_is_known_by_its_times_alone(seen: Seen) -> None:
    noted = query("SELECT * FROM meetings_unrecordedspeech WHERE recording_id = %s", seen.recording["id"])
    length = (seen.recording["stopped_at"] - seen.recording["started_at"]).total_seconds()
    assert sum(row["end"] - row["start"] for row in noted) > 5
    assert all(0 <= row["start"] < row["end"] <= length + 0.01 for row in noted)
    assert {"id", "recording_id", "start", "end"} == set(noted[0])


async def test_indicator_stays_for_who_declined_and_the_ledger_says_how_each_answered(seen: Seen) -> None:
    assert seen.indicator_seen
    rows = query(
        "SELECT c.*, p.display_name FROM meetings_consent c JOIN meetings_participation p ON p.id = c.participation_id"
        " WHERE c.recording_id = %s ORDER BY c.id",
        seen.recording["id"],
    )
    answers = [(row["display_name"], row["choice"]) for row in rows]
    assert answers == [
        (NAMES[CLAIRE], "accepted"),
        (NAMES[WITHDRAWER], "accepted"),
        (NAMES[REMOVED], "accepted"),
        (NAMES[OBJECTOR], "declined"),
        (NAMES[BILAL], "accepted"),
        (NAMES[WITHDRAWER], "declined"),
    ]
    assert {row["way"] for row in rows} == {"screen"}
    assert {row["transcript"] for row in rows} == {False}  # the purpose keeps no words
    assert all(row["text_version"].endswith("/training.1") for row in rows)
