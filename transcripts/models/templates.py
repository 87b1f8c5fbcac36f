"""The Word documents in which institutions give out minutes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution


class ExportTemplate(models.Model):
    """Its page, styles, head and foot. `content` was checked: see `transcripts.exports.template`."""

    institution = models.OneToOneField(
        Institution, verbose_name=_("institution"), on_delete=models.CASCADE, related_name="export_template"
    )
    content = models.BinaryField(_("content"))
    file_name = models.CharField(_("file"), max_length=100)
    digest = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    set_at = models.DateTimeField(_("set"), auto_now=True)

    class Meta:
        verbose_name = _("template of minutes")
        verbose_name_plural = _("templates of minutes")

    def __str__(self) -> str:
        return self.file_name
