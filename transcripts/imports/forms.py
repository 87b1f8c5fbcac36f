"""What an agent says of a recording that they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from transcripts.imports.actions import Description
from transcripts.job_forms import MOST_SPEAKERS, HowForm
from transcripts.models.imports import LONGEST_TITLE
from transcripts.pipeline.names.attendance import MOST_PEOPLE, read_attendance
from transcripts.pipeline.names.subtitles import Cue, read_subtitles
from transcripts.pipeline.names.text import LARGEST_BYTES, Unreadable, clean_name, decode

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    Upload = UploadedFile[Any]


class ImportForm(HowForm):
    title = forms.CharField(label=_("Title of the meeting"), max_length=LONGEST_TITLE)
    held_on = forms.DateField(
        label=_("Date of the meeting"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    speakers = forms.IntegerField(
        label=_("Number of people who speak"),
        required=False,
        min_value=1,
        max_value=MOST_SPEAKERS,
        help_text=_("Leave it empty where you do not know: the voices are then counted."),
    )
    names = forms.CharField(
        label=_("Who speaks"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One name per line, of everybody who speaks: no more voices are told apart than there are names."),
    )
    subtitles = forms.FileField(
        label=_("Subtitles of Zoom, Teams or Webex"),
        required=False,
        help_text=_("A VTT file with names: voices then have theirs."),
    )
    attendance = forms.FileField(
        label=_("List of those who came"), required=False, help_text=_("The CSV file that Zoom, Teams or Webex export.")
    )
    statement = forms.BooleanField(
        label=_(
            "Those who speak in this recording know that it was made and that minutes will be made of it, and have "
            "agreed, or the law allows it without their agreement. I answer for this statement, which is kept."
        ),
        error_messages={"required": _("Without this statement, the recording can’t be brought.")},
    )
    field_order = ("title", "held_on", "language", "speakers", "names", "subtitles", "attendance", "statement")

    def clean_held_on(self) -> Any:
        if self.cleaned_data["held_on"] > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return self.cleaned_data["held_on"]

    def clean_names(self) -> tuple[str, ...]:
        lines = self.cleaned_data["names"].splitlines()
        return tuple(dict.fromkeys(name for line in lines if (name := clean_name(line))))[:MOST_PEOPLE]

    def clean_subtitles(self) -> tuple[Cue, ...]:
        file: Upload | None = self.cleaned_data["subtitles"]
        try:
            return tuple(read_subtitles(_text_of(file))) if file else ()
        except Unreadable as error:
            raise forms.ValidationError(_("This is no VTT file.")) from error

    def clean_attendance(self) -> tuple[str, ...]:
        file: Upload | None = self.cleaned_data["attendance"]
        try:
            return tuple(person.name for person in read_attendance(_text_of(file))) if file else ()
        except Unreadable as error:
            raise forms.ValidationError(_("No column of names was found in this file.")) from error

    def description(self) -> Description:
        given = self.cleaned_data
        return Description(
            title=given["title"],
            held_on=given["held_on"],
            language=self.language_asked(),
            speakers=given["speakers"],
            names=tuple(dict.fromkeys([*given["names"], *given["attendance"]])),
            cues=given["subtitles"],
            statement_language=(get_language() or "fr")[:2],
        )


def _text_of(file: Upload) -> str:
    """Raises Unreadable."""
    if (file.size or 0) > LARGEST_BYTES:
        raise Unreadable("too large")
    return decode(file.read())
