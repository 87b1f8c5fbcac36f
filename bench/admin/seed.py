"""As many rows in each long list of the administration, in institutions of very different sizes."""

from __future__ import annotations

import re

from django.db import connection

from accounts.models import Institution, RoleGrant, User
from meetings.models import Invitation, Room, Series

INSTITUTIONS = 50  # the first has three rows of ten, the second one of a thousand, the others the rest
# Row number i: its institution is `place`, and its identifiers are made of i. Without our triggers: what they
# would write is not read here.
ROWS = r"""
CREATE TEMPORARY TABLE seeds AS
SELECT i, ('00000000-0000-4000-8000-' || lpad(to_hex(i), 12, '0'))::uuid AS id,
       (%(places)s::int[])[CASE WHEN i %% 10 < 3 THEN 1 WHEN i %% 1000 = 3 THEN 2 ELSE 3 + i %% 48 END] AS place,
       now() - make_interval(mins => i) AS at
FROM generate_series(1, %(rows)s) AS i;

INSERT INTO accounts_user
    (id, password, source, realm, sub, email, given_name, usual_name, institution_id, idp_id, uid, roles, is_active,
     created_at)
SELECT id, '', 'proconnect', 'seed', 'seed-' || i, 'agent' || i || '@seed.example', 'Agent' || i %% 1000,
       'Nom' || i %% 20000, place, '', '', '{}', true, at FROM seeds;
INSERT INTO meetings_room (id, code, title, organiser_id, institution_id, is_lasting, meeting_type, created_at)
SELECT id,
       translate(regexp_replace(right(id::text, 12), '(....)(....)(....)', '\1-\2-\3'), '0123456789', 'ghjkmnpqrs'),
       'Réunion ' || i, id, place, i %% 50 = 0, 'ordinary', at FROM seeds;
INSERT INTO meetings_series
    (id, room_id, title, agenda, links, start, duration_minutes, time_zone, rule, uid, sequence, created_at)
SELECT id, id, 'Réunion ' || i, '', '[]', at, 30, 'Europe/Paris', '', 'seed-' || i, 0, at FROM seeds;
INSERT INTO meetings_meeting
    (id, room_id, title, node, started_at, ended_at, event_number, may_unmute, waiting_text)
SELECT id, id, 'Réunion ' || i, 'n1', at, at + interval '30 minutes', 0, true, '' FROM seeds;
INSERT INTO meetings_recording
    (id, meeting_id, status, started_at, stopped_at, manifest_key, failure, stop_reason, for_minutes, is_announced)
SELECT id, id, CASE WHEN i %% 10000 = 0 THEN 'failed' ELSE 'ready' END, at, at + interval '20 minutes', '', '', 'asked',
       true, false FROM seeds;
INSERT INTO meetings_composition
    (id, recording_id, layout, container, state, progress, attempts, lease_owner, failure, key, sha256, size_bytes,
     made_of, created_at)
SELECT id, id, 'grid', 'mp4', CASE WHEN i %% 100 = 0 THEN 'failed' ELSE 'done' END, 1, 1, '', '', '', '', 0, '[]', at
FROM seeds;
INSERT INTO transcripts_transcription
    (id, recording_id, state, queued_at, progress, steps_total, steps_done, failure, model_name, model_card, created_at)
SELECT id, id, CASE WHEN i %% 10000 = 0 THEN 'failed' ELSE 'done' END, at, 1, 5, 5, '', 'small', '{}', at FROM seeds;
INSERT INTO meetings_outgoingmail
    (id, invitation_id, kind, sequence, status, attempts, next_attempt_at, created_at, failure)
SELECT id, (%(invitations)s::uuid[])[array_position(%(places)s::int[], place)], 'request', 0,
       CASE WHEN i %% 10000 = 0 THEN 'failed' ELSE 'sent' END, 1, at, at, '' FROM seeds;
DROP TABLE seeds;
"""
FILLED = re.findall(r"INSERT INTO (\w+)", ROWS)


def seed(rows: int) -> dict[str, User]:
    """Who reads: for the platform, for the big institution, for the small one."""
    places = [
        Institution.objects.create(siret=f"{number:014}", label=f"Seed {number}") for number in range(INSTITUTIONS)
    ]
    invitations = [str(_invitation(place).pk) for place in places]
    values: dict[str, str | int] = {
        "rows": rows,
        "places": "{" + ",".join(str(place.pk) for place in places) + "}",
        "invitations": "{" + ",".join(invitations) + "}",
    }
    with connection.cursor() as cursor:
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in ROWS.split(";\n")[:-1]:
            cursor.execute(statement, values)
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(f"VACUUM ANALYZE {', '.join(FILLED)}, accounts_institution, meetings_invitation")
    big, small = places[0], places[1]
    return {
        "platform": _reader("platform", big, RoleGrant.Role.PLATFORM_ADMIN, None),
        "big": _reader("big", big, RoleGrant.Role.INSTITUTION_ADMIN, big),
        "small": _reader("small", small, RoleGrant.Role.INSTITUTION_ADMIN, small),
    }


def _invitation(place: Institution) -> Invitation:
    organiser = _agent(f"organiser-{place.pk}", place)
    room = Room.objects.create(title="Seed", organiser=organiser, institution=place)
    series = Series.objects.create(
        room=room,
        title="Seed",
        start="2026-01-01T10:00Z",
        duration_minutes=30,
        time_zone="Europe/Paris",
        uid=f"seed-of-{place.pk}",
    )
    return Invitation.objects.create(series=series, email="a@seed.example")


def _reader(name: str, home: Institution, role: str, over: Institution | None) -> User:
    user = _agent(name, home)
    RoleGrant.objects.create(user=user, role=role, institution=over)
    return user


def _agent(name: str, institution: Institution) -> User:
    return User.objects.create(
        sub=name, given_name="Agent", usual_name=name, email=f"{name}@seed.example", institution=institution
    )
