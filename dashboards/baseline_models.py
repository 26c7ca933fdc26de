"""The tables of the survey of 2013, as they were printed."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table.

    values: column -> Decimal with the digits that were printed. n: how many took part in the project of this row;
    None when that is not known. few_respondents: too few to compare.
    """

    key: str
    label: str
    sector: str
    values: dict[str, Decimal]
    n: int | None
    is_sum: bool
    few_respondents: bool

    @property
    def cells(self):
        return list(self.values.values())


class BaselineTable(models.Model):
    """One table, whole: it is read as it was printed, and never added to. The rows are JSON, their values texts."""

    class Unit(models.TextChoices):
        COUNT = "count", _("aantal")
        PERCENT = "percent", _("procent")
        MEAN = "mean", _("gemiddelde op een schaal van 1 tot 5")

    class Counted(models.TextChoices):
        RESPONDENTS = "respondents", _("aantal respondenten")
        SCHOOLS = "schools", _("aantal scholen")

    number = models.PositiveSmallIntegerField(_("nummer"), primary_key=True)
    title = models.CharField(_("titel"), max_length=120)
    question = models.CharField(_("vraag"), max_length=200)
    unit = models.CharField(_("eenheid"), max_length=10, choices=Unit)
    counted = models.CharField(_("wat geteld is"), max_length=20, choices=Counted, blank=True)
    columns = models.JSONField(_("kolommen"), help_text=_("Lijst van key en label."))
    rows = models.JSONField(_("rijen"), help_text=_("Waarden zijn teksten, zodat elk cijfer blijft zoals het is."))
    respondents = models.JSONField(_("respondenten van de hele enquête"))
    note = models.TextField(_("toelichting"), blank=True)
    contradictions = models.JSONField(_("wat er niet mee klopt"), default=list, blank=True)
    chart = models.JSONField(_("kolommen in het diagram"), default=list, blank=True)

    class Meta:
        verbose_name = _("tabel van 2013")
        verbose_name_plural = _("tabellen van 2013")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=models.Q(number__range=(2, 23)), name="baseline_table_2_to_23")
        ]

    def __str__(self):
        return f"Tabel {self.number}: {self.title}"

    def get_absolute_url(self):
        return reverse("dashboards:baseline-table", args=[self.number])

    @cached_property
    def printed(self):
        """The rows in their printed order, as `Row`."""
        keys = [column["key"] for column in self.columns]
        return [
            Row(**{**row, "values": dict(zip(keys, map(Decimal, row["values"]), strict=True))}) for row in self.rows
        ]

    @cached_property
    def n(self):
        """Column -> how many answered, where the table itself prints that in a row of sums; else empty."""
        return next((row.values for row in self.printed if row.is_sum), {})

    @property
    def unit_label(self):
        return self.get_counted_display() or self.get_unit_display()

    @property
    def has_sectors(self):
        return any(row["sector"] for row in self.rows)

    @property
    def has_row_n(self):
        return any(row["n"] is not None for row in self.rows)

    @property
    def words(self):
        """What one can search it by."""
        labels = [part["label"] for part in (*self.columns, *self.rows)]
        return " ".join([f"tabel {self.number}", self.title, self.question, self.note, *labels]).lower()
