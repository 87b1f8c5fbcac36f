"""Three agents of one big institution, with few, some and many meetings: half to come, half held."""

from __future__ import annotations

from django.db import connection

from accounts.models import Institution, User
from meetings.models import Meeting, Recording

COLLEAGUES = 200
# Every third meeting is the agent's own; of the other invitations, every fourth has no answer yet. A meeting each
# 20 minutes, and one room for each, as planning makes them.
MEETINGS = r"""
CREATE TEMPORARY TABLE seeds AS
SELECT i, gen_random_uuid() AS room, gen_random_uuid() AS series, gen_random_uuid() AS date, gen_random_uuid() AS held,
       gen_random_uuid() AS came, gen_random_uuid() AS invited, i %% 3 = 0 AS own,
       CASE WHEN i %% 3 = 0 THEN %(agent)s::uuid ELSE (%(colleagues)s::uuid[])[1 + i %% %(count)s] END AS organiser,
       CASE WHEN i < %(half)s THEN now() + make_interval(mins => 5 + 20 * i)
            ELSE now() - make_interval(mins => 60 + 20 * (i - %(half)s)) END AS start,
       'Réunion ' || i || ' de suivi' AS title
FROM generate_series(0, 2 * %(half)s - 1) AS i;

INSERT INTO meetings_room (id, code, title, organiser_id, institution_id, is_lasting, meeting_type, created_at)
SELECT room,
       translate(regexp_replace(right(room::text, 12), '(....)(....)(....)', '\1-\2-\3'), '01', 'gh'),
       title, organiser, %(institution)s,
       i %% 50 = 0, 'ordinary', now() - make_interval(mins => i) FROM seeds;
INSERT INTO meetings_series
    (id, room_id, title, agenda, links, start, duration_minutes, time_zone, rule, uid, sequence, created_at)
SELECT series, room, title, 'Ordre du jour', '[]', start, 30, 'Europe/Paris', '', series::text, 0, now() FROM seeds;
INSERT INTO meetings_occurrence (id, series_id, original_start, start, "end", title, is_exception)
SELECT date, series, start, start, start + interval '30 minutes', '', false FROM seeds;
INSERT INTO meetings_invitation
    (id, series_id, user_id, email, name, required, language, answer, nonce, created_at)
SELECT invited, series, %(agent)s::uuid, 'a@example.gouv.fr', '', true, 'fr',
       CASE WHEN i %% 4 = 1 THEN 'needs-action' ELSE 'accepted' END, gen_random_uuid(), now() FROM seeds WHERE NOT own;
INSERT INTO meetings_meeting
    (id, room_id, occurrence_id, title, node, started_at, ended_at, event_number, may_unmute, waiting_text)
SELECT held, room, date, title, 'n1', start, start + interval '30 minutes', 0, true, '' FROM seeds WHERE i >= %(half)s;
INSERT INTO meetings_participation
    (id, meeting_id, user_id, guest_key, display_name, institution_label, assurance, role, shared_microphone,
     connection, joined_at, seen_at, microphone, camera, screen, held)
SELECT came, held, %(agent)s::uuid, '', 'A', '', 'verified', 'agent', false, 1, start, start, false, false, false, '{}'
FROM seeds WHERE i >= %(half)s;
DROP TABLE seeds;
"""


def seed_agent(name: str, *, half: int) -> User:
    """Who has `half` meetings before them, and as many behind them."""
    institution, _ = Institution.objects.get_or_create(siret="13002526500013", defaults={"label": "DINUM"})
    agent = _make_user(name, institution)
    colleagues = [str(_make_user(f"colleague-{number}", institution).pk) for number in range(COLLEAGUES)]
    values: dict[str, str | int] = {
        "agent": str(agent.pk),
        "colleagues": "{" + ",".join(colleagues) + "}",
        "count": COLLEAGUES,
        "half": half,
        "institution": institution.pk,
    }
    with connection.cursor() as cursor:
        # The triggers keep the plans that they made when the tables were empty
        cursor.execute("SET enable_seqscan = off; DISCARD PLANS")
        for statement in MEETINGS.split(";\n")[:-1]:
            cursor.execute(statement, values)
        cursor.execute("RESET enable_seqscan; DISCARD PLANS")
    _record_some(agent)
    return agent


def _record_some(agent: User) -> None:
    """Every fifth of the meetings that were held."""
    held = Meeting.objects.filter(participations__user=agent).order_by("started_at")
    ready = Recording.Status.READY
    Recording.objects.bulk_create(
        Recording(meeting=meeting, status=ready, started_at=meeting.started_at) for meeting in held[::5]
    )


def settle() -> None:
    """What autovacuum would do in its own time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE meetings_agendaentry, meetings_room, meetings_series, meetings_occurrence,"
            " meetings_invitation, meetings_meeting, meetings_participation, meetings_recording"
        )


def _make_user(name: str, institution: Institution) -> User:
    names = {"given_name": "Agent", "usual_name": name, "email": f"{name}@example.gouv.fr", "institution": institution}
    user, _ = User.objects.get_or_create(sub=name, defaults=names)
    return user
