"""The choices of a room, as fields: each says what the institution allows, and offers only what is stricter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import Room
from meetings.models.rooms import MEETING_TYPES
from meetings.policy import Access, Lobby, MeetingType, Rules, stricter
from meetings.rooms.words import ACCESSES, LOBBIES

INHERIT = "inherit"
SWITCHES = {
    "guests": gettext_lazy("Guests without an account"),
    "other_institutions": gettext_lazy("Agents of other institutions"),
    "recording": gettext_lazy("Recording"),
    "transcription": gettext_lazy("Minutes"),
    "captions": gettext_lazy("Live captions"),
}


def rule_fields(ceiling: Rules) -> dict[str, forms.Field]:
    return {
        "meeting_type": forms.ChoiceField(
            label=_("Type of meeting"),
            choices=[(value.value, label) for value, label in MEETING_TYPES.items()],
            initial=MeetingType.ORDINARY.value,
        ),
        **{name: _switch(label, getattr(ceiling, name)) for name, label in SWITCHES.items()},
        "lobby": _lobby(ceiling.lobby),
        "max_participants": forms.IntegerField(
            label=_("Largest number of people"),
            required=False,
            min_value=2,
            max_value=ceiling.max_participants,
            help_text=_("At most %(count)d") % {"count": ceiling.max_participants},
        ),
    }


def read_rules(typed: dict[str, Any]) -> dict[str, Any]:
    """What a room keeps of a form's clean values: null follows the institution."""
    return {
        "meeting_type": typed["meeting_type"],
        "lobby": None if typed["lobby"] == INHERIT else typed["lobby"],
        "max_participants": typed["max_participants"],
        **{name: False if typed[name] == "no" else None for name in SWITCHES},
    }


def rules_shown(room: Room) -> dict[str, Any]:
    return {
        "meeting_type": room.meeting_type,
        "lobby": room.lobby or INHERIT,
        "max_participants": room.max_participants,
        **{name: "no" if getattr(room, name) is False else INHERIT for name in SWITCHES},
    }


def _switch(label: Any, ceiling: Access | bool) -> forms.ChoiceField:
    access = ceiling if isinstance(ceiling, Access) else Access.ALLOWED if ceiling else Access.NEVER
    inherited = _("As the institution: %(what)s") % {"what": ACCESSES[access]}
    refused = [("no", ACCESSES[Access.NEVER].capitalize())] if access != Access.NEVER else []
    return forms.ChoiceField(label=label, choices=[(INHERIT, inherited), *refused])


def _lobby(ceiling: Lobby) -> forms.ChoiceField:
    inherited = _("As the institution: %(what)s") % {"what": str(LOBBIES[ceiling]).lower()}
    stricter_ones = [(value.value, label) for value, label in LOBBIES.items() if stricter(value, ceiling) != ceiling]
    return forms.ChoiceField(label=_("Who waits to be let in"), choices=[(INHERIT, inherited), *stricter_ones])
