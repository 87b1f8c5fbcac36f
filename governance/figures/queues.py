"""What waits, and where calls are, now. For administrators of the platform: it is about machines, not institutions."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis import Redis
from redis.exceptions import RedisError

from governance.figures.pages import Page, Section
from governance.figures.reader import Reader
from governance.figures.tables import Column, Kind, Table, Value
from governance.models import PersonExport
from meetings import placement
from meetings.gateways import known_versions
from meetings.janus import versions
from meetings.models import Composition, Meeting, OutgoingMail, Participation, Recording, RecordingPart
from transcripts.models import Import, Notice, Reviewer, Step, Transcription

logger = logging.getLogger(__name__)

BROKER = 0  # the database of Redis that Celery's lists are in
QUEUES = ("default", "speech", "pictures")
FAILED_LATELY = timedelta(days=7)


def read(reader: Reader) -> list[Section]:
    return [_work(), _messages(), _mails(), _recordings(), _nodes()]


def _waited(since: datetime | None) -> float | None:
    """Minutes."""
    return max(0.0, (timezone.now() - since).total_seconds() / 60) if since else None


def _row(label: str, rows: QuerySet[Any], since: str, waiting: Q, working: Q, failed: Q) -> list[Value]:
    """One query."""
    told = rows.aggregate(
        waiting=Count("pk", filter=waiting),
        working=Count("pk", filter=working),
        failed=Count("pk", filter=failed),
        oldest=Min(since, filter=waiting),
    )
    return [label, told["waiting"], told["working"], told["failed"], _waited(told["oldest"])]


def _work() -> Section:
    title = _("Work")
    lately = timezone.now() - FAILED_LATELY
    waits, works = Q(state="waiting"), Q(state="running")
    kinds = {
        Step.Kind.PLAN: _("Transcription: finding speech"),
        Step.Kind.CHUNK: _("Transcription: recognising"),
        Step.Kind.JOIN: _("Transcription: putting together"),
    }
    steps = Step.objects.exclude(state=Step.State.DONE)
    rows = [
        _row(label, steps.filter(kind=kind), "queued_at", waits, works, Q(state=Step.State.HELD))
        for kind, label in kinds.items()
    ]
    jobs = Transcription.objects.filter(Q(state__in=["queued", "running"]) | Q(state="failed", queued_at__gte=lately))
    videos = Composition.objects.filter(Q(state__in=["queued", "running"]) | Q(state="failed", created_at__gte=lately))
    imports = Import.objects.filter(Q(state="checking") | Q(state="refused", at__gte=lately))
    exports = PersonExport.objects.filter(
        Q(state__in=["queued", "running"]) | Q(state="failed", asked_at__gte=lately),
    )
    rows += [
        _row(_("Transcriptions"), jobs, "queued_at", Q(state="queued"), works, Q(state="failed")),
        _row(_("Videos to compose"), videos, "created_at", Q(state="queued"), works, Q(state="failed")),
        _row(_("Exports of personal data"), exports, "asked_at", Q(state="queued"), works, Q(state="failed")),
        _row(_("Imports to check"), imports, "at", Q(state="checking"), Q(pk=None), Q(state="refused")),
    ]
    columns = [
        Column(_("What"), Kind.TEXT),
        Column(_("Waiting")),
        Column(_("Under way")),
        Column(_("Failed, refused or held, these 7 days")),
        Column(_("Longest wait, in minutes"), Kind.MINUTES),
    ]
    return Section("work", title, Table(title, columns, rows))


def _messages() -> Section:
    title = _("Messages to workers")
    queues = [*QUEUES, *(f"media.{node}" for node in settings.JANUS_NODES)]
    rows: list[list[Value]] = [[queue, length] for queue, length in zip(queues, _lengths(queues), strict=True)]
    words = (
        _(
            "Messages only wake workers: what must not be lost is in the database. A long list says that no worker "
            "takes from it."
        ),
    )
    return Section(
        "messages", title, Table(title, [Column(_("Queue"), Kind.TEXT), Column(_("Messages"))], rows), None, words
    )


def _lengths(queues: list[str]) -> list[int | None]:
    """None where the broker does not answer."""
    try:
        with Redis.from_url(f"{settings.REDIS_URL}?db={BROKER}", socket_timeout=2.0) as broker:
            asked = broker.pipeline(transaction=False)
            for queue in queues:
                asked.llen(queue)
            return [int(length) for length in asked.execute()]
    except RedisError as error:
        logger.warning("lengths of queues not read: %s", type(error).__name__)
        return [None for _queue in queues]


def _mails() -> Section:
    title = _("Mails")
    kinds: list[tuple[str, QuerySet[Any], str]] = [
        (_("Invitations"), OutgoingMail.objects.all(), "status"),
        (_("Minutes are there, or shared"), Notice.objects.all(), "mail"),
        (_("Requests to review minutes"), Reviewer.objects.all(), "mail"),
    ]
    rows: list[list[Value]] = []
    for label, mails, column in kinds:
        told = mails.filter(**{f"{column}__in": ["waiting", "failed"]}).aggregate(
            waiting=Count("pk", filter=Q(**{column: "waiting"})),
            tried=Count("pk", filter=Q(**{column: "waiting"}, attempts__gt=0)),
            failed=Count("pk", filter=Q(**{column: "failed"})),
        )
        rows.append([label, told["waiting"], told["tried"], told["failed"]])
    columns = [
        Column(_("Mail"), Kind.TEXT),
        Column(_("Waiting")),
        Column(_("of them tried already")),
        Column(_("Given up")),
    ]
    return Section("mails", title, Table(title, columns, rows))


def _recordings() -> Section:
    title = _("Recordings that wait to be stored")
    pending = RecordingPart.objects.filter(
        state=RecordingPart.State.PENDING, recording__status=Recording.Status.STOPPING
    )
    rows: list[list[Value]] = [
        [node, waiting, failing, _waited(oldest)]
        for node, waiting, failing, oldest in pending.order_by("node")
        .values_list("node")
        .annotate(
            waiting=Count("recording", distinct=True),
            failing=Count("recording", filter=Q(failing_since__isnull=False), distinct=True),
            oldest=Min("recording__stopped_at"),
        )
    ]
    going_on = Recording.objects.filter(status=Recording.Status.ACTIVE).count()
    words = (_("Recordings that go on now: %(count)d.") % {"count": going_on},)
    columns = [
        Column(_("Node"), Kind.TEXT),
        Column(_("Recordings")),
        Column(_("of them failing")),
        Column(_("Longest wait, in minutes"), Kind.MINUTES),
    ]
    return Section("recordings", title, Table(title, columns, rows), None, words, _("None waits."))


def _nodes() -> Section:
    title = _("Media nodes")
    meetings = dict(Meeting.objects.filter(ended_at=None).order_by().values_list("node").annotate(Count("pk")))
    here = Participation.objects.filter(left_at=None, meeting__ended_at=None).order_by()
    people = dict(here.values_list("meeting__node").annotate(Count("pk")))
    said = known_versions()
    rows: list[list[Value]] = []
    for name, node in sorted(placement.known_nodes().items()):
        state = _("down") if node.down_since else _("drains") if node.drains else _("up")
        version = versions.show(said[name]) if name in said else None
        count = people.get(name, 0)
        load = count / max(1, node.capacity)
        rows.append([name, state, meetings.get(name, 0), count, node.capacity, load, node.free_bytes, version])
    columns = [
        Column(_("Node"), Kind.TEXT),
        Column(_("State"), Kind.TEXT),
        Column(_("Meetings now")),
        Column(_("People now")),
        Column(_("Capacity")),
        Column(_("Load"), Kind.SHARE),
        Column(_("Free disk"), Kind.BYTES),
        Column(_("Janus"), Kind.TEXT),
    ]
    return Section("nodes", title, Table(title, columns, rows))


PAGE = Page(
    "files",
    gettext_lazy("Queues and nodes"),
    ("work", "messages", "mails", "recordings", "nodes"),
    read,
    permission="governance.view_queues",
    by_institution=False,
    is_live=True,
)
