"""The words of an institution that a recogniser does not know: acronyms, names of projects, of places."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution


class GlossaryTerm(models.Model):
    """Written as it should be read. The recogniser is told of it; nothing is replaced."""

    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), on_delete=models.CASCADE, related_name="glossary"
    )
    term = models.CharField(_("term"), max_length=60, help_text=_("As it is to be written: an acronym, a name."))
    is_used = models.BooleanField(
        _("used"), default=True, help_text=_("A term that corrections propose is not, until somebody says so.")
    )
    times = models.PositiveIntegerField(_("times corrected"), default=0, editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("term of the glossary")
        verbose_name_plural = _("glossary")
        constraints = [
            models.UniqueConstraint("institution", Lower("term"), name="one_term_in_a_glossary"),
        ]

    def __str__(self) -> str:
        return self.term
