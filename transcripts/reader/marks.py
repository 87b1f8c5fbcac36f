"""What the marks beside names say: how sure it is who spoke."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from transcripts.minutes import ASSURANCES
from transcripts.models import SpeakerAssurance


@dataclass(frozen=True, slots=True)
class Mark:
    assurance: SpeakerAssurance
    word: str
    explained: str


EXPLAINED = {
    SpeakerAssurance.VERIFIED: lambda: _("signed in with ProConnect, alone at the microphone"),
    SpeakerAssurance.LOCAL: lambda: _("signed in with a local account, whose address was verified"),
    SpeakerAssurance.INVITED: lambda: _("came in by the personal link of an invitation"),
    SpeakerAssurance.DECLARED: lambda: _("what the guest said of themselves"),
    SpeakerAssurance.SHARED_MICROPHONE: lambda: _("one of several voices at one microphone: the name is its owner’s"),
    SpeakerAssurance.ATTRIBUTED: lambda: _("a person said who it was: it is no proof"),
    SpeakerAssurance.IMPORTED: lambda: _("the name comes from the files of an imported recording: it is no proof"),
    SpeakerAssurance.ERASED: lambda: _("the person had their data erased"),
    SpeakerAssurance.UNKNOWN: lambda: _("we do not know, and do not guess"),
}


def marks_of(assurances: Iterable[SpeakerAssurance]) -> list[Mark]:
    """Those that are on the page, the surest first."""
    there = set(assurances)
    return [Mark(one, ASSURANCES[one](), EXPLAINED[one]()) for one in EXPLAINED if one in there]
