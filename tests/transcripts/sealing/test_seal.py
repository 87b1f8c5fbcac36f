"""Approval seals; whatever is changed afterwards is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from meetings.models import Consent, Track
from tests.cast import make_consent
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import SAID, lines_of
from transcripts import forgetting
from transcripts.corrections import actions as corrections
from transcripts.corrections.errors import Forbidden
from transcripts.models import ApprovedVersion, SealedLine, Segment, Transcription
from transcripts.sealing import actions, keys
from transcripts.sealing.canonical import canonical
from transcripts.sealing.installation import check_here
from transcripts.sealing.statement import write_file
from transcripts.sealing.verify import Unreadable, check, is_intact, read_file

File = dict[str, Any]


@pytest.fixture
def version(minutes: Transcription, claire: User) -> ApprovedVersion:
    corrections.correct(minutes, lines_of(minutes)[0].pk, 0, "Le budget est adopté.", actor=claire)
    return actions.approve(minutes, actor=claire)


@pytest.fixture
def sealed(version: ApprovedVersion) -> bytes:
    return write_file(version, keys.own_key().hex)


def broken(content: bytes) -> list[str]:
    file = read_file(content)
    findings = [*check(file, keys.trusted_keys()), *check_here(file, listen=False)]
    return [finding.code for finding in findings if finding.holds is False]


def changed(content: bytes, change: Callable[[File, File], None]) -> bytes:
    file = json.loads(content)
    statement = json.loads(file["statement"])
    change(file, statement)
    file["statement"] = canonical(statement).decode()
    return canonical(file)


def test_approved_minutes_verify(sealed: bytes, version: ApprovedVersion, claire: User) -> None:
    assert broken(sealed) == []
    statement = json.loads(version.statement)
    assert read_file(sealed).approved_by == "Claire Fontaine <claire@example.gouv.fr>"
    assert [edit["kind"] for edit in statement["corrections"]] == ["text"]
    assert statement["recognition"]["model"] == "demo"
    assert AuditEntry.objects.get(verb="minutes.approved").actor == claire


def test_statement_holds_no_word_that_was_said_and_nobodys_name(version: ApprovedVersion) -> None:
    assert not [text for text in [*SAID, "adopté", "Claire", "claire"] if text in version.statement]


def test_each_is_named_once_whatever_they_did(sealed: bytes) -> None:
    file = json.loads(sealed)
    statement = json.loads(file["statement"])
    assert [json.loads(content)["name"] for content in file["people"]] == ["Claire Fontaine <claire@example.gouv.fr>"]
    assert (statement["approved"]["by"], statement["corrections"][0]["by"]) == (0, 0)


def in_line(file: File, statement: File) -> None:
    file["lines"][2] = file["lines"][2].replace("accord", "désaccord")


def in_line_and_its_sum(file: File, statement: File) -> None:
    from transcripts.sealing.canonical import digest

    in_line(file, statement)
    statement["lines"][2] = digest(file["lines"][2].encode())


def in_track(file: File, statement: File) -> None:
    statement["tracks"][0]["sha256"] = "0" * 64


def in_model(file: File, statement: File) -> None:
    statement["recognition"]["model"] = "other"


def in_corrector(file: File, statement: File) -> None:
    statement["corrections"][0]["by"] = "Somebody Else"


def in_approver(file: File, statement: File) -> None:
    statement["approved"]["by"] = 1


def in_name(file: File, statement: File) -> None:
    file["people"][0] = file["people"][0].replace("Claire", "Chen")


def in_name_and_its_sum(file: File, statement: File) -> None:
    from transcripts.sealing.canonical import digest

    in_name(file, statement)
    statement["people"][0] = digest(file["people"][0].encode())


def without_name(file: File, statement: File) -> None:
    file["people"].pop()


def in_order(file: File, statement: File) -> None:
    file["lines"].reverse()


def in_count(file: File, statement: File) -> None:
    file["lines"].pop()


UNKNOWN = "unknown-here"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (in_line, ["text-changed"]),
        (in_line_and_its_sum, ["signature-broken", "lines-changed", UNKNOWN]),
        (in_track, ["signature-broken", "tracks-changed", UNKNOWN, "track-changed"]),
        (in_model, ["signature-broken", "recognition-changed", UNKNOWN]),
        (in_corrector, ["signature-broken", "corrections-changed", UNKNOWN]),
        (in_approver, ["signature-broken", UNKNOWN]),
        (in_name, ["person-changed"]),
        (in_name_and_its_sum, ["signature-broken", "people-changed", UNKNOWN]),
        (without_name, ["people-missing"]),
        (in_order, ["text-changed"] * 4),
        (in_count, ["lines-missing"]),
    ],
)
def test_what_was_tampered_with_is_named(sealed: bytes, change: Callable[[File, File], None], codes: list[str]) -> None:
    assert broken(changed(sealed, change)) == codes


@pytest.mark.parametrize("by", [0, 7, -9, "0", None, [], {}])
@pytest.mark.parametrize("content", [None, "", "[]", '{"name":3}', "\ud800", r'{"name":"\ud800"}'])
def test_no_file_makes_an_error_of_who_approved(sealed: bytes, by: Any, content: str | None) -> None:
    file = json.loads(sealed)
    statement = json.loads(file["statement"])
    statement["approved"]["by"], file["people"] = by, [content]
    file["statement"] = canonical(statement).decode()
    read_file(json.dumps(file).encode()).approved_by.encode()


def test_file_signed_by_another_key_is_told_from_a_broken_one(
    sealed: bytes, settings: Any, version: ApprovedVersion
) -> None:
    former = keys.own_key()
    settings.MINUTES_SIGNING_KEY = "another-installation-" * 3
    assert broken(sealed) == ["wrong-key"]
    settings.MINUTES_FORMER_KEYS = [former.hex]
    assert broken(sealed) == []


def test_forger_who_signs_with_a_key_of_their_own_is_not_believed(sealed: bytes, settings: Any) -> None:
    file = json.loads(sealed)
    settings.MINUTES_SIGNING_KEY = "the forger's own " * 3
    file["signature"], file["key"] = keys.sign(file["statement"].encode()), keys.own_key().hex
    settings.MINUTES_SIGNING_KEY = "test-only-" * 4
    assert broken(canonical(file)) == ["wrong-key"]


def test_track_that_was_exchanged_in_the_database_is_named(sealed: bytes, held: Held) -> None:
    Track.objects.filter(pk=held.claire.pk).update(sha256="f" * 64)
    assert broken(sealed) == ["track-changed"]


def test_lines_that_are_taken_back_leave_the_seal_of_the_others_whole(
    version: ApprovedVersion, minutes: Transcription, held: Held
) -> None:
    make_consent(held.bilal.participation, held.recording, Consent.Choice.DECLINED)
    forgetting.forget(held.recording, held.bilal.participation)
    content = write_file(version, keys.own_key().hex)
    assert SAID[1] not in content.decode()
    findings = check(read_file(content), keys.trusted_keys())
    assert is_intact(findings)
    assert "erased" in [finding.code for finding in findings]


def test_approved_minutes_are_corrected_by_nobody(
    minutes: Transcription, version: ApprovedVersion, claire: User
) -> None:
    with pytest.raises(Forbidden, match="approved"):
        corrections.correct(minutes, lines_of(minutes)[0].pk, 1, "Autre.", actor=claire)
    with pytest.raises(DatabaseError, match="approved minutes"), transaction.atomic():
        Segment.objects.filter(transcription=minutes).update(text="faux")


STATEMENTS = [
    "UPDATE transcripts_approvedversion SET statement = '{}'",
    "UPDATE transcripts_approvedversion SET signature = '00'",
    "UPDATE transcripts_sealedline SET content = 'faux'",
    "UPDATE transcripts_sealedline SET digest = 'faux'",
    "DELETE FROM transcripts_sealedline",
    "UPDATE transcripts_sealedperson SET content = 'faux'",
    "UPDATE transcripts_sealedperson SET digest = 'faux'",
    "DELETE FROM transcripts_sealedperson",
    "DELETE FROM transcripts_approvedversion",
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_approved_version_is_never_altered(version: ApprovedVersion, sql: str) -> None:
    with pytest.raises(DatabaseError, match=r"written once|not taken back"), transaction.atomic():
        connection.cursor().execute(sql)


def test_erased_words_do_not_come_back(version: ApprovedVersion) -> None:
    SealedLine.objects.update(content=None)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        SealedLine.objects.update(content="{}")


def test_new_version_supersedes_the_approved_one(
    sealed: bytes, minutes: Transcription, version: ApprovedVersion, claire: User
) -> None:
    actions.reopen(minutes, actor=claire)
    corrections.correct(minutes, lines_of(minutes)[0].pk, 1, "Le budget est rejeté.", actor=claire)
    second = actions.approve(minutes, actor=claire)
    assert json.loads(second.statement)["supersedes"] == version.digest
    assert broken(sealed) == []
    assert "superseded" in [finding.code for finding in check_here(read_file(sealed), listen=False)]
    assert broken(write_file(second, keys.own_key().hex)) == []


def test_only_organisers_approve(minutes: Transcription, bilal: User, chen: User) -> None:
    for user in (bilal, chen):
        with pytest.raises(Forbidden):
            actions.approve(minutes, actor=user)
    assert not ApprovedVersion.objects.exists()


def test_command_says_what_holds_and_what_broke(sealed: bytes, tmp_path: Path) -> None:
    path, out = tmp_path / "minutes.json", StringIO()
    path.write_bytes(sealed)
    with translation.override("en"):
        call_command("verify_minutes", str(path), stdout=out)
        assert "These minutes are what was approved." in out.getvalue()
        path.write_bytes(changed(sealed, in_line))
        with pytest.raises(CommandError, match="not what was approved"):
            call_command("verify_minutes", str(path), "--offline", stdout=out)
        assert "✗ Changed text: line 3, at 00:06. [text-changed]" in out.getvalue()
        path.write_bytes(b"{}")
        with pytest.raises(CommandError, match="no file of sealed minutes"):
            call_command("verify_minutes", str(path))


@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["format", "statement", "lines", "key", "signature"]), inner, max_size=5
                )
            ),
            max_leaves=12,
        ).map(lambda data: json.dumps(data).encode()),
    )
)
def test_no_file_makes_an_error_of_ours(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_file(content)
