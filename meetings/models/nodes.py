"""The Janus nodes, as all processes know them. Where they are is in the settings (JANUS_NODES)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JanusNode(models.Model):
    """A row per node, made at its first use. See `placement`, which alone changes what is not an operator's choice."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    capacity = models.PositiveIntegerField(
        _("capacity"), default=100, help_text=_("People at once: nodes fill up in proportion. It is no limit.")
    )
    drains = models.BooleanField(
        _("drains"), default=False, help_text=_("New meetings go to other nodes; those that go on there end in peace.")
    )
    epoch = models.PositiveIntegerField(_("epoch"), default=1)  # of its life: one more each time it comes back
    down_since = models.DateTimeField(_("down since"), null=True, blank=True)  # it does not answer
    seen_at = models.DateTimeField(_("last answer"), null=True, blank=True)  # to any web process, now and then

    free_bytes = models.BigIntegerField(_("free on its disk of recordings, in bytes"), null=True, blank=True)
    disk_is_low = models.BooleanField(_("its disk is full"), default=False)  # no recording begins, or goes on, there

    class Meta:
        verbose_name = _("media node")
        verbose_name_plural = _("media nodes")

    def __str__(self) -> str:
        return self.name
