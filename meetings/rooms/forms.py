"""What an organiser fills in about a room."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.formbase import VisioForm
from meetings.models import Room
from meetings.policy import MeetingType, Rules
from meetings.rooms.fields import read_rules, rule_fields, rules_shown
from meetings.rooms.words import TYPES


class RoomSettingsForm(VisioForm):
    def __init__(self, *args: Any, room: Room, ceiling: Rules, **kwargs: Any) -> None:
        super().__init__(*args, initial=rules_shown(room), **kwargs)
        self.fields.update(rule_fields(ceiling))

    def choices(self) -> dict[str, Any]:
        return read_rules(self.cleaned_data)


class SimulationForm(forms.Form):
    meeting_type = forms.ChoiceField(choices=[(value.value, label) for value, label in TYPES.items()], required=False)

    def wanted(self) -> MeetingType:
        return (
            MeetingType(self.cleaned_data.get("meeting_type") or "ordinary")
            if self.is_valid()
            else MeetingType.ORDINARY
        )
