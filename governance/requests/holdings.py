"""Everything that Visio keeps about a person, as querysets: pages count and list them, the export writes them out.

A line or a sound of a shared microphone may be anybody's: it is counted, and never handed out as the person's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import AccountInvitation, AuditEntry, RoleGrant, User
from governance.models import PersonRequest
from governance.requests.subjects import Subject
from meetings.erasure import withdrawn_tracks
from meetings.models import (
    CalendarFeed,
    ChatMessage,
    Consent,
    Invitation,
    Participation,
    RecordingShare,
    Room,
    RoomOrganiser,
    Series,
    Track,
)
from transcripts.models import Comment, Edit, Import, Item, ItemLine, Reviewer, Segment, SpeakerAssurance

NOT_PROVEN = (SpeakerAssurance.SHARED_MICROPHONE, SpeakerAssurance.UNKNOWN)
NAMED = (SpeakerAssurance.ATTRIBUTED, SpeakerAssurance.IMPORTED)  # perhaps another than the microphone's owner


@dataclass(frozen=True, slots=True)
class Holdings:
    """Rows of one person. Each property is a queryset in a fixed order; none is read before it is asked for."""

    subject: Subject

    @property
    def accounts(self) -> QuerySet[User]:
        return self.subject.accounts().order_by("pk").distinct()

    @property
    def sessions(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = UserSession.objects.filter(user__in=self.accounts)
        return rows.order_by("pk")

    @property
    def second_factors(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Authenticator.objects.filter(user__in=self.accounts)
        return rows.order_by("pk")

    @property
    def roles(self) -> QuerySet[RoleGrant]:
        return RoleGrant.objects.filter(user__in=self.accounts).select_related("institution").order_by("pk")

    @property
    def account_invitations(self) -> QuerySet[AccountInvitation]:
        return AccountInvitation.objects.filter(user__in=self.accounts).order_by("pk")

    @property
    def feeds(self) -> QuerySet[CalendarFeed]:
        return CalendarFeed.objects.filter(user__in=self.accounts).order_by("pk")

    @property
    def participations(self) -> QuerySet[Participation]:
        rows = self.subject.theirs().select_related("meeting__room__institution")
        return rows.order_by("joined_at", "pk")

    @property
    def invitations(self) -> QuerySet[Invitation]:
        return self.subject.invited().select_related("series__room").order_by("created_at", "pk")

    @property
    def consents(self) -> QuerySet[Consent]:
        rows = Consent.objects.filter(participation__in=self._participations)
        return rows.select_related("recording__meeting", "recording__purpose").order_by("pk")

    @property
    def lines(self) -> QuerySet[Segment]:
        """That are theirs: said at their own microphone, or put under their name by a person who was there."""
        here = Participation.objects.filter(
            meeting=OuterRef("transcription__recording__meeting"), display_name=OuterRef("speaker_name")
        )
        named_alone = Exists(here.filter(pk__in=self._participations)) & ~Exists(
            here.exclude(pk__in=self._participations)
        )
        at_own = Q(participation__in=self._participations) & ~Q(assurance__in=NOT_PROVEN)
        own = at_own & (~Q(assurance__in=NAMED) | Q(speaker_name=F("participation__display_name")))
        return self._in_order(Segment.objects.filter(own | (Q(assurance=SpeakerAssurance.ATTRIBUTED) & named_alone)))

    @property
    def lines_of_shared_microphones(self) -> QuerySet[Segment]:
        rows = Segment.objects.filter(participation__in=self._participations, assurance__in=NOT_PROVEN)
        return self._in_order(rows)

    def _in_order(self, rows: QuerySet[Segment]) -> QuerySet[Segment]:
        rows = rows.defer("words", "lexemes").select_related("transcription__recording__meeting")
        return rows.order_by("transcription__recording__started_at", "transcription", "index", "part")

    @property
    def sounds(self) -> QuerySet[Track]:
        return self._sounds.filter(self._alone)

    @property
    def sounds_left_out(self) -> QuerySet[Track]:
        """In which others can, or may, be heard: see `meetings.leaks`."""
        return self._sounds.exclude(self._alone)

    @property
    def _sounds(self) -> QuerySet[Track]:
        return self._tracks.filter(kind=Track.Kind.MICROPHONE)

    @property
    def _alone(self) -> Q:
        return Q(shared_microphone=False) & (Q(levels=None) | Q(levels__leaks=[]))

    @property
    def pictures(self) -> QuerySet[Track]:
        return self._tracks.filter(kind=Track.Kind.CAMERA)

    @property
    def screens(self) -> QuerySet[Track]:
        """Shown by them; what they show is mostly others'."""
        return self._tracks.filter(kind=Track.Kind.SCREEN)

    @property
    def _tracks(self) -> QuerySet[Track]:
        taken_back = withdrawn_tracks().values("pk")  # to be erased within a minute
        rows = Track.objects.filter(participation__in=self._participations, erased_at=None).exclude(pk__in=taken_back)
        return rows.select_related("recording").order_by("recording__started_at", "start", "pk")

    @property
    def chat(self) -> QuerySet[ChatMessage]:
        return ChatMessage.objects.filter(participation__in=self._participations).order_by("at", "pk")

    @property
    def comments(self) -> QuerySet[Comment]:
        return self._here(Comment.objects.filter(by__in=self.subject.users), "transcription__recording__meeting__room")

    @property
    def edits(self) -> QuerySet[Edit]:
        return self._here(Edit.objects.filter(by__in=self.subject.users), "transcription__recording__meeting__room")

    @property
    def items(self) -> QuerySet[Item]:
        """That lean on their lines alone: what others said is in none of them."""
        theirs = ItemLine.objects.filter(item=OuterRef("pk"), participation__in=self._participations)
        others = ItemLine.objects.filter(item=OuterRef("pk")).exclude(participation__in=self._participations)
        return Item.objects.filter(Exists(theirs), ~Exists(others)).order_by("transcription", "start", "at", "pk")

    @property
    def reviews(self) -> QuerySet[Reviewer]:
        return self._here(
            Reviewer.objects.filter(user__in=self.subject.users), "transcription__recording__meeting__room"
        )

    @property
    def shares(self) -> QuerySet[RecordingShare]:
        return self._here(RecordingShare.objects.filter(user__in=self.subject.users), "recording__meeting__room")

    @property
    def imports(self) -> QuerySet[Import]:
        rows = Import.objects.filter(user__in=self.subject.users).order_by("at", "pk")
        scope = self.subject.institutions
        return rows if scope is None else rows.filter(institution__in=scope)

    @property
    def rooms(self) -> QuerySet[Room]:
        return self._here(Room.objects.filter(organiser__in=self.subject.users), "")

    @property
    def shared_rooms(self) -> QuerySet[RoomOrganiser]:
        rows = RoomOrganiser.objects.filter(user__in=self.subject.users).select_related("room")
        return self._here(rows, "room")

    @property
    def series(self) -> QuerySet[Series]:
        return self._here(Series.objects.filter(created_by__in=self.subject.users), "room")

    @property
    def trail(self) -> QuerySet[AuditEntry]:
        """What they did, and what was done to rows of theirs."""
        of_rows = (
            _about("accounts.user", self.accounts)
            | _about("meetings.participation", self._participations)
            | _about("meetings.invitation", self.subject.invited())
        )
        rows = AuditEntry.objects.filter(Q(actor__in=self.subject.users) | of_rows).order_by("pk")
        scope = self.subject.institutions
        return rows if scope is None else rows.filter(Q(institution__in=scope) | Q(institution=None))

    @property
    def requests(self) -> QuerySet[PersonRequest]:
        return self._here(PersonRequest.objects.filter(person__in=self.subject.users), "")

    @property
    def _participations(self) -> QuerySet[Participation]:
        return self.subject.theirs().order_by().values("pk")  # type: ignore[return-value]

    def _here(self, rows: QuerySet[Any], room: str) -> QuerySet[Any]:
        """`room` is the way to what has an institution."""
        scope = self.subject.institutions
        path = f"{room}__institution__in" if room else "institution__in"
        return rows.order_by("pk") if scope is None else rows.filter(**{path: scope}).order_by("pk")


def _about(kind: str, rows: QuerySet[Any]) -> Q:
    """Rows of the trail know their targets as text."""
    identifiers = [str(pk) for pk in rows.order_by().values_list("pk", flat=True).distinct()]
    return Q(target_type=kind, target_id__in=identifiers)


def count(rows: QuerySet[Any]) -> int:
    return rows.order_by().count()
