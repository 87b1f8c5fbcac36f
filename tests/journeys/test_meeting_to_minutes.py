"""A meeting of three real browsers becomes minutes: Janus, whisper, PostgreSQL, Redis and the store are real too."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass

import mammoth
import pytest
import webvtt

from bench.voices.score import score
from bench.voices.script import BILAL, CLAIRE, GUEST
from tests.journeys.conftest import NAMES, Held
from tests.journeys.product import Row, eventually, kill_process, lines_of, names, query, stored_keys

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]


@dataclass(frozen=True)
class Heard:
    start: float
    end: float
    text: str


def words_of(held: Held, who: str) -> list[Heard]:
    lines = [line for line in lines_of(held.recording_id) if line["speaker_name"] == NAMES[who]]
    return [Heard(word["start"], word["end"], word["text"]) for line in lines for word in line["words"]]


LONGEST_SENTENCE_S = 4.5  # the model knows sentences, not halves of them: what the edges cut does not count


def window_of(held: Held, who: str) -> tuple[float, float]:
    """What was wholly recorded of somebody, in seconds of the recording."""
    [track] = query(
        """
        SELECT t.start, t.duration FROM meetings_track t JOIN meetings_participation p ON p.id = t.participation_id
        WHERE t.recording_id = %s AND p.display_name = %s
        """,
        held.recording_id,
        NAMES[who],
    )
    return track["start"] + LONGEST_SENTENCE_S, track["start"] + track["duration"] - LONGEST_SENTENCE_S


async def test_everybody_receives_the_sound_and_picture_of_everybody(held: Held) -> None:
    assert held.flows == {(who, other): True for who in NAMES for other in NAMES if who != other}


async def test_a_mute_is_shown_and_a_shared_screen_is_seen(held: Held) -> None:
    assert held.muted_was_shown
    assert held.screen_arrived


async def test_voice_of_the_guest_who_declined_was_never_written(held: Held) -> None:
    people = query(
        """
        SELECT p.id, p.display_name
        FROM meetings_participation p JOIN meetings_recording r ON r.meeting_id = p.meeting_id WHERE r.id = %s
        """,
        held.recording_id,
    )
    identifiers = {person["display_name"]: person["id"].hex for person in people}
    written = {who: any(identifiers[name] in file for file in held.disk.seen) for who, name in NAMES.items()}
    assert written == {CLAIRE: True, BILAL: True, GUEST: False}
    assert all(identifiers[NAMES[GUEST]] not in key for key in stored_keys())
    choices = query(
        """
        SELECT p.display_name, c.choice
        FROM meetings_consent c JOIN meetings_participation p ON p.id = c.participation_id WHERE c.recording_id = %s
        """,
        held.recording_id,
    )
    assert {row["display_name"]: row["choice"] for row in choices} == {
        NAMES[CLAIRE]: "accepted",
        NAMES[BILAL]: "accepted",
        NAMES[GUEST]: "declined",
    }


async def test_pictures_are_not_in_the_store_and_nothing_is_left_on_the_disk(held: Held) -> None:
    kinds = {key.rsplit(".", 1)[-1] for key in stored_keys() if held.recording_id in key}
    assert kinds == {"opus", "json"}
    held.disk.seen.clear()
    held.disk.look()
    assert held.disk.seen == set()


@pytest.mark.parametrize("who", [CLAIRE, BILAL])
async def test_words_are_in_the_minutes_on_their_speaker_and_in_time(held: Held, who: str) -> None:
    said = [word for word in held.voices.words if word.speaker == who]
    result = score(said, words_of(held, who), loop_s=held.voices.seconds, window=window_of(held, who))
    assert result.said >= 8
    assert result.recall >= 0.8, (result, [word.text for word in words_of(held, who)])


async def test_minutes_hold_nobody_else(held: Held) -> None:
    lines = lines_of(held.recording_id)
    assert names(lines) == {NAMES[CLAIRE], NAMES[BILAL]}
    assert {line["assurance"] for line in lines} == {"verified"}
    assert NAMES[GUEST] not in held.minutes_html.split("data-lines")[1]


async def test_progress_was_shown_until_the_minutes_were_there(held: Held) -> None:
    assert held.progress[-1] == "done"
    assert set(held.progress) & {"collecting", "queued", "transcribing"}


async def test_a_line_plays_its_sound(held: Held) -> None:
    assert held.played_until > 0


async def test_search_finds_a_word_without_its_accent_and_opens_it_at_its_second(held: Held) -> None:
    assert len(held.search_hits) >= 1
    assert all(held.recording_id in hit for hit in held.search_hits)
    assert held.hit_is_marked


async def test_the_three_downloads_open_elsewhere(held: Held) -> None:
    texts = [str(line["text"]) for line in lines_of(held.recording_id)]
    plain = held.downloads["txt"].decode()
    captions = webvtt.from_string(held.downloads["vtt"].decode()).captions
    document = mammoth.extract_raw_text(io.BytesIO(held.downloads["docx"])).value
    spoken = [caption for caption in captions if caption.voice]
    assert [caption.text for caption in spoken] == texts
    assert {caption.voice for caption in spoken} == {NAMES[CLAIRE], NAMES[BILAL]}
    assert {caption.text for caption in captions if not caption.voice} == {"[intervention non enregistrée]"}
    assert all(text in plain and text in document for text in texts)


async def test_pages_have_no_violation_of_accessibility(held: Held) -> None:
    assert set(held.violations) == {"my meetings", "before joining", "the room", "minutes", "search"}
    assert {page: [found["id"] for found in violations] for page, violations in held.violations.items()} == {
        page: [] for page in held.violations
    }


async def test_no_browser_complained(held: Held) -> None:
    assert held.console_errors == []


async def test_browsers_called_nobody_else(held: Held) -> None:
    ours = {os.environ["PUBLIC_URL"], os.environ["S3_ENDPOINT_URL"], os.environ["OIDC_OP_ISSUER"].split("/api")[0]}
    assert held.origins - {origin.replace("http", "ws", 1) for origin in ours} <= ours


async def test_killed_speech_worker_ends_in_the_same_minutes(held: Held) -> None:
    """They are made again, twice: names that were given to the recogniser left the row with the first ones. The second
    time, the worker is killed in the middle of it.
    """
    [transcription] = query("SELECT id FROM transcripts_transcription WHERE recording_id = %s", held.recording_id)

    def begin_again() -> None:
        """As a job whose steps were never laid out."""
        for table in ("segment", "step"):
            query(f"DELETE FROM transcripts_{table} WHERE transcription_id = %s", transcription["id"])
        query("UPDATE transcripts_transcription SET state = 'queued', version = 0 WHERE id = %s", transcription["id"])

    def steps(state: str) -> list[Row]:
        return query(
            "SELECT * FROM transcripts_step WHERE transcription_id = %s AND state = %s", transcription["id"], state
        )

    def is_done() -> bool:
        found = query("SELECT state FROM transcripts_transcription WHERE id = %s", transcription["id"])
        return bool(found[0]["state"] == "done")

    begin_again()
    await eventually(is_done, within_s=150)
    before = lines_of(held.recording_id)
    begin_again()
    await eventually(lambda: bool(steps("done")) and bool(steps("running")), within_s=90, every_s=0.02)
    kill_process("worker-speech")
    assert steps("running")
    await eventually(is_done, within_s=150)
    assert lines_of(held.recording_id) == before
