"""Minutes of nobody, to see how a template looks."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from transcripts.exports.document import Chapter, Document, Item, ItemKind, Production
from transcripts.minutes import Model, Person, Spoken
from transcripts.models import SpeakerAssurance

_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_TRACK = UUID(int=0)


def sample(institution: str, template: bytes) -> Document:
    """In the language that is active; the same bytes each time."""
    people = (_("Claire Example"), _("Bilal Example"))
    said = (
        (_("Good morning, let us begin with the budget."), 0),
        (_("There is enough left for the training; I propose to vote it today."), 1),
        (_("So it is decided. Bilal writes the note."), 0),
    )
    lines = tuple(_line(number, people[who], text) for number, (text, who) in enumerate(said))
    return Document(
        language=(get_language() or "fr")[:2],
        title=_("Example of minutes"),
        institution=institution,
        started_at=_AT,
        stopped_at=_AT,
        people=tuple(Person(name, institution, SpeakerAssurance.VERIFIED, shared_microphone=False) for name in people),
        off_record=0,
        chapters=(Chapter(_("Budget"), 0.0, lines),),
        items=(
            Item(ItemKind.DECISION, _("The budget of the training is voted."), at=(12.0,)),
            Item(ItemKind.ACTION, _("Write the note"), people[1], at=(12.0,)),
        ),
        production=Production(Model("–", is_demonstration=False, description=""), made_at=_AT),
        template=template,
    )


def _line(number: int, name: str, text: str) -> Spoken:
    start = 6.0 * number
    return Spoken(start, start + 5, name, SpeakerAssurance.VERIFIED, None, text, _TRACK, start, start + 5)
