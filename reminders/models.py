"""The memory of reminders: what staff chose for each rule, and who was told what."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Message
from regions.models import HolidayRegion
from reminders.due import RULES, Asked
from reminders.wording import WordingError, check

FURTHEST_DAYS = 3 * 366


class Rule(models.Model):
    """What staff chose for a rule of the code, and how asking it went the last time."""

    WORDING = ("subject_line", "sentence", "button")

    key = models.SlugField(_("sleutel"), max_length=60, unique=True)
    is_on = models.BooleanField(_("staat aan"), default=True)
    days = ArrayField(
        models.SmallIntegerField(
            validators=[MinValueValidator(-FURTHEST_DAYS), MaxValueValidator(FURTHEST_DAYS)],
        ),
        verbose_name=_("dagen vooraf"),
        default=list,
        blank=True,
        size=12,
        help_text=_("Hoeveel dagen voor de dag waar het om gaat, met komma’s ertussen; -7 is een week erna."),
    )
    subject_line = models.CharField(
        _("onderwerp"), max_length=150, help_text=_("Van een mail die alleen hierover gaat.")
    )
    sentence = models.TextField(_("tekst"), max_length=1500)
    button = models.CharField(_("knop"), max_length=60)
    last_run_at = models.DateTimeField(_("laatst gevraagd op"), null=True, blank=True)
    last_found = models.PositiveIntegerField(
        _("gevonden"), default=0, help_text=_("Hoeveel er toen aan de orde was.")
    )
    last_error = models.CharField(_("laatste fout"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("regel")
        verbose_name_plural = _("regels")
        ordering = ["key"]

    def __str__(self):
        return self.definition.name if self.definition else self.key

    def clean(self):
        super().clean()
        if self.definition is None:
            return
        troubles = {}
        for name in self.WORDING:
            try:
                check(getattr(self, name), self.definition.variables)
            except WordingError as error:
                troubles[name] = str(error)
        if troubles:
            raise ValidationError(troubles)
        self.days = sorted(set(self.days), reverse=True)

    @property
    def definition(self):
        """What the code says of it; None for a rule of an earlier release."""
        return RULES.rules.get(self.key)

    @property
    def is_urgent(self):
        return self.definition is not None and self.definition.is_urgent

    def dues(self, now, *, subjects=None):
        """Yields each Due of this rule at `now`; subjects: only of these (a set of texts)."""
        chosen = None if subjects is None else frozenset(subjects)
        return self.definition.dues(Asked(now=now, days=tuple(self.days), subjects=chosen))


class ReminderQuerySet(models.QuerySet):
    def waiting(self):
        """Written down, and neither in a mail nor dropped."""
        return self.filter(bundled_at=None, dropped_at=None)

    def told(self):
        """In a mail that left; a mail of more than a year ago is not kept, and did."""
        gone = Q(message=None) | Q(message__sent_at__isnull=False)
        return self.filter(gone, bundled_at__isnull=False)

    def to_person(self, user, addresses):
        """What was for `user`, or for one of `addresses`."""
        return self.filter(Q(user=user) | Q(to__in={address.lower() for address in addresses}))


class Reminder(models.Model):
    """One thing that one person is told about one moment; the database keeps that it is once.

    Planned, then bundled into a mail, or dropped for a reason. Whether the mail left stands in the mail.
    """

    class Reason(models.TextChoices):
        DONE = "done", _("was al gedaan, of hoefde niet meer")
        OFF = "off", _("staat uit, of wil dit niet")
        NO_ADDRESS = "no_address", _("geen adres, of een account dat niet meer werkt")
        TOO_LATE = "too_late", _("de dag was voorbij")

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="reminders", verbose_name=_("regel"))
    subject = models.CharField(_("waarover"), max_length=120, help_text=_("Zoals quality.Obligation:12."))
    to = models.EmailField(_("aan"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reminders",
        verbose_name=_("account"),
    )
    moment = models.CharField(_("moment"), max_length=80)
    values = models.JSONField(_("wat er in de tekst komt"), default=dict, blank=True)
    path = models.CharField(_("pagina"), max_length=500, blank=True)
    calendar = models.TextField(_("agendabestand"), blank=True)
    until = models.DateTimeField(_("zinloos na"), null=True, blank=True)
    holiday_region = models.ForeignKey(
        HolidayRegion, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vakantieregio")
    )
    planned_at = models.DateTimeField(_("opgeschreven op"))
    # Not before this moment for who gets one mail a day: the chosen hour, or at once when that was missed.
    ready_at = models.DateTimeField(_("klaar om te gaan op"))
    bundled_at = models.DateTimeField(_("in een mail gezet op"), null=True, blank=True)
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="reminders", verbose_name=_("bericht")
    )
    dropped_at = models.DateTimeField(_("vervallen op"), null=True, blank=True)
    reason = models.CharField(_("waarom vervallen"), max_length=12, choices=Reason.choices, blank=True)
    # After it was told: when it was seen to be done. Empty while it is not, or when its day passed first.
    done_at = models.DateTimeField(_("gedaan op"), null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("herinnering")
        verbose_name_plural = _("herinneringen")
        ordering = ["-planned_at", "-pk"]
        indexes = [
            models.Index(fields=["to"], name="reminder_waiting", condition=Q(bundled_at=None, dropped_at=None)),
            models.Index(fields=["subject"], name="reminder_subject"),
            models.Index(fields=["to", "planned_at"], name="reminder_of_person"),
            models.Index(fields=["bundled_at"], name="reminder_not_done", condition=Q(done_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject", "to", "moment"], name="reminder_once_per_person_and_moment"
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None, reason="")
                | Q(dropped_at__isnull=False, bundled_at=None, message=None) & ~Q(reason=""),
                name="reminder_dropped_for_a_reason_and_not_mailed",
            ),
        ]

    def __str__(self):
        return f"{self.rule}: {self.subject}"

    @property
    def key(self):
        """As `Due.key`."""
        return self.subject, self.to, self.moment

    @property
    def told_at(self):
        """When its mail left; None while it did not."""
        if self.bundled_at is None:
            return None
        return self.message.sent_at if self.message else self.bundled_at

    def drop(self, reason, now):
        """Not to be told (any more); the caller saves it."""
        self.message = self.bundled_at = None
        self.dropped_at, self.reason = now, reason
