"""A corpus of minutes: short meetings, French-like words by Zipf's law. Rows alone: no sound, no jobs.

The people of the profiles were in the newest meetings of all, so that what each may see is the same in every corpus.
"""

from __future__ import annotations

import random
from typing import Any

from django.db import connection

from accounts.models import Institution, User

LINES = 100  # of one meeting
WORDS = 20_000
PER_LINE = 14
STEMS = [
    "bud",
    "mesur",
    "plan",
    "régi",
    "servic",
    "décid",
    "comit",
    "projet",
    "donn",
    "march",
    "écol",
    "santé",
    "travail",
]
ENDINGS = ["et", "ement", "ions", "ées", "er", "ique", "ité", "eur", "ages", "ance", "eux", "isme"]

# `uniform ^ words` picks a rank by a law close to Zipf's.
SEED = r"""
CREATE TEMPORARY TABLE seeds AS
SELECT i, gen_random_uuid() AS room, gen_random_uuid() AS meeting, gen_random_uuid() AS came,
       gen_random_uuid() AS recording, gen_random_uuid() AS track, gen_random_uuid() AS transcription,
       now() - make_interval(mins => 20 * i) AS start, 'Réunion ' || i AS title
FROM generate_series(%(first)s, %(last)s) AS i;
INSERT INTO meetings_room (id, code, title, organiser_id, institution_id, is_lasting, meeting_type, created_at)
SELECT room, left(room::text, 14), title, %(organiser)s, %(institution)s, false, 'ordinary', start FROM seeds;
INSERT INTO meetings_meeting (id, room_id, title, node, started_at, ended_at, event_number, may_unmute, waiting_text)
SELECT meeting, room, title, 'n1', start, start + interval '30 minutes', 0, true, '' FROM seeds;
INSERT INTO meetings_participation
    (id, meeting_id, user_id, guest_key, display_name, institution_label, assurance, role, shared_microphone,
     connection, joined_at, seen_at, microphone, camera, screen, held)
SELECT came, meeting, %(organiser)s, '', 'A', '', 'verified', 'agent', false,
       1, start, start, false, false, false, '{{}}'
FROM seeds;
INSERT INTO meetings_participation
    (id, meeting_id, user_id, guest_key, display_name, institution_label, assurance, role, shared_microphone,
     connection, joined_at, seen_at, microphone, camera, screen, held)
SELECT gen_random_uuid(), meeting, reader.id, '', 'B', '', 'verified', 'agent', false,
       1, start, start, false, false, false, '{{}}'
FROM seeds JOIN unnest(%(readers)s::uuid[], %(sees)s::int[]) AS reader (id, sees) ON i < reader.sees;
INSERT INTO meetings_recording
    (id, meeting_id, status, started_at, stopped_at, manifest_key, failure, stop_reason, for_minutes, is_announced)
SELECT recording, meeting, 'ready', start, start + interval '30 minutes', '', '', '', true, false FROM seeds;
INSERT INTO meetings_track (id, recording_id, participation_id, source_name, key{track_names})
SELECT track, recording, came, track::text, track::text{track_values} FROM seeds;
INSERT INTO transcripts_transcription (id, recording_id, state, version, created_at{job_names})
SELECT transcription, recording, 'done', 1, start{job_values} FROM seeds;
INSERT INTO transcripts_segment
    (transcription_id, index, start, "end", track_id, participation_id, speaker_name, assurance, text, words)
SELECT transcription, line, 5.0 * line, 5.0 * line + 4, track, came, 'Agent ' || i %% 50, 'verified',
       (SELECT string_agg((%(words)s::text[])[greatest(1, floor(power(%(count)s, random()))::int)], ' ')
        FROM generate_series(1, {per_line}) AS place WHERE place > 0 * line), '[]'
FROM seeds, generate_series(0, {lines} - 1) AS line;
DROP TABLE seeds;
"""


def vocabulary() -> list[str]:
    """By rank: the first are in half of all lines, the last in one of ten thousand."""
    chance = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < WORDS:
        middle = "".join(chance.choice("bcdfglmnprstv") + chance.choice("aeiouéè") for _ in range(chance.randint(1, 3)))
        found[chance.choice(STEMS) + middle + chance.choice(ENDINGS)] = None
    return list(found)


def make_people(names: list[str]) -> list[User]:
    institution, _ = Institution.objects.get_or_create(siret="13002526500013", defaults={"label": "DINUM"})
    return [
        User.objects.get_or_create(
            sub=f"bench-{name}",
            defaults={
                "given_name": name,
                "usual_name": "B",
                "email": f"{name}@example.org",
                "institution": institution,
            },
        )[0]
        for name in names
    ]


def grow(organiser: User, readers: dict[User, int], *, first: int, last: int) -> None:
    """Meetings `first` to `last`, the newest being 0. `readers`: how many of the newest each of them was in."""
    tracks = _required("meetings_track", {"id", "recording_id", "participation_id", "source_name", "key"})
    jobs = _required("transcripts_transcription", {"id", "recording_id", "state", "version", "created_at"})
    statement = SEED.format(
        track_names="".join(f", {name}" for name in tracks),
        track_values="".join(f", {value}" for value in tracks.values()),
        job_names="".join(f", {name}" for name in jobs),
        job_values="".join(f", {value}" for value in jobs.values()),
        per_line=PER_LINE,
        lines=LINES,
    )
    values: dict[str, Any] = {
        "first": first,
        "last": last,
        "organiser": str(organiser.pk),
        "institution": organiser.institution_id,
        "readers": "{" + ",".join(str(reader.pk) for reader in readers) + "}",
        "sees": "{" + ",".join(str(count) for count in readers.values()) + "}",
        "words": vocabulary(),
        "count": WORDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _required(table: str, known: set[str]) -> dict[str, str]:
    """Columns that have no default in the database, whatever they are by now, and something to put there."""
    query = """
        SELECT column_name, data_type FROM information_schema.columns
        WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL
    """
    empty = {"jsonb": "'{}'", "boolean": "false", "timestamp with time zone": "now()", "ARRAY": "'{}'"}
    numbers = {"integer", "smallint", "bigint", "double precision"}
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        rows = [(name, kind) for name, kind in cursor.fetchall() if name not in known]
    return {name: empty.get(kind, "0" if kind in numbers else "''") for name, kind in rows}


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
