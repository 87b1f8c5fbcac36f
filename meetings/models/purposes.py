"""What institutions record for. A row is one version of a text: what somebody agreed to stays as it was shown."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution


class Purpose(models.Model):
    """One version of one purpose. Sound is what a recording is made of; the rest is kept where it is ticked.

    Without an institution: the platform's, for institutions that say nothing else under the same code. The database
    lets `is_active` change, and nothing else.
    """

    class Basis(models.TextChoices):
        PUBLIC_TASK = "public-task", _("task of public interest (GDPR, art. 6.1.e)")
        LEGAL_OBLIGATION = "legal-obligation", _("legal obligation (GDPR, art. 6.1.c)")
        CONSENT = "consent", _("consent (GDPR, art. 6.1.a)")

    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="purposes",
        help_text=_("It holds for the institutions below it too. None: for all, unless they say otherwise."),
    )
    code = models.CharField(
        _("code"),
        max_length=30,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*\Z", _("Small letters, digits and hyphens."))],
        help_text=_("The same code as above replaces that purpose here."),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    label_fr = models.CharField(_("name, in French"), max_length=60)
    label_en = models.CharField(_("name, in English"), max_length=60)
    text_fr = models.TextField(_("text shown, in French"), max_length=1000)
    text_en = models.TextField(_("text shown, in English"), max_length=1000)
    legal_basis = models.CharField(_("legal basis"), max_length=20, choices=Basis.choices)
    transcript = models.BooleanField(_("words are kept"), default=True)
    picture = models.BooleanField(_("pictures are kept"), default=False)
    retention_days = models.PositiveIntegerField(
        _("kept for, in days"),
        validators=[MinValueValidator(1)],
        help_text=_("The policy may say less: it then holds."),
    )
    is_active = models.BooleanField(_("offered"), default=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects: ClassVar[models.Manager[Purpose]] = models.Manager()

    class Meta:
        verbose_name = _("purpose of recordings")
        verbose_name_plural = _("purposes of recordings")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "code", "version"], nulls_distinct=False, name="one_text_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}.{self.version}"

    @property
    def label(self) -> str:
        return self.label_en if _reads_english() else self.label_fr

    @property
    def text(self) -> str:
        return self.text_en if _reads_english() else self.text_fr


def _reads_english() -> bool:
    return (get_language() or "fr")[:2] == "en"
