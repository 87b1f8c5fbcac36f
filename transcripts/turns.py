"""Whose turn it is: the next step, in an order that no institution can take from the others.

Start-time fair queuing, from the rows: each institution has a clock that runs by the work that was done for it, over
its weight; the one whose clock is behind is next. Who had nothing to do begins at the clock of those who had.
Within an institution: by priority, then by age; a worker stays with the track that it has decoded.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from transcripts.jobs import ALIVE_FOR, LEASE, Lease, new_owner
from transcripts.models import Transcription

_ONE_AT_A_TIME = 0x5649_5350  # of PostgreSQL's advisory locks: exact order, exact quotas, for a few milliseconds
# A claim that a crash of PostgreSQL forgets is a step that still waits: nobody waits for the disk.
_BEGIN = "SET LOCAL synchronous_commit TO off; SELECT pg_advisory_xact_lock(%s)"
_CLAIM = """
WITH RECURSIVE asking (institution_id) AS (
    (SELECT institution_id FROM transcripts_step WHERE state = 'waiting' ORDER BY institution_id LIMIT 1)
    UNION ALL
    SELECT (SELECT step.institution_id FROM transcripts_step step
            WHERE step.state = 'waiting' AND step.institution_id > asking.institution_id
            ORDER BY step.institution_id LIMIT 1)
    FROM asking WHERE asking.institution_id IS NOT NULL
), clock AS (
    SELECT coalesce(max(started), 0) AS now FROM transcripts_speechshare
), busy AS (
    SELECT institution_id, count(*) AS steps FROM transcripts_step WHERE state = 'running' GROUP BY institution_id
), chosen AS (
    SELECT step.id, step.transcription_id, asking.institution_id,
           greatest(coalesce(share.passed, 0), clock.now) AS begins, step.cost / coalesce(share.weight, 1) AS lasts
    FROM asking
    CROSS JOIN clock
    LEFT JOIN transcripts_speechshare share USING (institution_id)
    LEFT JOIN busy USING (institution_id)
    CROSS JOIN LATERAL (
        SELECT id, transcription_id, cost, queued_at FROM transcripts_step
        WHERE institution_id = asking.institution_id AND state = 'waiting'
          AND (not_before IS NULL OR not_before <= statement_timestamp())
          AND (%(job)s::uuid IS NULL OR transcription_id = %(job)s::uuid)
        ORDER BY priority DESC, queued_at, (track_id = %(near)s::uuid) IS TRUE DESC, id
        LIMIT 1
    ) step
    WHERE share.at_once IS NULL OR coalesce(busy.steps, 0) < share.at_once
    ORDER BY begins, step.queued_at, step.id
    LIMIT 1
), served AS (
    INSERT INTO transcripts_speechshare (institution_id, weight, started, passed)
    SELECT institution_id, 1, begins, begins + lasts FROM chosen
    ON CONFLICT (institution_id) DO UPDATE SET started = EXCLUDED.started, passed = EXCLUDED.passed
)
UPDATE transcripts_step step
SET state = 'running', owner = %(owner)s, attempts = step.attempts + 1, progress = 0,
    alive_until = statement_timestamp() + make_interval(secs => %(alive)s),
    lease_until = statement_timestamp() + make_interval(secs => %(lease)s)
FROM chosen WHERE step.id = chosen.id
RETURNING step.id, step.transcription_id, step.attempts, step.track_id
"""


def claim(*, near: UUID | None = None, job: UUID | None = None) -> Lease | None:
    """The next step; None when there is none, or quotas keep those that there are.

    `near` is the track that this worker has decoded; `job`, the only one of interest.
    """
    owner = new_owner()
    values: dict[str, str | float | None] = {
        "near": str(near) if near else None,
        "job": str(job) if job else None,
        "owner": owner,
        "alive": ALIVE_FOR.total_seconds(),
        "lease": LEASE.total_seconds(),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BEGIN, [_ONE_AT_A_TIME])
        cursor.execute(_CLAIM, values)
        row = cursor.fetchone()
    if row is None:
        return None
    # Apart: who cancels holds the job's lock and waits for the step's. Nobody but readers looks at this state.
    Transcription.objects.filter(pk=row[1], state=Transcription.State.QUEUED).update(
        state=Transcription.State.RUNNING, started_at=Now()
    )
    return Lease(step_id=row[0], transcription_id=row[1], owner=owner, attempt=row[2], track_id=row[3])
