"""What colleagues of a network keep among themselves about a question. The school never sees any of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from enquiries.models.asking import Recipient


class Handler(models.Model):
    """Who of those who may answer takes care of a question; without a row, and without a user, anybody."""

    recipient = models.OneToOneField(
        Recipient, models.CASCADE, related_name="handling", verbose_name=_("ontvanger van de vraag")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="handling",
        verbose_name=_("wie de vraag doet"),
    )
    chosen_at = models.DateTimeField(_("gekozen op"))
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("gekozen door")
    )

    class Meta:
        verbose_name = _("wie een vraag doet")
        verbose_name_plural = _("wie welke vraag doet")

    def __str__(self):
        return f"{self.recipient}: {self.user}"


class HandlingNote(models.Model):
    """An internal note about a question at one recipient. Rows are added, never changed."""

    MOST = 2000  # characters

    recipient = models.ForeignKey(
        Recipient, models.CASCADE, related_name="notes", verbose_name=_("ontvanger van de vraag")
    )
    text = models.TextField(_("notitie"), max_length=MOST)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("geschreven door")
    )
    written_at = models.DateTimeField(_("geschreven op"))
    # Made with the form: the same note sent twice is one note.
    form_key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("interne notitie")
        verbose_name_plural = _("interne notities")
        ordering = ["written_at", "pk"]

    def __str__(self):
        return self.text[:60]
