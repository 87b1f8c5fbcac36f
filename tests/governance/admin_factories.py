"""A row of every table of the administration, in an institution of one's choice, with a mark in all that can be read.

Whoever registers a table in the administration adds a factory here: see `FACTORIES`, and `OF_THE_PLATFORM` below.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from accounts import audit
from accounts.models import AccountInvitation, AuditEntry, Institution, RoleGrant, User
from governance.models import (
    Access,
    Assumptions,
    Erasure,
    FormerTool,
    LegalHold,
    OperatingCost,
    PersonRequest,
    Tombstone,
)
from meetings.models import (
    Application,
    Composition,
    Delivery,
    Invitation,
    JanusNode,
    Meeting,
    Occurrence,
    OutgoingMail,
    Policy,
    Purpose,
    Recording,
    RecordingPart,
    RecordingShare,
    Room,
    Series,
)
from tests.cast import make_meeting, make_participation, make_recording
from transcripts.models import ExportTemplate, GlossaryTerm, Import, Notice, Reviewer, SpeechShare, Transcription


@dataclass(frozen=True, slots=True)
class Place:
    """An institution, an agent of it, and the word by which everything there is known."""

    mark: str
    institution: Institution
    agent: User


def make_place(mark: str, parent: Institution | None = None) -> Place:
    siret = str(Institution.objects.count() + 1).rjust(14, "0")
    institution = Institution.objects.create(siret=siret, label=f"{mark} institution", parent=parent)
    agent = User.objects.create(
        sub=f"sub-{mark}",
        given_name=f"{mark}given",
        usual_name=f"{mark}usual",
        email=f"{mark}@{mark}.example",
        institution=institution,
    )
    return Place(mark, institution, agent)


def make_room(place: Place) -> Room:
    return Room.objects.create(
        title=f"{place.mark} room", organiser=place.agent, institution=place.institution, code=code()
    )


def code() -> str:
    letters = uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghjkmnpqrs"))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:12]}"


def make_held(place: Place) -> Meeting:
    meeting = make_meeting(make_room(place))
    make_participation(meeting, place.agent)
    make_participation(meeting, f"{place.mark} guest")
    return meeting


def make_kept(place: Place) -> Recording:
    recording = make_recording(make_held(place))
    RecordingPart.objects.create(recording=recording, node="n1", started_at=recording.started_at, state="collected")
    return recording


def make_video(place: Place) -> Composition:
    return Composition.objects.create(recording=make_kept(place), layout="grid", state="failed", failure="broken")


def make_share(place: Place) -> RecordingShare:
    return RecordingShare.objects.create(recording=make_kept(place), user=place.agent, by=place.agent)


def make_planned(place: Place) -> Series:
    start = timezone.now() + timedelta(days=1)
    series = Series.objects.create(
        room=make_room(place),
        title=f"{place.mark} series",
        agenda=f"{place.mark} agenda",
        start=start,
        duration_minutes=30,
        time_zone="Europe/Paris",
        uid=f"{uuid.uuid4()}@visio.example",
        created_by=place.agent,
    )
    Occurrence.objects.create(series=series, original_start=start, start=start, end=start + timedelta(minutes=30))
    return series


def make_mail(place: Place) -> OutgoingMail:
    invitation = Invitation.objects.create(
        series=make_planned(place), email=f"{place.mark}@{place.mark}.example", name=f"{place.mark} invited"
    )
    return OutgoingMail.objects.create(
        invitation=invitation, kind="request", sequence=0, status="failed", next_attempt_at=timezone.now()
    )


def make_job(place: Place) -> Transcription:
    return Transcription.objects.create(recording=make_kept(place), state="failed", failure="internal", steps_total=1)


def make_notice(place: Place) -> Notice:
    return Notice.objects.create(transcription=make_job(place), kind="ready", user=place.agent, mail="failed")


def make_reviewer(place: Place) -> Reviewer:
    return Reviewer.objects.create(
        transcription=make_job(place), user=place.agent, mail="failed", next_attempt_at=timezone.now()
    )


def make_import(place: Place) -> Import:
    return Import.objects.create(
        user=place.agent,
        institution=place.institution,
        title=f"{place.mark} title",
        names=[f"{place.mark} name"],
        file_name=f"{place.mark}.mp3",
        held_on=timezone.localdate(),
        statement="agreed",
        statement_language="fr",
    )


def make_entry(place: Place) -> AuditEntry:
    audit.record("account.changed", actor=place.agent, target=place.agent)
    return AuditEntry.objects.latest("pk")


def make_purpose(place: Place) -> Purpose:
    texts = {name: f"{place.mark} {name}" for name in ("label_fr", "text_fr", "label_en", "text_en")}
    return Purpose.objects.create(
        institution=place.institution,
        code=f"{place.mark}-use",
        version=1,
        legal_basis="consent",
        retention_days=30,
        **texts,
    )


def make_invitation(place: Place) -> AccountInvitation:
    return AccountInvitation.objects.create(
        email=f"invited@{place.mark}.example",
        institution=place.institution,
        role="dpo",
        invited_by=place.agent,
        expires_at=timezone.now(),
    )


def make_node(place: Place) -> JanusNode:
    return JanusNode.objects.create(name=f"{place.mark}-node")


def make_person_request(place: Place) -> PersonRequest:
    today = timezone.localdate()
    return PersonRequest.objects.create(
        institution=place.institution,
        year=today.year,
        number=1,
        kind="access",
        channel="mail",
        received_on=today,
        due_on=today + timedelta(days=30),
        handler=place.agent,
    )


def make_access(place: Place) -> Access:
    recording = make_kept(place)
    return Access.objects.create(
        meeting=recording.meeting,
        recording=recording,
        institution=place.institution,
        by=place.agent,
        role="dpo",
        by_institution=place.institution,
        reason="check",
        words=f"{place.mark} reference",
        until=timezone.now(),
    )


def make_erasure(place: Place) -> Erasure:
    return Erasure.objects.create(
        institution=place.institution, what="sound", reason="retention", recording=make_kept(place)
    )


def make_tombstone(place: Place) -> Tombstone:
    erasure = make_erasure(place)
    return Tombstone.objects.create(
        institution=place.institution,
        erasure=erasure.pk,
        what="sound",
        reason="retention",
        mode="policy",
        recording=erasure.recording_id,
        at=timezone.now(),
        sha256="0" * 64,
    )


def make_hold(place: Place) -> LegalHold:
    return LegalHold.objects.create(
        institution=place.institution,
        recording=make_kept(place),
        reason=f"{place.mark} reference",
        placed_by=place.agent,
    )


def make_application(place: Place) -> Application:
    return Application.objects.create(
        institution=place.institution,
        name=f"{place.mark} program",
        url=f"https://{place.mark}.example/visio",
        events=["meeting.ended"],
    )


def make_delivery(place: Place) -> Delivery:
    application = place.institution.applications.first() or make_application(place)
    return Delivery.objects.create(application=application, event="meeting.ended", body=f'"{place.mark} body"')


def of_institution(model: Any, **values: Any) -> Callable[[Place], Model]:
    def make(place: Place) -> Model:
        row: Model = model.objects.create(institution=place.institution, **values)
        return row

    return make


FACTORIES: dict[str, Callable[[Place], Model]] = {
    "accounts.institution": lambda place: place.institution,
    "accounts.user": lambda place: place.agent,
    "accounts.rolegrant": lambda place: RoleGrant.objects.create(
        user=place.agent, role="dpo", institution=place.institution
    ),
    "accounts.accountinvitation": make_invitation,
    "accounts.auditentry": make_entry,
    "meetings.application": make_application,
    "meetings.delivery": make_delivery,
    "meetings.policy": of_institution(Policy),
    "meetings.purpose": make_purpose,
    "meetings.janusnode": make_node,
    "meetings.room": make_room,
    "meetings.series": make_planned,
    "meetings.meeting": make_held,
    "meetings.recording": make_kept,
    "meetings.composition": make_video,
    "meetings.recordingshare": make_share,
    "meetings.outgoingmail": make_mail,
    "governance.access": make_access,
    "governance.erasure": make_erasure,
    "governance.tombstone": make_tombstone,
    "governance.legalhold": make_hold,
    "governance.formertool": of_institution(FormerTool, tool="zoom", licences=1),
    "governance.operatingcost": lambda place: OperatingCost.objects.create(year=2030 + OperatingCost.objects.count()),
    "governance.assumptions": lambda place: Assumptions.objects.get_or_create(pk=1)[0],
    "governance.personrequest": make_person_request,
    "transcripts.transcription": make_job,
    "transcripts.notice": make_notice,
    "transcripts.reviewer": make_reviewer,
    "transcripts.import": make_import,
    "transcripts.speechshare": of_institution(SpeechShare),
    "transcripts.exporttemplate": lambda place: ExportTemplate.objects.create(
        institution=place.institution, content=b"", file_name=f"{place.mark}.docx"
    ),
    "transcripts.glossaryterm": lambda place: GlossaryTerm.objects.create(
        institution=place.institution, term=f"{place.mark} term"
    ),
}
ELSEWHERE = {"governance.personrequest"}  # rows whose page is one of the workbench, which says who may open it
OF_THE_PLATFORM = {
    "meetings.janusnode",
    "governance.operatingcost",
    "governance.assumptions",
}  # rows of no institution: only its administrators see them


def make(model: type[Model], place: Place) -> Model:
    label = model._meta.label_lower
    if label not in FACTORIES:
        raise AssertionError(
            f"{label} is in the administration and has no factory: add one to FACTORIES of {__file__}, that makes a "
            "row of the institution of `place`, with `place.mark` in all that can be read of it"
        )
    return FACTORIES[label](place)
