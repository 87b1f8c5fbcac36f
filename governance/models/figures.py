"""Figures: what was counted by institution and month, and what administrators entered. Counts alone: nobody's name."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution

FEW = 5  # below so many active agents, figures would tell of single persons


class MonthlyFiguresQuerySet(models.QuerySet["MonthlyFigures"]):
    def of_few(self, own: frozenset[int]) -> MonthlyFiguresQuerySet:
        """That are not told to somebody who administers the institutions `own` alone."""
        return self.filter(active_agents__lt=FEW).exclude(institution__in=own)

    def told(self, own: frozenset[int]) -> MonthlyFiguresQuerySet:
        return self.filter(Q(active_agents__gte=FEW) | Q(institution__in=own))


class MonthlyFigures(models.Model):
    """One month of one institution. See `figures.counting`: a count never becomes smaller, whatever is erased."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()  # its first day, in the time of Paris
    active_agents = models.PositiveIntegerField(default=0)  # of the institution, who were in a meeting anywhere
    # Of its rooms, by the month in which the meeting began
    meetings = models.PositiveIntegerField(default=0)
    meeting_seconds = models.PositiveBigIntegerField(default=0)
    attendances = models.PositiveIntegerField(default=0)  # people × meetings, guests included
    guests = models.PositiveIntegerField(default=0)  # attendances without an account
    recorded_meetings = models.PositiveIntegerField(default=0)  # of which sound was stored
    recorded_seconds = models.PositiveBigIntegerField(default=0)
    minutes_made = models.PositiveIntegerField(default=0)
    imports = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()

    objects: ClassVar[MonthlyFiguresQuerySet] = MonthlyFiguresQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "month"], name="figures_once_a_month")]
        indexes = [models.Index(fields=["month"], name="figures_by_month")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month:%Y-%m}"


class MonthlyStorage(models.Model):
    """What recordings of an institution weigh: what came in that month, what was there at the month's last count."""

    class Kind(models.TextChoices):
        SOUND = "sound", _("sound of meetings")
        PICTURES = "pictures", _("cameras and screens")
        VIDEOS = "videos", _("videos that were composed")
        IMPORTS = "imports", _("imported recordings")
        EXPORTS = "exports", _("exports of personal data")

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    bytes_in = models.PositiveBigIntegerField(default=0)
    bytes_kept = models.PositiveBigIntegerField(default=0)
    kept_days = models.PositiveIntegerField(default=0)  # by the institution's policy at the last count
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "month", "kind"], name="stored_once_a_month")]
        indexes = [models.Index(fields=["month"], name="stored_by_month")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month:%Y-%m} {self.kind}"


class QualityHour(models.Model):
    """How calls went in an institution's rooms during an hour. Columns are those of `meetings.counters.Happened`."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    joins = models.PositiveIntegerField(default=0)
    returns = models.PositiveIntegerField(default=0)
    resumed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    full = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cut_off = models.PositiveIntegerField(default=0)
    media_lost = models.PositiveIntegerField(default=0)
    network_fair = models.PositiveIntegerField(default=0)
    network_poor = models.PositiveIntegerField(default=0)
    network_none = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "hour"], name="quality_once_an_hour")]
        indexes = [models.Index(fields=["hour"], name="quality_by_hour")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.hour:%Y-%m-%dT%H}"


class FormerTool(models.Model):
    """Licences of another service that an institution holds or has given up. Entered, never guessed."""

    class Tool(models.TextChoices):
        TEAMS = "teams", "Microsoft Teams"
        ZOOM = "zoom", "Zoom"
        WEBEX = "webex", "Webex"
        GOTO = "goto", "GoTo Meeting"
        OTHER = "other", _("another tool")

    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), on_delete=models.CASCADE, related_name="former_tools"
    )
    tool = models.CharField(_("tool"), max_length=10, choices=Tool.choices)
    licences = models.PositiveIntegerField(
        _("licences"), validators=[MinValueValidator(1)], help_text=_("One line for each batch given up on one day.")
    )
    agents = models.PositiveIntegerField(
        _("agents who used it"), null=True, blank=True, help_text=_("Where it is known; nothing is guessed.")
    )
    given_up_on = models.DateField(_("given up on"), null=True, blank=True, help_text=_("Empty: still held."))
    yearly_price = models.DecimalField(
        _("price of a licence per year, in euros"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("Of the contract, without VAT, where you wish to compare with it."),
    )

    class Meta:
        verbose_name = _("licences of a former tool")
        verbose_name_plural = _("licences of former tools")

    def __str__(self) -> str:
        return f"{self.get_tool_display()}, {self.institution}"


class OperatingCost(models.Model):
    """What running Visio costs in a year, as the operator entered it."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True, validators=[MinValueValidator(2020)])
    hosting = models.DecimalField(_("hosting, in euros"), max_digits=12, decimal_places=2, default=Decimal(0))
    support = models.DecimalField(_("support, in euros"), max_digits=12, decimal_places=2, default=Decimal(0))
    other = models.DecimalField(_("other costs, in euros"), max_digits=12, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = _("yearly cost of the service")
        verbose_name_plural = _("yearly costs of the service")
        constraints = [
            models.CheckConstraint(condition=Q(hosting__gte=0, support__gte=0, other__gte=0), name="costs_are_costs")
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def total(self) -> Decimal:
        return self.hosting + self.support + self.other


class Assumptions(models.Model):
    """What figures are reckoned with; one row, which a migration made."""

    euros = models.PositiveIntegerField(_("euros saved per year"), default=1_000_000, validators=[MinValueValidator(1)])
    for_users = models.PositiveIntegerField(
        _("for so many users who leave their licences"), default=100_000, validators=[MinValueValidator(1)]
    )
    source = models.CharField(
        _("source of the formula"), max_length=300, default="", help_text=_("Shown beside each result.")
    )
    storage_limit_gb = models.PositiveIntegerField(
        _("space bought for recordings, in gigabytes (10⁹ bytes)"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("assumptions of the figures")
        verbose_name_plural = _("assumptions of the figures")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_row_of_assumptions")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def euros_per_user(self) -> Decimal:
        return Decimal(self.euros) / Decimal(self.for_users)
