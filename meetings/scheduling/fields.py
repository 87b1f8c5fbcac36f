"""Fields in which people write lists: e-mail addresses, links of documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from meetings.scheduling.plan import Link

MAX_ADDRESSES = 500
MAX_LINKS = 20
_https = URLValidator(schemes=["https"])


class AddressesField(forms.CharField):
    """One a line, or between commas or semicolons; "Name <address>" too. Cleaned: addresses, each once."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(required=False, max_length=40_000, widget=widget, **options)

    def clean(self, value: Any) -> list[str]:
        addresses: dict[str, str] = {}
        for address in addresses_in(super().clean(value)):
            addresses.setdefault(address.lower(), _checked(address))
        if len(addresses) > MAX_ADDRESSES:
            raise ValidationError(_("At most %(count)d addresses.") % {"count": MAX_ADDRESSES})
        return list(addresses.values())


def addresses_in(text: str) -> Iterator[str]:
    """As they are written, whatever they are."""
    for written in re.split(r"[\n,;]+", text):
        bracketed = re.search(r"<([^<>]*)>", written)
        address = (bracketed[1] if bracketed else written).strip()
        if address:
            yield address


def _checked(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError(_("“%(address)s” is not an e-mail address.") % {"address": address}) from error
    if len(address) > 254:
        raise ValidationError(_("“%(address)s” is not an e-mail address.") % {"address": address[:254]})
    return address


class LinksField(forms.CharField):
    """One a line: words, then an https address. Cleaned: `Link`s."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        super().__init__(required=False, max_length=20_000, widget=widget, **options)

    def clean(self, value: Any) -> tuple[Link, ...]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MAX_LINKS:
            raise ValidationError(_("At most %(count)d links.") % {"count": MAX_LINKS})
        return tuple(_link(line) for line in lines)


def _link(line: str) -> Link:
    *words, url = line.split()
    try:
        _https(url)
    except ValidationError as error:
        raise ValidationError(_("“%(line)s” does not end with an https:// address.") % {"line": line}) from error
    return Link(" ".join(words)[:200] or url, url)
