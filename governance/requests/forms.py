"""What officers, and persons, fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.formbase import VisioForm
from accounts.models import Institution
from governance.models import PersonRequest
from governance.models.requests import LONGEST_TEXT

Kind, Channel, Check = PersonRequest.Kind, PersonRequest.Channel, PersonRequest.Check


class NewRequestForm(VisioForm):
    """A request that came by another way than Visio."""

    institution = forms.ModelChoiceField(label=_("Institution that is asked"), queryset=Institution.objects.none())
    kind = forms.ChoiceField(label=_("What is asked"), choices=Kind.choices)
    channel = forms.ChoiceField(
        label=_("Received by"), choices=[choice for choice in Channel.choices if choice[0] != Channel.VISIO]
    )
    received_on = forms.DateField(
        label=_("Received on"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The month to answer runs from this day."),
    )
    contact_name = forms.CharField(label=_("Name of the person"), max_length=150)
    contact_email = forms.EmailField(
        label=_("E-mail address for the answer"),
        required=False,
        help_text=_("Without one, you send the answer by letter yourself."),
    )
    language = forms.ChoiceField(label=_("Language of the person"), choices=settings.LANGUAGES)
    words = forms.CharField(
        label=_("What the person writes"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, institutions: QuerySet[Institution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["institution"]
        chosen.queryset = institutions.order_by("label", "siret")
        if institutions.count() == 1:
            chosen.initial = institutions.get()

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


class OwnRequestForm(VisioForm):
    kind = forms.ChoiceField(label=_("What do you ask?"), choices=Kind.choices)
    words = forms.CharField(
        label=_("In your words"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "For instance: which meeting it is about, and what is wrong there. No reason is needed to have access."
        ),
    )


class FindForm(VisioForm):
    email = forms.EmailField(label=_("E-mail address"), required=False)
    name = forms.CharField(
        label=_("Name"), required=False, max_length=120, help_text=_("Of an account, or as a guest has declared it.")
    )

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split()).replace("\0", "")


class IdentityForm(VisioForm):
    how = forms.ChoiceField(
        label=_("How was the identity checked?"),
        choices=[choice for choice in Check.choices if choice[0] not in (Check.NONE, Check.SIGNED_IN)],
    )


class ExtendForm(VisioForm):
    reason = forms.CharField(
        label=_("Why more time is needed"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "How complex the request is, or how many there are (art. 12.3). "
            "The person is to be told within the first month."
        ),
    )


class NoteForm(VisioForm):
    text = forms.CharField(label=_("Note"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}))


class LetterForm(VisioForm):
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Letter"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 18}))


class NameForm(VisioForm):
    name = forms.CharField(label=_("Correct name"), max_length=120)

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split()).replace("\0", "")


class ConfirmForm(VisioForm):
    """`expected` is typed again, so that nobody erases by mistake."""

    with_account = forms.BooleanField(
        label=_("Erase the account too"),
        required=False,
        help_text=_("An agent in post gets a new one at their next sign-in: erase it when they have left."),
    )
    typed = forms.CharField(label=_("Type the reference of the request to confirm"), max_length=20)

    def __init__(self, *args: Any, expected: str, may_erase_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._expected = expected
        if not may_erase_account:
            del self.fields["with_account"]

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed != self._expected:
            raise ValidationError(_("This is not the reference of the request."))
        return typed
