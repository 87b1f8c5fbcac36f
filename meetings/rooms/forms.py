"""What an organiser fills in about a room."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.formbase import VisioForm
from meetings.models import Room
from meetings.models.rooms import MEETING_TYPES
from meetings.policy import MeetingType, Rules, stricter
from meetings.rooms.fields import read_rules, rule_fields, rules_shown


class RoomSettingsForm(VisioForm):
    def __init__(self, *args: Any, room: Room, ceiling: Rules, **kwargs: Any) -> None:
        super().__init__(*args, initial=rules_shown(room), **kwargs)
        self.fields.update(rule_fields(ceiling))

    def choices(self) -> dict[str, Any]:
        return read_rules(self.cleaned_data)


class SimulationForm(forms.Form):
    meeting_type = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, loosest: MeetingType, **kwargs: Any) -> None:
        """Offers `loosest`, and what is stricter."""
        super().__init__(*args, **kwargs)
        self.loosest = loosest
        offered = [kind for kind in MeetingType if stricter(kind, loosest) == kind]
        self.fields["meeting_type"] = forms.ChoiceField(
            choices=[(kind.value, MEETING_TYPES[kind]) for kind in offered], required=False
        )

    def wanted(self) -> MeetingType:
        typed = self.cleaned_data.get("meeting_type") if self.is_valid() else ""
        return MeetingType(typed) if typed else self.loosest
