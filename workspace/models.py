"""What only the screens of coordinators need; no truth about the domain stands here."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from networks.models import Network


class AnswerTemplate(models.Model):
    """A text that a network answers with often."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="answer_templates", verbose_name=_("netwerk"))
    title = models.CharField(_("naam"), max_length=80)
    text = models.TextField(_("tekst"), max_length=4000)

    class Meta:
        verbose_name = _("antwoordtekst")
        verbose_name_plural = _("antwoordteksten")
        ordering = ["title", "pk"]
        constraints = [models.UniqueConstraint(fields=["network", "title"], name="answer_template_title_once")]

    def __str__(self):
        return self.title


class ImportQuerySet(models.QuerySet):
    def waiting(self):
        """Lists that a worker must read, or apply because somebody asked for it."""
        todo = models.Q(read_at=None) | models.Q(asked_to_apply_at__isnull=False)
        return self.filter(todo, applied_at=None, refused_at=None)


class Import(models.Model):
    """A list that somebody uploaded: first what would happen, then applied whole or not at all."""

    class Kind(models.TextChoices):
        PARTICIPANTS = "participants", _("deelnemende scholen")
        CONTACTS = "contacts", _("contacten")
        ORGANISATIONS = "organisations", _("organisaties")
        ACTIVITIES = "activities", _("aanbod")
        OCCURRENCES = "occurrences", _("data")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("wat"), max_length=15, choices=Kind.choices)
    network = models.ForeignKey(
        Network, models.CASCADE, null=True, blank=True, related_name="imports", verbose_name=_("netwerk")
    )
    file_name = models.CharField(_("bestand"), max_length=200)
    content = models.BinaryField(null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="imports", verbose_name=_("door")
    )
    uploaded_at = models.DateTimeField(_("geüpload op"), auto_now_add=True)
    # What the last reading of the file found, row by row; {} until it was read.
    report = models.JSONField(_("verslag"), default=dict)
    rows_done = models.PositiveIntegerField(_("rijen gelezen"), default=0)
    rows_total = models.PositiveIntegerField(_("rijen"), null=True, blank=True)
    read_at = models.DateTimeField(_("gelezen op"), null=True, blank=True)
    asked_to_apply_at = models.DateTimeField(_("toepassen gevraagd op"), null=True, blank=True)
    applied_at = models.DateTimeField(_("toegepast op"), null=True, blank=True)
    refused_at = models.DateTimeField(_("geweigerd op"), null=True, blank=True)
    refused_because = models.TextField(_("reden"), blank=True)
    # How often the sweep handed it over; a file that kills its worker is not tried for ever.
    tries = models.PositiveSmallIntegerField(_("pogingen"), default=0)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("ingelezen lijst")
        verbose_name_plural = _("ingelezen lijsten")
        ordering = ["-uploaded_at"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.file_name}"

    def get_absolute_url(self):
        return reverse("workspace:import", args=[self.uid])

    @property
    def counts(self):
        """{status: rows} of the last reading; {} before it."""
        return self.report.get("counts", {})

    @property
    def writes_count(self):
        """Rows that are new or change something."""
        return self.counts.get("new", 0) + self.counts.get("changed", 0)

    @property
    def left_out_count(self):
        """Rows that cannot be read, or whose school we do not know."""
        return self.counts.get("rejected", 0) + self.counts.get("unmatched", 0)

    @property
    def is_busy(self):
        """Whether a worker must still do something that was asked for."""
        return not self.applied_at and not self.refused_at and (not self.read_at or bool(self.asked_to_apply_at))
