"""What was recorded, and who agreed to it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User
from meetings.models.policies import READERS, choices_of
from meetings.models.purposes import Purpose
from meetings.models.rooms import Meeting, Participation
from meetings.policy import Readers


class RecordingQuerySet(models.QuerySet["Recording"]):
    def visible_to(self, user: User | AnonymousUser, *, among: Collection[UUID] | None = None) -> RecordingQuerySet:
        """Recordings of meetings that `user` organises, or took part in where participants may; and those shared.
        None of those that were set aside while somebody disputes what is in them.

        The one place that says so: for pages, sockets, sound, search and files. Each branch is an index of its own;
        an OR over joins would read every recording. `among`: only these are looked at, which takes no longer for
        somebody who may see thousands.
        """
        if not isinstance(user, User):
            return self.none()
        recordings = Recording.objects.order_by()
        if among is not None:
            recordings = recordings.filter(pk__in=among)
        attended = Participation.objects.filter(user=user).values("meeting")
        at_home = recordings.filter(meeting__room__institution=user.institution_id)  # nobody organises from elsewhere
        branches = [
            at_home.filter(meeting__room__co_organisers=user).values("pk"),
            recordings.filter(readers=Readers.PARTICIPANTS, meeting__in=attended).values("pk"),
            recordings.filter(_shared_now(), shares__user=user).values("pk"),
        ]
        if user.institution_id:
            branches.append(recordings.filter(_shared_now(), shares__institution=user.institution_id).values("pk"))
        mine = at_home.filter(meeting__room__organiser=user).values("pk").union(*branches)
        return self.filter(pk__in=mine, restricted_at=None)

    def recorded_this_month(self, institution: Institution) -> timedelta:
        """What the rooms of `institution` have recorded since the first of the month, what goes on included."""
        month = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        since = self.filter(meeting__room__institution=institution, started_at__gte=month)
        length = Coalesce(F("stopped_at"), Now()) - F("started_at")
        return since.aggregate(total=Sum(length))["total"] or timedelta()


def _shared_now() -> Q:
    """As `RecordingShareQuerySet.current`, from the other end."""
    return Q(shares__revoked_at=None) & (Q(shares__expires_at=None) | Q(shares__expires_at__gt=Now()))


RecordingManager = models.Manager.from_queryset(RecordingQuerySet)


class StopReason:
    """Why a recording stopped: codes of the protocol, put into words by the browser."""

    ASKED = "asked"
    ENDED = "meeting-ended"
    FORBIDDEN = "forbidden"  # by the rules, while it went on
    TOO_LONG = "too-long"
    NOBODY_LEFT = "nobody-left"  # of those who agreed
    DISK_FULL = "disk-full"
    ADMINISTRATION = "administration"  # by who administers the institution


class Recording(models.Model):
    """From "record" to "stop" in one meeting. READY hands it to transcription: see `signals.py`."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("goes on")
        STOPPING = "stopping", _("is being stored")  # told to everyone; files are being collected
        READY = "ready", _("stored")
        FAILED = "failed", _("failed")

    audited_with = "meeting"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="recordings")
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    started_by = models.ForeignKey(
        User, verbose_name=_("started by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(_("begun"))
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    manifest_key = models.CharField(_("key of the manifest"), max_length=200, blank=True)
    failure = models.CharField(_("failure"), max_length=40, blank=True)  # a code
    ends_by = models.DateTimeField(_("ends at the latest"), null=True)  # by the rules, as they were when it began
    stop_reason = models.CharField(_("why it stopped"), max_length=20, blank=True)  # one of StopReason
    for_minutes = models.BooleanField(
        _("minutes may be made of it"), default=True
    )  # policy and purpose allowed transcription when it began
    purpose = models.ForeignKey(
        Purpose, verbose_name=_("purpose"), null=True, on_delete=models.PROTECT, related_name="recordings"
    )
    readers = models.CharField(
        _("readers"),  # of those who were there: by the rules, or tightened by an organiser
        max_length=12,
        choices=choices_of(READERS),
        default=Readers.PARTICIPANTS,
        db_default=Readers.PARTICIPANTS,
    )
    is_announced = models.BooleanField(_("announced by a voice"), default=False)  # to everybody who comes in
    # At the end of their time, or by a request: what was erased is not made again
    sound_erased_at = models.DateTimeField(_("sound erased"), null=True)
    words_erased_at = models.DateTimeField(_("words erased"), null=True)
    restricted_at = models.DateTimeField(_("restricted since"), null=True)  # nobody reads or hears it (GDPR, art. 18)

    objects: ClassVar[RecordingManager[Recording]] = RecordingManager()

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        indexes = [
            models.Index(fields=["started_at"], name="recordings_by_start"),
            models.Index(
                fields=["started_at"],
                condition=Q(status__in=["active", "stopping", "failed"]),
                name="recordings_to_look_after",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(status="active"), name="one_active_recording_per_meeting"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def nodes(self) -> list[str]:
        """Those whose disks may hold files of it that were not collected yet."""
        pending = self.parts.filter(state=RecordingPart.State.PENDING)
        return list(pending.order_by("node").distinct().values_list("node", flat=True))

    @cached_property
    def leaks(self) -> dict[uuid.UUID, list[tuple[float, float]]]:
        """By track, when it may hold the voice of somebody off the record: see `meetings.leaks`."""
        measured = self.tracks.exclude(levels=None).exclude(levels__leaks=[])
        return dict(measured.values_list("pk", "levels__leaks"))

    def newest_consents(self) -> models.QuerySet[Consent]:
        """One row for each participation that has answered."""
        return self.consents.order_by("participation_id", "-pk").distinct("participation_id")

    def current_choices(self) -> dict[uuid.UUID, str]:
        """The newest answer of each participation that has answered."""
        return dict(self.newest_consents().values_list("participation_id", "choice"))

    def is_deserted(self, *, since: datetime | None = None) -> bool:
        """People agreed, and all of them have left: by now, or since then."""
        agreed = [pk for pk, choice in self.current_choices().items() if choice == Consent.Choice.ACCEPTED]
        there = Q(left_at=None) | Q(left_at__gt=since) if since else Q(left_at=None)
        return bool(agreed) and not Participation.objects.filter(there, pk__in=agreed).exists()


class RecordingPart(models.Model):
    """One stay of a recorded meeting on one Janus node, whose disk holds the files of that time."""

    class State(models.TextChoices):
        PENDING = "pending", _("not stored yet")
        COLLECTED = "collected", _("stored")
        LOST = "lost", _("lost")  # unreadable, or its node stayed away for too long

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey(
        Recording, verbose_name=_("recording"), on_delete=models.CASCADE, related_name="parts"
    )
    node = models.CharField(_("media node"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    started_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("node lost"), null=True)  # when the node was lost, if the meeting had to move
    janus_version = models.CharField(
        _("version of Janus"), max_length=20, blank=True
    )  # of the node, when its files were collected
    # Collecting that did not succeed: see `recordings.retries`
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), null=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    failure = models.CharField(_("failure"), max_length=20, blank=True)  # a code, of the last attempt

    class Meta:
        verbose_name = _("part of a recording")
        verbose_name_plural = _("parts of a recording")
        ordering = ["started_at"]

    def __str__(self) -> str:
        return f"{self.recording_id} on {self.node}"


class Consent(models.Model):
    """A ledger row: what one person answered, to which text, when and how. Written once, by a rule of the database;
    the newest one counts. ACCEPTED is about their sound; words and pictures are answered apart.
    """

    class Choice(models.TextChoices):
        ACCEPTED = "accepted"
        DECLINED = "declined"

    class Way(models.TextChoices):
        SCREEN = "screen"  # a button of the question, pressed with a pointer
        KEYBOARD = "keyboard"  # the same button, pressed by a key
        INVITATION = "invitation"  # beforehand, where one was invited
        PAGE = "page"  # the page of one's own agreement
        IMPORT = "import"  # stated by who brought the recording, for those who speak in it
        ERASURE = "erasure"  # they asked for their data to be erased, which takes their agreement back

    audited_with = "recording"
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="consents")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="consents")
    choice = models.CharField(max_length=10, choices=Choice.choices)
    transcript = models.BooleanField(default=False)
    picture = models.BooleanField(default=False)
    text_version = models.CharField(max_length=60)  # of the sentences around it, and of the purpose
    language = models.CharField(max_length=5, blank=True)  # in which it was shown
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.SCREEN)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(choice="accepted") | Q(transcript=False, picture=False), name="nothing_of_who_declined"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.choice}"


