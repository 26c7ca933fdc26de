"""Figures of a day as they were then: kept for the ministry and for who evaluates (R70)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractMonth, ExtractYear
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class SnapshotQuerySet(models.QuerySet):
    def monthly_of(self, day):
        """The monthly snapshot of the month that `day` is in; one or none."""
        return self.filter(is_monthly=True, taken_on__year=day.year, taken_on__month=day.month)

    def before(self, snapshot):
        """Those taken before `snapshot`, the last one first."""
        earlier = Q(taken_on__lt=snapshot.taken_on) | Q(taken_on=snapshot.taken_on, pk__lt=snapshot.pk)
        return self.filter(earlier).order_by("-taken_on", "-pk")

    def without_content(self):
        """For lists: what is kept is large, and only a page of its own shows it."""
        return self.defer("content")


class Snapshot(models.Model):
    """The figures of one day and the targets of that day, as `snapshot_content.py` reads them. It never changes.

    content: numbers after suppression, of the figures that the ministry may see.
    """

    LONGEST_TITLE = 80

    taken_on = models.DateField(gettext_lazy("van de dag"))
    taken_at = models.DateTimeField(gettext_lazy("vastgelegd op"), auto_now_add=True)
    title = models.CharField(gettext_lazy("titel"), max_length=LONGEST_TITLE, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("vastgelegd door"),
    )
    is_monthly = models.BooleanField(gettext_lazy("van elke maand"), default=False)
    has_samples = models.BooleanField(gettext_lazy("met voorbeelden"), default=False)
    content = models.JSONField(gettext_lazy("inhoud"))

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("vastgelegd moment")
        verbose_name_plural = gettext_lazy("vastgelegde cijfers")
        ordering = ["-taken_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                ExtractYear("taken_on"),
                ExtractMonth("taken_on"),
                condition=Q(is_monthly=True),
                name="snapshot_one_a_month",
            ),
            models.UniqueConstraint(
                fields=["taken_on", "title"], condition=Q(is_monthly=False), name="snapshot_title_once_a_day"
            ),
        ]

    def __str__(self):
        said = _("Cijfers van %(day)s") % {"day": date_format(self.taken_on, "j F Y")}
        return f"{said}: {self.title}" if self.title else said

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A snapshot never changes after it was made.")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("dashboards:snapshot", args=[self.pk])
