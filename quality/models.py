"""The cycle of the programme office: what a network owes, and when it meets."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Network
from regions.models import Organisation


class ObligationQuerySet(models.QuerySet):
    def open(self):
        """Obligations that are not done."""
        return self.filter(done_at=None)

    def due_by(self, day):
        """Open obligations that are due on `day` or before."""
        return self.open().filter(due_on__lte=day)


class Obligation(models.Model):
    """What a network must deliver, and by when (R37, R39). Whether it is late follows from the dates."""

    class Kind(models.TextChoices):
        PROGRESS_REPORT = "progress_report", _("voortgangsrapportage")
        IMPROVEMENT_PLAN = "improvement_plan", _("verbeterplan")
        AUDIT = "audit", _("audit of visitatie")
        CALL = "call", _("aanvraag voor een call")
        OTHER = "other", _("anders")

    SHOWN_BEFORE = timedelta(days=30)

    network = models.ForeignKey(Network, models.PROTECT, related_name="obligations", verbose_name=_("netwerk"))
    kind = models.CharField(_("wat"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("omschrijving"), max_length=150, blank=True)
    due_on = models.DateField(_("uiterlijk op"))
    done_at = models.DateTimeField(_("gedaan op"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("door")
    )
    note = models.TextField(_("toelichting"), blank=True, max_length=2000)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("verplichting")
        verbose_name_plural = _("verplichtingen")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], name="obligation_open", condition=models.Q(done_at=None))]

    def __str__(self):
        return f"{self.title or self.get_kind_display()}, {self.network}"

    def is_late(self, on):
        return self.done_at is None and self.due_on < on


class Meeting(models.Model):
    """A meeting of a network (R42). One that lies ahead is planned; with attendance it was held."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="meetings", verbose_name=_("netwerk"))
    held_on = models.DateField(_("datum"))
    title = models.CharField(_("onderwerp"), max_length=150)
    place = models.CharField(_("plaats"), max_length=150, blank=True)
    note = models.TextField(_("afspraken"), blank=True, max_length=5000)
    attendees = models.ManyToManyField(
        Organisation, blank=True, related_name="meetings", verbose_name=_("aanwezige organisaties")
    )
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    class Meta:
        verbose_name = _("bijeenkomst")
        verbose_name_plural = _("bijeenkomsten")
        ordering = ["-held_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["network", "held_on", "title"], name="meeting_once_per_network_and_day")
        ]

    def __str__(self):
        return f"{self.title}, {self.held_on}"
