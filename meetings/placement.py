"""Which Janus node holds a meeting, and what is known of each node: rows that all processes share."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from accounts import audit, roles
from accounts.models import User
from meetings import events
from meetings.errors import NotAllowed
from meetings.janus import nodes
from meetings.models import JanusNode, Meeting, Participation, Recording, RecordingPart

SEEN_EVERY = timedelta(seconds=10)  # more often, the row says nothing new


def known_nodes() -> dict[str, JanusNode]:
    """Those of the settings; rows are made at the first use."""
    found = JanusNode.objects.in_bulk(list(settings.JANUS_NODES))
    if missing := [JanusNode(name=name) for name in settings.JANUS_NODES if name not in found]:
        JanusNode.objects.bulk_create(missing, ignore_conflicts=True)
        found = JanusNode.objects.in_bulk(list(settings.JANUS_NODES))
    return found


def place(room_code: str) -> str:
    """The node for a meeting that needs one: the least loaded of those that are up and do not drain.

    Where there is none, one that drains; where nothing is up, any: browsers try again until it is.
    """
    rows = known_nodes()
    up = [node for node in rows.values() if node.down_since is None]
    candidates = [node for node in up if not node.drains] or up or list(rows.values())
    loads = loads_of(candidates)
    least = min(loads.values())
    return nodes.choose([name for name, load in loads.items() if load == least], room_code)


def loads_of(candidates: list[JanusNode]) -> dict[str, float]:
    """People who are in meetings there now, over the node's capacity."""
    here = Participation.objects.filter(left_at=None, meeting__ended_at=None)
    counts = dict(here.values_list("meeting__node").annotate(Count("pk")))
    return {node.name: counts.get(node.name, 0) / max(1, node.capacity) for node in candidates}


def move_if_lost(meeting: Meeting) -> bool:
    """Give a meeting whose node is down, or no longer ours, another one. The caller holds the meeting's row lock.

    Its sockets elsewhere are told to come again; a recording goes on as a new part.
    """
    old = meeting.node
    row = JanusNode.objects.filter(name=old).first()
    is_ours = old in settings.JANUS_NODES
    if is_ours and (row is None or row.down_since is None):
        return False
    new = place(meeting.room.code)
    if is_ours and not JanusNode.objects.filter(name=new, down_since=None).exists():  # nothing is up
        return False
    meeting.node = new
    meeting.save(update_fields=["node"])
    _continue_recording(meeting, lost_at=row.down_since if row else None)
    audit.record("meeting.moved", actor=audit.SYSTEM, target=meeting, source=old, to=new)
    events.tell_moved(meeting)
    return True


def _continue_recording(meeting: Meeting, lost_at: object) -> None:
    now = timezone.now()
    for recording in meeting.recordings.filter(status=Recording.Status.ACTIVE):
        recording.parts.filter(ended_at=None).update(ended_at=lost_at or now)
        begin_part(recording, meeting.node)


@transaction.atomic
def set_drains(node: JanusNode, *, drains: bool, actor: User) -> None:
    """Nothing happens to one that does already. Raises NotAllowed."""
    if not roles.is_platform_admin(actor):
        raise NotAllowed("drain")
    if JanusNode.objects.filter(pk=node.pk).exclude(drains=drains).update(drains=drains):
        audit.record("node.drained" if drains else "node.opened", actor=actor, target=node)


def begin_part(recording: Recording, node: str) -> None:
    RecordingPart.objects.create(recording=recording, node=node, started_at=timezone.now())


def recordings_dir(node: str) -> str:
    """Where the Janus of `node` writes, on its machine."""
    return settings.JANUS_RECORDINGS_DIRS.get(node, str(settings.JANUS_RECORDINGS_DIR))


def note_answer(name: str) -> int:
    """A node answers; its epoch, a new one if it was down."""
    row, _ = JanusNode.objects.get_or_create(name=name)
    now = timezone.now()
    if row.down_since:
        down = JanusNode.objects.filter(name=name, epoch=row.epoch, down_since__isnull=False)
        down.update(down_since=None, seen_at=now, epoch=F("epoch") + 1)
        row.refresh_from_db()
    elif row.seen_at is None or now - row.seen_at > SEEN_EVERY:
        JanusNode.objects.filter(name=name).update(seen_at=now)
    return row.epoch


def mark_down(name: str, epoch: int | None) -> bool:
    """A node no longer answers in the life `epoch`, or any: did nobody know it yet?"""
    row, _ = JanusNode.objects.get_or_create(name=name)
    up = JanusNode.objects.filter(name=name, epoch=epoch or row.epoch, down_since=None)
    return bool(up.update(down_since=timezone.now()))
