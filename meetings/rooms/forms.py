"""The choices of a room, under the ceiling of its institution."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.formbase import VisioForm
from meetings.models import Room
from meetings.policy import Access, Lobby, MeetingType, Rules, stricter
from meetings.rooms.actions import CHOICES
from meetings.rooms.words import LOBBIES, TYPES

YES_NO = {"": None, "yes": True, "no": False}
SWITCHES = {
    "guests": gettext_lazy("Guests"),
    "other_institutions": gettext_lazy("Other institutions"),
    "recording": gettext_lazy("Recording"),
    "transcription": gettext_lazy("Minutes"),
    "captions": gettext_lazy("Live captions"),
}


class RoomSettingsForm(VisioForm):
    """Each choice says what the institution allows; what it forbids can't be chosen."""

    meeting_type = forms.ChoiceField(label=gettext_lazy("Type of meeting"), choices=list(TYPES.items()))

    def __init__(self, *args: Any, room: Room, ceiling: Rules, **kwargs: Any) -> None:
        initial = {name: _shown(getattr(room, name)) for name in CHOICES}
        super().__init__(*args, initial=initial, **kwargs)
        for name, label in SWITCHES.items():
            self.fields[name] = _switch(label, _allows(ceiling, name))
        self.fields["lobby"] = _lobby(ceiling.lobby)
        self.fields["max_participants"] = forms.IntegerField(
            label=_("Largest number of people"),
            required=False,
            min_value=2,
            max_value=ceiling.max_participants,
            help_text=_("At most %(count)d") % {"count": ceiling.max_participants},
        )

    def choices(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "meeting_type": typed["meeting_type"],
            "lobby": typed["lobby"] or None,
            "max_participants": typed["max_participants"],
            **{name: YES_NO[typed[name]] for name in SWITCHES},
        }


def _shown(value: Any) -> Any:
    return {True: "yes", False: "no", None: ""}[value] if value is None or isinstance(value, bool) else value


def _allows(ceiling: Rules, name: str) -> bool:
    value = getattr(ceiling, name)
    return value != Access.NEVER if isinstance(value, Access) else bool(value)


def _switch(label: Any, allowed: bool) -> forms.ChoiceField:
    inherited = _("As the institution (allowed)") if allowed else _("As the institution (not allowed)")
    values = [("", inherited), ("no", _("No"))]
    return forms.ChoiceField(label=label, choices=[*values, ("yes", _("Yes"))] if allowed else values, required=False)


def _lobby(ceiling: Lobby) -> forms.ChoiceField:
    inherited = _("As the institution (%(who)s)") % {"who": LOBBIES[ceiling]}
    stricter_ones = [(value.value, str(label)) for value, label in LOBBIES.items() if stricter(value, ceiling) == value]
    return forms.ChoiceField(
        label=_("Who waits to be let in"), choices=[("", inherited), *stricter_ones], required=False
    )


class SimulationForm(forms.Form):
    meeting_type = forms.ChoiceField(choices=[(value.value, label) for value, label in TYPES.items()], required=False)

    def wanted(self) -> MeetingType:
        return (
            MeetingType(self.cleaned_data.get("meeting_type") or "ordinary")
            if self.is_valid()
            else MeetingType.ORDINARY
        )
