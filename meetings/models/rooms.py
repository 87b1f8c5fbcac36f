"""Rooms, meetings, and who was in them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User
from meetings.codes import new_code
from meetings.models.policies import LOBBIES, choices_of
from meetings.policy import MeetingType, Role

MEETING_TYPES = {
    MeetingType.ORDINARY: _("Ordinary"),
    MeetingType.PERSONNEL: _("Personnel, union or medical matters: never a trace"),
    MeetingType.SENSITIVE: _("Sensitive: no guests, no trace"),
}


class Assurance(models.TextChoices):
    """How sure we are of who somebody is."""

    VERIFIED = "verified"  # ProConnect
    LOCAL = "local"  # an account of ours
    INVITED = "invited"  # came by a link that was sent to them alone
    DECLARED = "declared"  # a guest's own words


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: User | AnonymousUser) -> RoomQuerySet:
        """Rooms that `user` organises, alone or with others, or has met in."""
        if not isinstance(user, User):
            return self.none()
        organised = Room.objects.filter(organiser=user).values("pk")
        shared = Room.objects.filter(co_organisers=user).values("pk")
        met_in = Room.objects.filter(meetings__participations__user=user).values("pk")
        return self.filter(pk__in=organised.union(shared, met_in))  # an OR over a join would read every participation


class Room(models.Model):
    """A lasting place to meet. Who has the code may knock."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("code"), max_length=14, unique=True, default=new_code, editable=False)
    title = models.CharField(_("title"), max_length=200)
    organiser = models.ForeignKey(User, verbose_name=_("organiser"), on_delete=models.PROTECT, related_name="rooms")
    co_organisers: models.ManyToManyField[User, RoomOrganiser] = models.ManyToManyField(
        User,
        verbose_name=_("co-organisers"),
        through="RoomOrganiser",
        through_fields=("room", "user"),
        related_name="shared_rooms",
    )
    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), on_delete=models.PROTECT, related_name="rooms"
    )
    is_lasting = models.BooleanField(
        _("lasting"), default=False
    )  # kept under "my rooms"; else it was made for one series
    meeting_type = models.CharField(
        _("kind of meetings"),
        max_length=12,
        default=MeetingType.ORDINARY,
        choices=choices_of(MEETING_TYPES),
    )
    # The room's own choices: they tighten the institution's policy; null leaves it as it is
    guests = models.BooleanField(_("guests come in"), null=True)
    other_institutions = models.BooleanField(_("other institutions come in"), null=True)
    lobby = models.CharField(_("lobby"), max_length=10, null=True, choices=choices_of(LOBBIES))  # noqa: DJ001
    recording = models.BooleanField(_("may be recorded"), null=True)
    transcription = models.BooleanField(_("minutes may be made"), null=True)
    captions = models.BooleanField(_("live captions"), null=True)
    max_participants = models.PositiveIntegerField(_("people at most"), null=True)
    locked_at = models.DateTimeField(_("locked since"), null=True)  # nobody new comes in
    closed_at = models.DateTimeField(_("closed since"), null=True)  # its organiser is done with it
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[models.Manager[Room]] = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        indexes = [
            models.Index(
                fields=["organiser", "-created_at", "-id"],
                condition=Q(is_lasting=True, closed_at=None),
                name="lasting_rooms",
            ),
            models.Index(fields=["created_at"], name="rooms_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # the code is a key


class RoomOrganiser(models.Model):
    """Somebody who organises a room with its organiser, as long as neither ends it."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="room_organisers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="co_organiser_once")]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.user_id}"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User | AnonymousUser) -> MeetingQuerySet:
        """Meetings that `user` organises or took part in."""
        if not isinstance(user, User):
            return self.none()
        organised = Meeting.objects.filter(room__organiser=user).values("pk")
        shared = Meeting.objects.filter(room__co_organisers=user).values("pk")
        attended = Meeting.objects.filter(participations__user=user).values("pk")
        return self.filter(pk__in=organised.union(shared, attended))


class Meeting(models.Model):
    """One occurrence in a room, from the first person's arrival to the last one's departure.

    Being cut off is no departure: when everybody is (a server died), the meeting waits for them a while.
    """

    audited_with = "room"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, verbose_name=_("room"), on_delete=models.PROTECT, related_name="meetings")
    occurrence = models.ForeignKey(
        "Occurrence", verbose_name=_("planned date"), null=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    title = models.CharField(_("title"), max_length=200)
    node = models.CharField(_("media node"), max_length=40)
    started_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    empty_since = models.DateTimeField(_("empty since"), null=True)  # everybody was cut off: they may come back
    event_number = models.PositiveBigIntegerField(
        _("number of the last event"), default=0
    )  # of the newest event told to this meeting
    may_unmute = models.BooleanField(
        _("people turn their microphone on themselves"), default=True
    )  # people who do not organise it
    waiting_text = models.CharField(
        _("text for those who wait"), max_length=300, blank=True
    )  # told to those who wait, as long as it lasts

    objects: ClassVar[models.Manager[Meeting]] = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting that was held")
        verbose_name_plural = _("meetings that were held")
        indexes = [models.Index(fields=["started_at"], name="meetings_by_start")]
        constraints = [
            models.UniqueConstraint(fields=["room"], condition=Q(ended_at=None), name="one_open_meeting_per_room")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Participation(models.Model):
    """One person in one meeting. Coming back, from another tab too, is the same participation."""

    audited_with = "meeting"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participations")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="participations")
    invitation = models.ForeignKey("Invitation", null=True, on_delete=models.SET_NULL, related_name="participations")
    guest_key = models.CharField(max_length=40, blank=True)  # in the guest's session, never shown
    display_name = models.CharField(max_length=120)
    institution_label = models.CharField(max_length=200, blank=True)
    assurance = models.CharField(max_length=20, choices=Assurance.choices)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    shared_microphone = models.BooleanField(default=False)  # several people speak through it, since the last arrival
    connection = models.PositiveIntegerField(default=0)  # counts arrivals: an older socket knows it was replaced
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()  # by its socket, now and then
    microphone = models.BooleanField(default=False)
    camera = models.BooleanField(default=False)
    screen = models.BooleanField(default=False)
    hand_at = models.DateTimeField(null=True)  # raised since
    held = ArrayField(models.CharField(max_length=10), default=list)  # sources that an organiser has turned off
    removed_at = models.DateTimeField(null=True)  # by an organiser: they stay out
    reads_captions = models.BooleanField(default=False, db_default=False)
    captionable = models.BooleanField(default=True, db_default=True)  # others may read what they say
    speaks = models.CharField(max_length=2, default="", db_default="")  # a language; empty: the installation's

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"], condition=~Q(user=None), name="one_participation_per_user"
            ),
            models.UniqueConstraint(
                fields=["meeting", "guest_key"], condition=~Q(guest_key=""), name="one_participation_per_guest"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
