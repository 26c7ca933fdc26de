"""Kept sums: one narrow row for each school, sector and school year (`facts.py` makes them, never anybody else).

Every figure about schools is a plain GROUP BY of these. A school with three sectors has four rows a year: one
for each, and one with an empty sector, in which it counts once. So a number of different schools is never a sum.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models import Landsdeel, Municipality, Region
from schools.models import School


def _pointer(to, **options):
    """A key without a constraint: these rows are made anew all the time, and never hold back a change elsewhere."""
    return models.ForeignKey(to, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False, **options)


class Rollup(models.Model):
    """What is known of one school in one sector ("" for all of them together) in one school year.

    Numbers are as of the last day of the school year, or of `RollupState.built_on` while the year lasts.
    in_register: it was open on that day and had the sector; only such rows are in a denominator.
    """

    school = _pointer(School)
    sector = models.CharField(max_length=4, blank=True)
    school_year = models.CharField(max_length=9)
    in_register = models.BooleanField()
    municipality = _pointer(Municipality, null=True)  # the one it lies in today
    region = _pointer(Region, null=True)
    landsdeel = _pointer(Landsdeel, null=True)
    phase = models.CharField(max_length=20, blank=True)
    programmes = ArrayField(models.BigIntegerField(), default=list)  # it takes part in these
    counts = ArrayField(models.IntegerField(), default=list)  # beside it: activities in each, in two years
    networks = ArrayField(models.BigIntegerField(), default=list)
    programmes_count = models.PositiveSmallIntegerField(default=0)
    mbb_count = models.PositiveSmallIntegerField(default=0)  # programmes of MBB other than School aan Zet
    in_saz = models.BooleanField(default=False)
    activities_two_years = models.PositiveIntegerField(default=0)
    activities = models.PositiveIntegerField(default=0)  # of the school year
    pupils = models.PositiveBigIntegerField(default=0)
    teachers = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("som per school")
        verbose_name_plural = _("sommen per school")
        constraints = [
            models.UniqueConstraint(fields=["school_year", "sector", "school"], name="rollup_once"),
        ]
        indexes = [models.Index(fields=["school"], name="rollup_school")]

    def __str__(self):
        return f"{self.school_id} {self.sector} {self.school_year}"


class RollupChange(models.Model):
    """A mark that something under the sums changed, left by a trigger in the transaction of the change.

    school: whose sums; None is everybody's. Marks are only added, so two who write never wait for each other.
    """

    school_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("wijziging onder de sommen")
        verbose_name_plural = _("wijzigingen onder de sommen")

    def __str__(self):
        return str(self.school_id or "*")


class RollupState(models.Model):
    """One row: of which day the sums are, when they were made, and what the nightly check found."""

    built_on = models.DateField(_("van de dag"))
    built_at = models.DateTimeField(_("gemaakt op"))
    version = models.PositiveBigIntegerField(_("versie"), default=0)
    lately = models.JSONField(_("laatste dertig dagen"), default=dict)  # as `facts.lately` gives it
    has_samples = models.BooleanField(_("met voorbeelden"), default=False)
    checked_at = models.DateTimeField(_("nagerekend op"), null=True)
    wrong_count = models.PositiveIntegerField(_("verschillen bij de laatste controle"), default=0)

    class Meta:
        verbose_name = _("stand van de sommen")
        verbose_name_plural = _("stand van de sommen")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="rollup_state_is_one_row")]

    def __str__(self):
        return str(self.built_on)

    @classmethod
    def current(cls):
        """The row, or None while the sums were never made. One query."""
        return cls.objects.filter(pk=1).first()
