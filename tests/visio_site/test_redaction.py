"""No log says an address that opens something."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from tests.accounts.local_cast import place_of
from tests.addresses import Address, every_address
from visio_site.redaction import HideLinks

SECRET = "s3cr3tOfSomebody"
# What addresses carry in the open: identifiers of rows, which open nothing without a sign-in, and words of a choice.
IDENTIFIERS = {
    "request_id", "export_id", "erasure_id", "institution_id", "paper", "verb", "kind",
    "line_id", "number", "composition_id", "share_id", "import_id", "part",
    "series_id", "invitation_id", "occurrence_id", "recording_id", "track_id", "session_id", "code", "pk", "uidb36",
    "file_format", "object_id", "content_type_id", "app_label", "url",
}  # fmt: skip


def secret_addresses() -> list[Address]:
    return [address for address in every_address() if set(address.arguments) - IDENTIFIERS]


def logged(message: str, *arguments: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, arguments, None)
    assert HideLinks().filter(record)
    return record.getMessage()


@pytest.mark.parametrize("address", secret_addresses(), ids=lambda address: address.name)
def test_every_secret_of_an_address_is_hidden(address: Address) -> None:
    path = place_of(address, dict.fromkeys(address.arguments, SECRET))
    assert SECRET in path
    for said in (logged("Not Found: %s", path), logged(f"Not Found: {path}"), logged("%s: %s", "Forbidden", path)):
        assert SECRET not in said
        assert "…" in said


def test_addresses_that_are_watched() -> None:
    assert {
        "account_reset_password_from_key",
        "account_confirm_email",
        "account_invitation",
        "join_invitation",
        "person_export_by_link",
    } <= {address.name for address in secret_addresses()}


@pytest.mark.django_db
def test_wrong_key_of_a_password_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(HideLinks())
    for path in (f"/compte/password/reset/key/{SECRET}/", f"/compte/confirm-email/{SECRET}/x/"):
        assert client.get(path).status_code == 404
    assert len(caplog.records) == 2
    assert SECRET not in caplog.text


def test_other_addresses_are_said_in_full() -> None:
    assert logged("Not Found: %s", "/reunions/planifiees/7/") == "Not Found: /reunions/planifiees/7/"
