"""A registration of a school for a date or for a programme, and what happened to it."""

import secrets
import uuid
from types import MappingProxyType

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Occurrence
from loket.vocabulary import Initiative, Sector, StopReason
from networks.models import Network, Programme
from schools.models import School


class State(models.TextChoices):
    """Where a registration stands: a function of its events (`state_of`), never a column."""

    SIGNED_UP = "signed_up", _("aangemeld")
    WAITING = "waiting", _("op de wachtlijst")
    OFFERED = "offered", _("plaats aangeboden")
    PLACED = "placed", _("heeft een plaats")
    CONFIRMED = "confirmed", _("deelname bevestigd")
    DECLINED = "declined", _("plaats afgeslagen")
    LAPSED = "lapsed", _("aanbod verlopen")
    CANCELLED = "cancelled", _("afgemeld")
    CALLED_OFF = "called_off", _("de datum gaat niet door")
    ATTENDED = "attended", _("was er")
    ABSENT = "absent", _("was er niet")


# Something can still happen to these.
LIVE = frozenset({State.SIGNED_UP, State.WAITING, State.OFFERED, State.PLACED, State.CONFIRMED})
# These take one of the places of a date; an open offer too, for as long as it is open.
HOLDING = frozenset({State.OFFERED, State.PLACED, State.CONFIRMED, State.ATTENDED, State.ABSENT})
# These were given a place or joined a programme: the school takes part.
JOINED = frozenset({State.SIGNED_UP, State.PLACED, State.CONFIRMED, State.ATTENDED, State.ABSENT})


class RegistrationQuerySet(models.QuerySet):
    def with_state(self):
        """With `last_kind`, so that `state` costs no query of its own. One index look-up for each row."""
        last = RegistrationEvent.objects.filter(registration=OuterRef("pk")).exclude(kind__in=STATELESS)
        return self.annotate(last_kind=Subquery(last.order_by("-pk").values("kind")[:1]))

    def in_state(self, *states):
        """Registrations in one of `states`, with their state."""
        return self.with_state().filter(
            last_kind__in=[kind for kind, state in STATE_AFTER.items() if state in states]
        )

    def live(self):
        """Registrations to which something can still happen, with their state."""
        return self.in_state(*LIVE)

    def holding_place(self):
        """Registrations that take a place of their date, open offers included, with their state."""
        return self.in_state(*HOLDING)

    def waiting(self):
        """Registrations on a waiting list, in order: that in which they got the lock of the list.

        `queued_as` is the key of the event that put each of them there.
        """
        queued = RegistrationEvent.objects.filter(
            registration=OuterRef("pk"), kind=RegistrationEvent.Kind.WAITLISTED
        ).order_by("-pk")
        return (
            self.in_state(State.WAITING).annotate(queued_as=Subquery(queued.values("pk")[:1])).order_by("queued_as")
        )

    def for_page(self):
        """With all rows that words about a registration name."""
        return self.select_related(
            "school",
            "occurrence__activity__network__programme",
            "occurrence__municipality",
            "programme",
            "network",
            "registered_by",
        )


