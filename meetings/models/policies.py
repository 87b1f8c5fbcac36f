"""What an institution allows. Rooms may only tighten it: see `meetings/policy.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution
from meetings.policy import Access, Assurance, Creators, ErasedWords, Lobby, Readers, Sharing

CREATORS = {
    Creators.NOBODY: _("nobody"),
    Creators.PUBLIC_AGENTS: _("public agents only"),
    Creators.EVERYBODY: _("all agents, contractors included"),
}
LOBBIES = {
    Lobby.NOBODY: _("nobody waits"),
    Lobby.GUESTS: _("guests wait"),
    Lobby.OUTSIDERS: _("guests and other institutions wait"),
    Lobby.EVERYBODY: _("everybody waits but organisers"),
}
ACCESSES = {
    Access.NEVER: _("never"),
    Access.ON_REQUEST: _("at the request of an organiser"),
    Access.ALLOWED: _("at the request of any agent of the institution"),
}
ASSURANCES = {
    Assurance.ANY: _("any sign-in"),
    Assurance.MFA: _("two factors"),
    Assurance.SUBSTANTIAL: _("eIDAS level “substantial”"),
    Assurance.HIGH: _("eIDAS level “high”"),
}

READERS = {
    Readers.ORGANISERS: _("organisers only"),
    Readers.PARTICIPANTS: _("organisers and participants"),
}
SHARINGS = {
    Sharing.NOBODY: _("nobody"),
    Sharing.INSTITUTION: _("agents of the institution"),
    Sharing.EVERYBODY: _("agents of any institution"),
}
ERASED_WORDS = {
    ErasedWords.NAMELESS: _("their words, without their name"),
    ErasedWords.NOTHING: _("nothing"),
}


def choices_of(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(value.value, label) for value, label in words.items()]


class Policy(models.Model):
    """A ceiling. Whatever is null is inherited from the parent institution, and at last from the platform."""

    institution = models.OneToOneField(
        Institution, verbose_name=_("institution"), on_delete=models.CASCADE, related_name="policy"
    )
    creators = models.CharField(  # noqa: DJ001
        _("who may create meetings"), max_length=10, null=True, blank=True, choices=choices_of(CREATORS)
    )
    guests = models.BooleanField(_("guests without an account come in"), null=True, blank=True)
    other_institutions = models.BooleanField(_("agents of other institutions come in"), null=True, blank=True)
    lobby = models.CharField(  # noqa: DJ001
        _("who waits to be let in"), max_length=10, null=True, blank=True, choices=choices_of(LOBBIES)
    )
    recording = models.CharField(_("recording"), max_length=10, null=True, blank=True, choices=choices_of(ACCESSES))  # noqa: DJ001
    transcription = models.CharField(  # noqa: DJ001
        _("written minutes"), max_length=10, null=True, blank=True, choices=choices_of(ACCESSES)
    )
    assurance = models.CharField(  # noqa: DJ001
        _("sign-in asked of agents"),
        max_length=10,
        null=True,
        blank=True,
        choices=choices_of(ASSURANCES),
        help_text=_("Guests do not sign in: this does not keep them out."),
    )
    captions = models.BooleanField(_("live captions"), null=True, blank=True)
    captions_first = models.BooleanField(
        _("captions before other institutions"),
        default=False,
        db_default=False,
        help_text=_("When a media node can't caption every meeting. An administrator of the platform decides it."),
    )
    max_participants = models.PositiveIntegerField(
        _("people in a meeting, at most"), null=True, blank=True, validators=[MinValueValidator(2)]
    )
    audio_retention_days = models.PositiveIntegerField(_("sound kept for, in days"), null=True, blank=True)
    transcript_retention_days = models.PositiveIntegerField(_("transcript kept for, in days"), null=True, blank=True)
    minutes_retention_days = models.PositiveIntegerField(_("minutes kept for, in days"), null=True, blank=True)
    erased_words = models.CharField(  # noqa: DJ001
        _("what approved minutes keep of people who have their data erased"),
        max_length=10,
        null=True,
        blank=True,
        choices=choices_of(ERASED_WORDS),
    )
    readers = models.CharField(  # noqa: DJ001
        _("who reads minutes"), max_length=12, null=True, blank=True, choices=choices_of(READERS)
    )
    sharing = models.CharField(  # noqa: DJ001
        _("whom organisers may share minutes with"), max_length=12, null=True, blank=True, choices=choices_of(SHARINGS)
    )
    reading_links = models.BooleanField(
        _("links to minutes for people without an account"),
        null=True,
        blank=True,
        help_text=_("Whoever has the link reads the minutes, until it ends. It gives no sound and no file."),
    )
    recording_hours_per_month = models.PositiveIntegerField(
        _("hours of recording per month"), null=True, blank=True, help_text=_("Of the whole institution.")
    )
    recording_max_minutes = models.PositiveIntegerField(
        _("minutes of one recording, at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("It then stops by itself. Eight hours where nothing is said."),
    )
    rooms_per_agent = models.PositiveIntegerField(_("lasting rooms, per agent"), null=True, blank=True)
    staff_consulted_on = models.DateField(
        _("staff representatives consulted on"),
        null=True,
        blank=True,
        help_text=_(
            "Never taken from the institution above. Where the service asks for it, there are no minutes before."
        ),
    )

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")

    def __str__(self) -> str:
        return str(self.institution)
