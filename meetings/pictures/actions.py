"""Verbs of composed videos: asked for, cancelled, forgotten when somebody takes their agreement back."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from uuid import UUID

from django.db import transaction

from accounts import audit, roles
from accounts.models import User
from meetings import ceilings, storage
from meetings.agreement import agreed_pictures, agreed_tracks
from meetings.errors import NotAllowed
from meetings.models import Composition, Recording
from meetings.nudges import nudge_composing

State = Composition.State
OVER = (State.FAILED, State.CANCELLED)
FRESH = {"state": State.QUEUED, "progress": 0.0, "attempts": 0, "failure": "", "lease_owner": "", "lease_until": None}


def may_compose(recording: Recording, user: User) -> bool:
    return ceilings.organises(recording.meeting.room, user)


def _may(recording: Recording, user: User, as_administrator: bool) -> bool:
    if as_administrator and roles.holds(user, "meetings.operate_composition", recording.meeting.room.institution_id):
        return True
    return may_compose(recording, user)


@transaction.atomic
def try_again(composition: Composition, *, actor: User) -> None:
    """What failed or was cancelled, by who administers the institution. Raises NotAllowed."""
    request(composition.recording, composition.layout, composition.container, actor=actor, as_administrator=True)


@transaction.atomic
def request(
    recording: Recording, layout: str, container: str, *, actor: User, as_administrator: bool = False
) -> Composition:
    """One of each kind: who asks again gets the same, begun again if it had failed. Raises NotAllowed."""
    if recording.status != Recording.Status.READY or not _may(recording, actor, as_administrator):
        raise NotAllowed("compose")
    composition, is_new = Composition.objects.get_or_create(
        recording=recording, layout=layout, container=container, defaults={"requested_by": actor}
    )
    again = Composition.objects.filter(pk=composition.pk, state__in=OVER)
    if is_new or again.update(**FRESH, requested_by=actor):
        audit.record(
            "composition.requested",
            actor=actor,
            target=composition,
            layout=layout,
            container=container,
            as_administrator=as_administrator,
        )
        transaction.on_commit(partial(nudge_composing, composition.pk))
    return composition


@transaction.atomic
def cancel(composition: Composition, *, actor: User, as_administrator: bool = False) -> None:
    """Nothing happens to one that is over. Raises NotAllowed."""
    if not _may(composition.recording, actor, as_administrator):
        raise NotAllowed("compose")
    going_on = Composition.objects.filter(pk=composition.pk, state__in=[State.QUEUED, State.RUNNING])
    if going_on.update(state=State.CANCELLED, lease_owner="", lease_until=None):
        audit.record("composition.cancelled", actor=actor, target=composition, as_administrator=as_administrator)


def agreed_ids(recording: Recording) -> set[str]:
    """Of all tracks that may be heard or seen."""
    found = [*agreed_tracks(recording).values_list("pk", flat=True)]
    return {str(pk) for pk in [*found, *agreed_pictures(recording).values_list("pk", flat=True)]}


def watchable(recording: Recording) -> list[Composition]:
    """Those that are there, and show nobody who has taken their agreement back, even before they are erased."""
    agreed = agreed_ids(recording)
    done = recording.compositions.filter(state=State.DONE).order_by("-finished_at")
    return [composition for composition in done if agreed.issuperset(composition.made_of)]


def forget(recording: Recording, gone: Collection[UUID]) -> None:
    """Erase the videos that are made of these tracks, and have them made again without. Raises StorageUnavailable."""
    names = {str(pk) for pk in gone}
    for composition in recording.compositions.all():
        if names.intersection(composition.made_of):
            _make_again(composition)


def _make_again(composition: Composition) -> None:
    """The fence goes first: nothing that is under way brings it back."""
    held = Composition.objects.filter(pk=composition.pk)
    going_on = held.filter(state__in=[State.DONE, State.RUNNING, State.QUEUED])
    going_on.update(**FRESH)
    if composition.key:
        storage.delete(composition.key)
    with transaction.atomic():
        held.filter(key=composition.key).update(key="", sha256="", size_bytes=0, made_of=[])
        audit.record("composition.erased", actor=audit.SYSTEM, target=composition)
    nudge_composing(composition.pk)
