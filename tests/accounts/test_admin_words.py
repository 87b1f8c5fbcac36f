"""The administration in the language of who reads it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Field, Model
from django.test import Client
from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import User
from meetings.models import Policy
from tests.accounts.local_cast import give, with_second_factor

# The same in every language
NAMES = {
    "ProConnect", "Microsoft Teams", "Zoom", "Webex", "GoTo Meeting", "MP4 (H.264, AAC)", "WebM (VP8, Opus)",
}  # fmt: skip


def fields() -> list[Any]:
    found = [field for model in admin.site._registry for field in model._meta.get_fields()]
    return [field for field in found if isinstance(field, Field) and not field.primary_key]


def is_translated(words: object) -> bool:
    return isinstance(words, Promise) or words in {"", *NAMES}


@pytest.mark.parametrize("model", admin.site._registry, ids=str)
def test_each_table_has_translated_names(model: type[Model]) -> None:
    assert is_translated(model._meta.verbose_name)
    assert is_translated(model._meta.verbose_name_plural)
    assert is_translated(apps.get_app_config(model._meta.app_label).verbose_name)


@pytest.mark.parametrize("field", fields(), ids=str)
def test_each_field_has_a_translated_label_help_and_choices(field: Any) -> None:
    words = [field.verbose_name, field.help_text, *(label for _value, label in field.flatchoices)]
    assert [word for word in words if not is_translated(word)] == []


@pytest.fixture
def policy(client: Client, claire: User) -> Policy:
    """Of DINUM, which Claire administers."""
    assert claire.institution
    give(claire, "institution-admin", claire.institution)
    with_second_factor(client, claire)
    return Policy.objects.create(institution=claire.institution, recording="never")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", ["comme l’institution au-dessus", "jamais", "Réunions", "Jeux de règles"]),
        ("en", ["as the institution above", "never", "Meetings", "Policies"]),
    ],
)
def test_policy_is_told_in_the_language_of_the_reader(
    client: Client, policy: Policy, language: str, told: list[str]
) -> None:
    place = reverse("admin:meetings_policy_change", args=[policy.pk])
    page = client.get(place, headers={"accept-language": language}).content.decode()
    assert [words for words in told if words not in page] == []


def test_what_is_empty_is_taken_from_above(client: Client, policy: Policy) -> None:
    list_, form = reverse("admin:meetings_policy_changelist"), reverse("admin:meetings_policy_change", args=[policy.pk])
    pages = [client.get(page, headers={"accept-language": "en"}).content.decode() for page in (list_, form)]
    # 5 of the 6 columns; 6 choices, 4 yes or no, and 7 numbers of the form, and the choice beside what is set
    assert [page.count("as the institution above") for page in pages] == [5, 19]
    assert "Unknown" not in pages[1]
    assert "---------" not in pages[1]
    assert 'alt="None"' not in pages[0]