class UnrecordedSpeech(models.Model):
    """Somebody who is not on the record spoke: when, by voice activity alone. Whose voice it was is not kept."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="unrecorded_speech")
    start = models.FloatField()  # seconds from the start of the recording
    end = models.FloatField()

    class Meta:
        ordering = ["start", "end"]
        constraints = [models.CheckConstraint(condition=Q(start__gte=0, end__gt=F("start")), name="speech_lasts")]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.start:.1f}"


class Track(models.Model):
    """One stored file of one person, on the recording's clock: Opus in Ogg of a microphone, VP8 in WebM of pictures."""

    class Kind(models.TextChoices):
        MICROPHONE = "microphone"
        CAMERA = "camera"
        SCREEN = "screen"

    audited_with = "recording"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="tracks")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="tracks")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MICROPHONE, db_default=Kind.MICROPHONE)
    source_name = models.CharField(max_length=120)  # of the .mjr, without folder: makes collecting repeatable
    key = models.CharField(max_length=200)  # in the object store
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    start = models.FloatField()  # seconds from the start of the recording
    duration = models.FloatField()  # seconds
    shared_microphone = models.BooleanField(default=False)  # when it was recorded: its owner's name proves nothing
    recovered = models.BooleanField(default=False)  # the file was never closed: its node died
    heard = models.JSONField(default=dict)  # packets, losses, holes: `recordings.manifest.describe`
    erased_at = models.DateTimeField(null=True)  # from the store; the row stays as long as lines lean on it

    class Meta:
        ordering = ["start", "id"]
        constraints = [models.UniqueConstraint(fields=["recording", "source_name"], name="one_track_per_source")]

    def __str__(self) -> str:
        return self.source_name
