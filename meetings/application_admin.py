"""Applications in the administration: whom we tell, when, with which key; and what waits to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_actions import Act, Obstacle
from accounts.admin_lists import by_period
from accounts.scoped_admin import RowForm, ScopedAdmin
from meetings import applications
from meetings.applications import posting, signing
from meetings.errors import NotAllowed, NothingWaits
from meetings.mail_admin import given_up
from meetings.models import Application, Delivery


def testing(application: Application) -> str:
    if not posting.is_allowed(application.url):
        raise Obstacle(_("its host is not among those that the operator allows"))
    if not application.is_on:
        raise Obstacle(_("it is not told anything at present"))
    return _("a message of the type “test” is sent to it")


def renewing(application: Application) -> str:
    return _("key %(number)s takes the place of key %(old)s") % {
        "number": application.key_number + 1,
        "old": application.key_number,
    }


def sending_again(delivery: Delivery) -> str:
    return given_up(delivery, is_failed=delivery.state == Delivery.State.FAILED)


class ApplicationForm(RowForm):
    url = forms.URLField(
        label=gettext_lazy("Address that is told"),
        widget=AdminURLFieldWidget,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("https only, at a host that the operator allows (WEBHOOK_HOSTS)."),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Told when"),
        choices=Application.Event.choices,
        widget=forms.CheckboxSelectMultiple({"class": "radiolist"}),
    )

    class Meta:
        model = Application
        fields = ("institution", "name", "url", "events", "is_on")
        help_texts = {
            "institution": gettext_lazy("It is told of this institution and of those below it."),
        }

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not settings.WEBHOOK_HOSTS:
            text = _("The operator allows no host yet (WEBHOOK_HOSTS): nothing would leave this installation.")
            raise forms.ValidationError(text, code="no-host")
        if not posting.is_allowed(url):
            text = _("This address is not https, or its host is not among those that the operator allows.")
            raise forms.ValidationError(text, code="host-not-allowed")
        return url


@admin.register(Application)
class ApplicationAdmin(ScopedAdmin):
    verb = "application"
    form = ApplicationForm
    list_display = ("name", "institution", "url", "is_on", "created_at")
    list_filter = ("is_on",)
    list_select_related = ("institution",)
    search_fields = ("name", "institution__label")
    ordering = ("institution__label", "name")
    acts = (
        Act(
            name="send-test",
            label=gettext_lazy("Send a test"),
            explained=gettext_lazy("What became of it is seen in a moment, among the messages to applications."),
            effect=testing,
            do=applications.send_test,
            refusals=(NotAllowed,),
        ),
        Act(
            name="renew-key",
            label=gettext_lazy("Renew the key"),
            explained=gettext_lazy(
                "All that is sent from then on is signed with the new key: give it to who runs the application. The "
                "old one is worth nothing any more, and does not come back."
            ),
            effect=renewing,
            do=applications.renew_key,
            refusals=(NotAllowed,),
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("institution", "name", "url", "events", "is_on")
        if self.has_change_permission(request, obj):
            return ("institution", "name", "url", "events", "is_on", "key_number", "key", "created_at")
        return ("institution", "name", "url", "events_in_words", "is_on", "key_number", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("institution", "events_in_words", "key_number", "key", "created_at") if obj else ()

    @admin.display(description=gettext_lazy("told when"))
    def events_in_words(self, obj: Application) -> str:
        return ", ".join(str(Application.Event(event).label) for event in obj.events)

    @admin.display(description=gettext_lazy("key"))
    def key(self, obj: Application) -> str:
        return format_html("<code>{}</code>", signing.secret_of(obj))


@admin.register(Delivery)
class DeliveryAdmin(ScopedAdmin):
    scope = "application__institution"
    verb = "delivery"
    person = ""
    list_display = (
        "created_at",
        "its_institution",
        "application",
        "event",
        "state",
        "attempts",
        "tried_again_at",
        "failure",
    )
    list_filter = (by_period("created_at"), "state")
    list_select_related = ("application__institution",)
    ordering = ("-created_at",)
    sortable_by = ()
    search_help_text = gettext_lazy("An identifier")
    fields = ("id", *list_display, "body")
    readonly_fields = fields
    acts = (
        Act(
            name="send-again",
            label=gettext_lazy("Send again"),
            explained=gettext_lazy("They wait as if they were new: they are tried at once, and for a day."),
            effect=sending_again,
            do=applications.send_again,
            refusals=(NotAllowed, NothingWaits),
        ),
    )

    @admin.display(description=gettext_lazy("next attempt"))
    def tried_again_at(self, obj: Delivery) -> datetime | None:
        return obj.next_attempt_at if obj.state == Delivery.State.WAITING else None
