"""Parts go from the browser to the store, exactly as they were announced; what is there is never sent again."""

from __future__ import annotations

from datetime import timedelta
from urllib.error import HTTPError

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from meetings import storage, storage_parts
from tests.transcripts.imports.conftest import describe, rule, send, upload
from transcripts.imports import actions, parts
from transcripts.imports.errors import ImportRefused, PartsMissing
from transcripts.models import Import

State = Import.State
pytestmark = pytest.mark.django_db
LARGE = bytes(range(256)) * (parts.PART_BYTES // 256) + b"the rest"


def test_file_in_parts_is_in_the_store_byte_by_byte(claire: User) -> None:
    brought = upload(claire, LARGE)
    assert (brought.state, parts.count(brought)) == (State.CHECKING, 2)
    assert storage.get_range(brought.key, parts.PART_BYTES - 1, len(LARGE) - 1) == b"\xffthe rest"
    assert AuditEntry.objects.get(verb="import.described").details == {"statement": actions.STATEMENT}
    storage.delete(brought.key)


def test_upload_goes_on_after_a_reload_where_it_stopped(claire: User) -> None:
    brought = describe(claire)
    assert actions.choose_file(brought, "a.wav", len(LARGE)) == []
    send(parts.address_of(brought, 2), b"the rest")
    again = Import.objects.get(pk=brought.pk)
    assert actions.choose_file(again, "a.wav", len(LARGE)) == [2]
    with pytest.raises(PartsMissing):
        actions.finish(again, actor=claire)
    again.refresh_from_db()
    assert again.state == State.UPLOADING
    send(parts.address_of(again, 1), LARGE[: parts.PART_BYTES])
    actions.finish(again, actor=claire)
    storage.delete(again.key)


def test_another_file_begins_anew(claire: User) -> None:
    brought = describe(claire)
    actions.choose_file(brought, "a.wav", 8)
    send(parts.address_of(brought, 1), b"12345678")
    before = brought.upload_id
    assert actions.choose_file(brought, "b.wav", 9) == []
    assert brought.upload_id != before
    assert storage_parts.listed(brought.key, brought.upload_id) == []
    actions.erase(brought, actor=claire, language="fr")


def test_address_takes_its_part_and_no_other_length(claire: User) -> None:
    brought = describe(claire)
    actions.choose_file(brought, "a.wav", 8)
    address = parts.address_of(brought, 1)
    with pytest.raises(HTTPError):
        send(address, b"123456789")
    with pytest.raises(HTTPError):
        send(address.replace("partNumber=1", "partNumber=2"), b"12345678")
    assert parts.there(brought) == []
    actions.erase(brought, actor=claire, language="fr")


@pytest.mark.parametrize(("size", "code"), [(0, "empty"), (-1, "empty"), (5 << 40, "too-large")])
def test_size_that_can_not_be_is_refused(claire: User, size: int, code: str) -> None:
    with pytest.raises(ImportRefused, match=code):
        actions.choose_file(describe(claire), "a.wav", size)


def test_institution_may_forbid_them_and_has_hours(claire: User) -> None:
    policy = rule(claire, transcription="never")
    with pytest.raises(ImportRefused, match="not-allowed"):
        describe(claire)
    policy.transcription, policy.recording_hours_per_month = None, 0
    policy.save()
    with pytest.raises(ImportRefused, match="quota"):
        describe(claire)


def test_agent_has_five_uploads_at_once(claire: User) -> None:
    for _ in range(5):
        describe(claire)
    with pytest.raises(ImportRefused, match="too-many"):
        describe(claire)


def test_upload_that_nobody_finishes_is_given_up_after_a_day(claire: User) -> None:
    brought = describe(claire)
    actions.choose_file(brought, "a.wav", 8)
    actions.give_up_late()
    brought.refresh_from_db()
    assert brought.state == State.UPLOADING
    Import.objects.update(at=timezone.now() - timedelta(days=1))
    actions.give_up_late()
    upload_id = brought.upload_id
    brought.refresh_from_db()
    assert (brought.state, brought.failure, brought.names) == (State.REFUSED, "not-finished", [])
    with pytest.raises(storage.StorageUnavailable):
        storage_parts.listed(brought.key, upload_id)
