"""What may be recorded for: an institution's own purposes, those of the institutions above it, the platform's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from django.db.models import Q

from accounts.models import Institution
from meetings import ceilings
from meetings.errors import NoPurpose
from meetings.models import Purpose, Recording
from meetings.policy import Rules

Basis = Purpose.Basis


@dataclass(frozen=True, slots=True)
class Default:
    """A purpose that the platform offers until its administrators, or an institution, say otherwise."""

    code: str
    label_fr: str
    label_en: str
    text_fr: str
    text_en: str
    legal_basis: str
    transcript: bool
    retention_days: int


DEFAULTS = (
    Default(
        "minutes",
        "Compte rendu",
        "Minutes",
        "Le son de votre microphone est enregistré et transcrit pour établir le compte rendu de la réunion. Le compte "
        "rendu est relu avant d’être approuvé ; le son sert à le vérifier, puis il est effacé.",
        "The sound of your microphone is recorded and transcribed to write the minutes of the meeting. The minutes are "
        "reviewed before they are approved; the sound serves to check them, and is then erased.",
        Basis.PUBLIC_TASK,
        transcript=True,
        retention_days=90,
    ),
    Default(
        "training",
        "Formation",
        "Training",
        "Le son de votre microphone est enregistré pour que les agents absents puissent suivre cette formation. Il "
        "n’est pas transcrit et ne sert pas à vous évaluer.",
        "The sound of your microphone is recorded so that agents who are absent can follow this training. It is not "
        "transcribed, and does not serve to assess you.",
        Basis.PUBLIC_TASK,
        transcript=False,
        retention_days=365,
    ),
    Default(
        "public-session",
        "Séance publique",
        "Public session",
        "La séance est publique. Le son de votre microphone est enregistré et transcrit pour établir le procès-verbal "
        "de la séance, qui sera communicable à toute personne qui en fait la demande.",
        "The session is public. The sound of your microphone is recorded and transcribed to write the official record "
        "of the session, which will be given to anybody who asks for it.",
        Basis.PUBLIC_TASK,
        transcript=True,
        retention_days=365,
    ),
)


class Offered(TypedDict):
    """As browsers are told. `days`: how long the sound is kept."""

    code: str
    version: int
    label: dict[str, str]
    text: dict[str, str]
    basis: str
    transcript: bool
    picture: bool
    days: int


def offered_in(institution: Institution) -> list[Purpose]:
    """The newest text of each, the nearest institution's first; what is switched off there is not offered."""
    lineage: list[int | None] = [None, *(one.pk for one in reversed(ceilings.lineage(institution)))]
    rows = Purpose.objects.filter(Q(institution__in=lineage[1:]) | Q(institution=None)).order_by("version")
    nearest: dict[str, Purpose] = {}
    for level in lineage:
        nearest |= {row.code: row for row in rows if row.institution_id == level}
    return sorted((row for row in nearest.values() if row.is_active), key=lambda row: row.pk)


def choose(institution: Institution, code: str | None) -> Purpose:
    """The purpose of that code; the only or the first one, if none is named. Raises NoPurpose."""
    for purpose in offered_in(institution):
        if code in (None, purpose.code):
            return purpose
    raise NoPurpose


def describe(purpose: Purpose, rules: Rules) -> Offered:
    return {
        "code": purpose.code,
        "version": purpose.version,
        "label": {"fr": purpose.label_fr, "en": purpose.label_en},
        "text": {"fr": purpose.text_fr, "en": purpose.text_en},
        "basis": purpose.legal_basis,
        "transcript": purpose.transcript,
        "picture": purpose.picture,
        "days": retention_days(purpose, rules),
    }


def retention_days(purpose: Purpose, rules: Rules) -> int:
    """Of the sound. Policy is a ceiling here too."""
    return min(purpose.retention_days, rules.audio_retention_days)


def of_recording(recording: Recording) -> Offered | None:
    """None for a recording of before there were purposes."""
    if recording.purpose is None:
        return None
    told = describe(recording.purpose, ceilings.rules_of_room(recording.meeting.room))
    return {**told, "transcript": recording.for_minutes}


def offer_defaults(purposes: Any) -> None:
    """Add the platform's purposes that it has never had. `purposes` is the manager of their table."""
    known = set(purposes.filter(institution=None).values_list("code", flat=True))
    for default in DEFAULTS:
        if default.code not in known:
            values = {name: getattr(default, name) for name in Default.__slots__}
            purposes.create(institution=None, **values)