class Registration(models.Model):
    """A group of a school that signs up (aanmelding). A group counts as one place, whatever its size."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made with the form: the same form sent twice is one registration.
    form_key = models.UUIDField(unique=True, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="registrations", verbose_name=_("school"))
    sector = models.CharField(_("sector"), max_length=4, choices=Sector.choices)
    # The date it is for now; after a transfer this is the new one, and the event tells of the old.
    occurrence = models.ForeignKey(
        Occurrence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("datum"),
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("programma"),
    )
    network = models.ForeignKey(
        Network, models.PROTECT, null=True, blank=True, related_name="registrations", verbose_name=_("netwerk")
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("aangemeld door"),
    )
    registered_at = models.DateTimeField(_("aangemeld op"), default=timezone.now, editable=False)
    pupils_count = models.PositiveIntegerField(_("aantal leerlingen"), null=True, blank=True)
    teachers_count = models.PositiveIntegerField(_("aantal leraren"), null=True, blank=True)
    initiatives = ArrayField(
        models.CharField(max_length=20, choices=Initiative.choices),
        verbose_name=_("wie nam het initiatief"),
        default=list,
        blank=True,
    )
    remark = models.CharField(_("opmerking"), max_length=500, blank=True)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("aanmelding")
        verbose_name_plural = _("aanmeldingen")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(occurrence=None) ^ Q(programme=None),
                name="registration_for_a_date_or_a_programme",
                violation_error_message=_("Een aanmelding is voor een datum of voor een programma."),
            )
        ]

    def __str__(self):
        return f"{self.school} – {self.occurrence or self.programme}"

    def get_absolute_url(self):
        return reverse("enquiries:registration", args=[self.uid])

    @property
    def state(self):
        """Its State; a query unless the row came from `with_state` or its events were fetched."""
        kind = self.__dict__.get("last_kind")
        return STATE_AFTER[kind] if kind else state_of(event.kind for event in self.events.all())

    @property
    def is_live(self):
        return self.state in LIVE

    @property
    def what(self):
        """The activity or the programme it is for."""
        return self.occurrence.activity if self.occurrence_id else self.programme

    @property
    def carrier(self):
        """The network that answers for it; None for a programme that no network here carries."""
        return self.occurrence.activity.network if self.occurrence_id else self.network

    @property
    def carried_programme(self):
        return self.occurrence.activity.network.programme if self.occurrence_id else self.programme


class RegistrationEvent(models.Model):
    """Something that happened to a registration. Rows are added, never changed; the last decides its state."""

    class Kind(models.TextChoices):
        SIGNED_UP = "signed_up", _("aangemeld")
        PLACED = "placed", _("plaats gekregen")
        WAITLISTED = "waitlisted", _("op de wachtlijst")
        OFFERED = "offered", _("plaats aangeboden")
        ACCEPTED = "accepted", _("plaats aangenomen")
        DECLINED = "declined", _("plaats afgeslagen")
        LAPSED = "lapsed", _("aanbod verlopen")
        MOVED = "moved", _("naar een andere datum")
        CONFIRMED = "confirmed", _("bevestigd door het netwerk")
        CANCELLED = "cancelled", _("afgemeld")
        CALLED_OFF = "called_off", _("de datum gaat niet door")
        ATTENDED = "attended", _("was er")
        ABSENT = "absent", _("was er niet")
        CHANGED = "changed", _("gegevens gewijzigd")

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="events", verbose_name=_("aanmelding")
    )
    kind = models.CharField(_("wat"), max_length=10, choices=Kind.choices)
    happened_at = models.DateTimeField(_("wanneer"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("door")
    )
    reason = models.CharField(_("reden"), max_length=15, choices=StopReason.choices, blank=True)
    text = models.CharField(_("toelichting"), max_length=500, blank=True)
    from_occurrence = models.ForeignKey(
        Occurrence, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("van datum")
    )
    # Of an attendance: how many were there. What was announced stays at the registration.
    pupils_count = models.PositiveIntegerField(_("aantal leerlingen"), null=True, blank=True)
    teachers_count = models.PositiveIntegerField(_("aantal leraren"), null=True, blank=True)

    class Meta:
        verbose_name = _("gebeurtenis")
        verbose_name_plural = _("gebeurtenissen")
        ordering = ["pk"]
        indexes = [models.Index(fields=["registration", "-id"], name="registration_event_newest")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.happened_at:%Y-%m-%d %H:%M}"


Kind = RegistrationEvent.Kind
STATELESS = (Kind.CHANGED,)
STATE_AFTER = MappingProxyType(
    {
        Kind.SIGNED_UP: State.SIGNED_UP,
        Kind.PLACED: State.PLACED,
        Kind.WAITLISTED: State.WAITING,
        Kind.OFFERED: State.OFFERED,
        Kind.ACCEPTED: State.PLACED,
        Kind.DECLINED: State.DECLINED,
        Kind.LAPSED: State.LAPSED,
        Kind.MOVED: State.PLACED,  # one moves only to a date that has a place
        Kind.CONFIRMED: State.CONFIRMED,
        Kind.CANCELLED: State.CANCELLED,
        Kind.CALLED_OFF: State.CALLED_OFF,
        Kind.ATTENDED: State.ATTENDED,
        Kind.ABSENT: State.ABSENT,
    }
)


def state_of(kinds):
    """The State after events of these kinds, in order. Raises ValueError when none of them gives one."""
    state = None
    for kind in kinds:
        state = STATE_AFTER.get(kind, state)
    if state is None:
        raise ValueError("A registration has at least the event that made it.")
    return state


class WaitingOffer(models.Model):
    """A place that came free and is held for one registration until a moment."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="waiting_offers", verbose_name=_("aanmelding")
    )
    offered_at = models.DateTimeField(_("aangeboden op"))
    expires_at = models.DateTimeField(_("geldig tot"))
    closed_at = models.DateTimeField(_("afgehandeld op"), null=True, blank=True)

    class Meta:
        verbose_name = _("aangeboden plaats")
        verbose_name_plural = _("aangeboden plaatsen")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(closed_at=None), name="waiting_offer_one_open_at_a_time"
            )
        ]

    def __str__(self):
        return f"{self.registration} tot {self.expires_at:%Y-%m-%d %H:%M}"


def new_secret():
    return secrets.token_urlsafe(24)


class CalendarFeed(models.Model):
    """The secret address of somebody's calendar of one school; whoever has it can read it, until it is revoked."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds", verbose_name=_("persoon")
    )
    school = models.ForeignKey(School, models.CASCADE, related_name="calendar_feeds", verbose_name=_("school"))
    secret = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField(_("gemaakt op"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("ingetrokken op"), null=True, blank=True)

    class Meta:
        verbose_name = _("agenda-adres")
        verbose_name_plural = _("agenda-adressen")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "school"], condition=Q(revoked_at=None), name="calendar_feed_one_in_use"
            )
        ]

    def __str__(self):
        return f"{self.user} – {self.school}"

    def get_absolute_url(self):
        return reverse("enquiries:calendar", args=[self.secret])
