"""Files that nobody may keep: taken back, written after the end, or of recordings that are not known."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from meetings.agreement import agreement_of
from meetings.models import Consent, Recording
from meetings.nudges import nudge_orphans
from meetings.recordings.sources import delete, sources_in, wait_until_closed


def delete_orphans(folder: Path) -> int:
    """Delete files of recordings that are over or unknown (a recorder that was stopped late); return how many."""
    sources = list(sources_in(folder))  # first: a recording that begins now is alive, and has no file among these
    alive = set(
        Recording.objects.filter(status__in=[Recording.Status.ACTIVE, Recording.Status.STOPPING]).values_list(
            "pk", flat=True
        )
    )
    return delete(source for source in sources if source.recording_id not in alive)


def withdraw(recording: Recording, folder: Path) -> None:
    """Delete what was kept of people who have just declined, as soon as Janus has closed it."""
    declined = {pk for pk, choice in recording.current_choices().items() if choice == Consent.Choice.DECLINED}
    wait_until_closed(recording, folder, declined)
    delete_withdrawn(folder)


def delete_withdrawn(folder: Path) -> int:
    """Delete closed files that somebody took back, of recordings that go on; return how many.

    A recording that was stopped is its collector's.
    """
    closed = [source for source in sources_in(folder) if not source.is_open]  # first: answers must be newer
    active = Recording.objects.filter(status=Recording.Status.ACTIVE, pk__in={source.recording_id for source in closed})
    agreements = {recording.pk: agreement_of(recording) for recording in active}
    return delete(
        source
        for source in closed
        if (agreement := agreements.get(source.recording_id))
        and source.participation_id in agreement.withdrawn_at
        and not agreement.covers(source)
    )


def tell_nodes(nodes: Iterable[str]) -> None:
    """A recording was erased before it was collected: have its files deleted now. Lost, the sweep does it."""
    for node in nodes:
        nudge_orphans(node)
