"""Mails about requests: officers are told that one is there, not what it says; the person gets the officer's letter."""

from __future__ import annotations

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from governance.models import RequestMail
from meetings.invitations.ics import one_line
from transcripts import mail_queue


def send_waiting() -> int:
    return mail_queue.send_waiting(_rows, message_of)


def _rows() -> QuerySet[RequestMail]:
    return RequestMail.objects.select_related("user", "request__institution")


def message_of(mail: RequestMail) -> EmailMessage:
    """Raises ValueError without an address."""
    return _to_officer(mail) if mail.kind == RequestMail.Kind.TO_DPO else _answer(mail)


def _to_officer(mail: RequestMail) -> EmailMessage:
    if mail.user is None or not mail.user.email:
        raise ValueError("no address")
    request = mail.request
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "kind": request.get_kind_display(),
            "institution": one_line(str(request.institution)),
            "due_on": date_format(request.due_on, "DATE_FORMAT"),
            "link": settings.PUBLIC_URL + reverse("dpo_request", args=[request.pk]),
        }
        return EmailMessage(
            subject=_("Request of a person: %(reference)s") % {"reference": request.reference},
            body=render_to_string("governance/mail/to_dpo.txt", context),
            to=[formataddr((one_line(mail.user.get_full_name()), mail.user.email))],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": settings.LANGUAGE_CODE},
        )


def _answer(mail: RequestMail) -> EmailMessage:
    request = mail.request
    if not request.contact_email or not mail.body:
        raise ValueError("no address")
    return EmailMessage(
        subject=one_line(mail.subject),
        body=mail.body,
        to=[formataddr((one_line(request.contact_name), request.contact_email))],
        headers={"Content-Language": request.language},
    )
