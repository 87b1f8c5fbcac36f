"""Whoever reads the trail reads words: each code that is ever written has some."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts import audit, roles
from accounts.models import AuditEntry, Institution, User
from accounts.scoped_admin import ScopedAdmin
from accounts.trail_words import TARGETS, VERBS, told
from meetings.models import Consent
from tests.accounts.local_cast import give, with_second_factor

APPS = ("accounts", "meetings", "transcripts", "governance", "visio_site")
INVITED_INSTEAD = "account.added"  # an account is never added: an invitation is sent


def written_in_code() -> set[str]:
    """By `audit.record("…", …)`, and by `_record` of the trail of factors."""
    sources = [path for app in APPS for path in (Path(settings.BASE_DIR) / app).rglob("*.py")]
    return {verb for path in sources for verb in verbs_of(ast.parse(path.read_text()))}


def verbs_of(source: ast.Module) -> Iterator[str]:
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.record", "_record"}:
            yield from (
                part.value
                for part in ast.walk(node.args[0])
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and "." in part.value.strip(".")
            )


def written_by_the_administration() -> set[str]:
    given = frozenset().union(*roles.PERMISSIONS.values())
    found = set()
    for model, pages in admin.site._registry.items():
        assert isinstance(pages, ScopedAdmin)
        verbs = {"add": pages.added, "change": "changed", "delete": pages.deleted}
        name = f"{model._meta.app_label}.%s_{model._meta.model_name}"
        found |= {f"{pages.verb}.{past}" for verb, past in verbs.items() if name % verb in given}
    return found - {INVITED_INSTEAD}


def test_each_verb_has_words() -> None:
    written = written_in_code() | written_by_the_administration() | {f"consent.{choice}" for choice in Consent.Choice}
    assert len(written) > 50
    assert written - set(VERBS) == set()  # and not the reverse: the trail keeps codes that are no longer written


def test_each_target_has_words_and_leads_to_an_institution() -> None:
    ours = [model for app in APPS[:3] for model in apps.get_app_config(app).get_models()]
    part_of_something = {model._meta.label_lower for model in ours if hasattr(model, "audited_with")}
    administered = {model._meta.label_lower for model in admin.site._registry if model is not AuditEntry}
    assert (part_of_something | administered) - set(TARGETS) == set()
    of_the_platform = {"meetings.janusnode", "governance.operatingcost", "governance.assumptions"}
    a_librarys = {"usersessions.usersession"}  # its institution is the actor's
    for label in set(TARGETS) - of_the_platform - a_librarys:
        assert leads_to_an_institution(apps.get_model(label)), label


def leads_to_an_institution(model: type[Model]) -> bool:
    while part_of := getattr(model, "audited_with", ""):
        above = model._meta.get_field(part_of).related_model
        assert isinstance(above, type)
        model = above
    return model is Institution or hasattr(model, "institution")


@pytest.mark.parametrize(("language", "words"), [("en", "person"), ("fr", "personne")])
def test_words_are_in_the_language_of_the_reader(language: str, words: str) -> None:
    with override(language):
        assert told(TARGETS, "accounts.user") == f"{words} <code>accounts.user</code>"


def test_code_without_words_shows_as_it_is() -> None:
    assert told(VERBS, "<b>.done") == "<code>&lt;b&gt;.done</code>"


@pytest.mark.django_db
def test_trail_is_read_in_words_beside_codes(client: Client, dora: User) -> None:
    assert dora.institution
    give(dora, "dpo", dora.institution)
    with_second_factor(client, dora)
    for verb in ("account.changed", "test.done"):
        audit.record(verb, actor=dora, target=dora)
    entry = AuditEntry.objects.get(verb="account.changed")
    trail = reverse("admin:accounts_auditentry_changelist")
    for place in (trail, reverse("admin:accounts_auditentry_change", args=[entry.pk])):
        page = client.get(place, headers={"accept-language": "en"}).content.decode()
        assert "Account changed <code>account.changed</code>" in page
        assert "person <code>accounts.user</code>" in page
    assert "<code>test.done</code>" in client.get(trail).content.decode()
