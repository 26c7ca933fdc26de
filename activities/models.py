"""The offer: activities of networks, and subsidies."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Case, Count, F, Max, Min, Q, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.vocabulary import (
    Availability,
    Delivery,
    Evidence,
    Initiative,
    Kind,
    Need,
    Phase,
    Sector,
    StopReason,
    TargetGroup,
    Years,
)
from networks.freshness import AddMonths
from networks.models import Network, Programme
from regions.models import Municipality
from schools.models import School


def _choices(choices, label):
    return ArrayField(models.CharField(max_length=20, choices=choices), verbose_name=label, default=list, blank=True)


def counts_from(prefix=""):
    """The day from which an activity ages: of its last confirmation, else of its publication."""
    return Coalesce(f"{prefix}confirmed_on", f"{prefix}published_on")


def aged(on, period, prefix=""):
    """Which activities aged for `period` of their programme on the day `on`: "confirm", "fade" or "hide".

    The rule of `activities.freshness` for the database. prefix: the way to the activity, such as "activity__".
    """
    months = F(f"{prefix}network__programme__{period}_after_months")
    return Q(LessThanOrEqual(AddMonths(counts_from(prefix), months), on), **{f"{prefix}facts_as_of": None})


def seen_by_all(on, prefix=""):
    """What makes an activity public on the day `on`: published, not ended, and confirmed not too long ago."""
    not_ended = Q(**{f"{prefix}ended_on": None}) | Q(**{f"{prefix}ended_on__gt": on})
    return Q(**{f"{prefix}published_on__lte": on}) & not_ended & ~aged(on, "hide", prefix)


class ActivityQuerySet(models.QuerySet):
    def public(self, on=None):
        """Activities that the public may see on the day `on` (None: today).

        Lists, search, agenda, map, feeds and API all ask this, so an activity leaves all of them at once.
        """
        return self.filter(seen_by_all(on or timezone.localdate()))

    def to_confirm(self, on):
        """Published and not ended, but confirmed so long ago that its network is asked; those that left too."""
        return self.running(on).filter(aged(on, "confirm"))

    def gone(self, on):
        """Published and not ended, but out of every list because nobody confirmed it (`Stage.GONE`)."""
        return self.running(on).filter(aged(on, "hide"))

    def running(self, on):
        """Published and not ended on the day `on`, confirmed or not."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=on), published_on__lte=on)

    def with_fading(self, on):
        """Annotate `fading_since`: the day from which a fading activity is not confirmed, None for the others."""
        since = Case(When(aged(on, "fade"), then=counts_from()), output_field=models.DateField())
        return self.annotate(fading_since=since)

    def open_on(self, day):
        """Activities whose period holds `day`, first and last day included; no period is always open."""
        return self.filter(Q(opens_on=None) | Q(opens_on__lte=day), Q(closes_on=None) | Q(closes_on__gte=day))


class Activity(models.Model):
    """Something a network does for schools. Holds approved values only (settled decision 5)."""

    slug = models.SlugField(unique=True, max_length=100)
    network = models.ForeignKey(Network, models.PROTECT, related_name="activities", verbose_name=_("netwerk"))
    title = models.CharField(_("titel"), max_length=150)
    summary = models.TextField(_("wat u doet"), help_text=_("Twee of drie zinnen in gewone taal."))
    intended_result = models.TextField(_("wat het oplevert"), blank=True)
    kind = models.CharField(_("soort"), max_length=20, choices=Kind.choices)
    sectors = _choices(Sector.choices, _("sectoren"))
    phases = ArrayField(
        models.CharField(max_length=20, choices=Phase.choices),
        verbose_name=_("past bij fase"),
        default=list,
        blank=True,
        help_text=_("Leeg: past bij elke fase."),
    )
    needs = _choices(Need.choices, _("helpt bij"))
    target_groups = _choices(TargetGroup.choices, _("doelgroepen"))
    years = _choices(Years.choices, _("leerjaren"))
    delivery = models.CharField(
        _("vorm"), max_length=12, choices=Delivery.choices, default=Delivery.UNKNOWN, blank=True
    )
    effort_hours = models.PositiveSmallIntegerField(
        _("uren voor de school"), null=True, blank=True, help_text=_("Leeg: onbekend.")
    )
    cost_euro = models.PositiveIntegerField(
        _("kosten in euro"), null=True, blank=True, help_text=_("0 is gratis; leeg is onbekend.")
    )
    evidence = models.CharField(
        _("wat is er bewezen"), max_length=10, choices=Evidence.choices, default=Evidence.UNKNOWN, blank=True
    )
    evidence_baseline = models.TextField(_("bewijs: uitgangssituatie"), blank=True)
    evidence_instrument = models.TextField(_("bewijs: meetinstrument"), blank=True)
    evidence_on = models.DateField(_("bewijs: datum"), null=True, blank=True)
    evidence_result = models.TextField(_("bewijs: resultaat"), blank=True)
    # Blank: that of the programme. An activity may differ, such as one with a full waiting list.
    own_availability = models.CharField(
        _("aanmelden (als anders dan het programma)"), max_length=15, choices=Availability.choices, blank=True
    )
    opens_on = models.DateField(_("open vanaf"), null=True, blank=True)
    closes_on = models.DateField(_("open tot en met"), null=True, blank=True)
    # A day that lies ahead is scheduled publication.
    published_on = models.DateField(_("gepubliceerd op"), null=True, blank=True)
    ended_on = models.DateField(_("niet meer te zien vanaf"), null=True, blank=True)
    confirmed_on = models.DateField(_("bevestigd op"), null=True, blank=True)
    # Set for facts of the report: shown with that date, and they do not age.
    facts_as_of = models.DateField(_("gegevens van"), null=True, blank=True)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)
    # Kept by the database, so that no way of writing leaves it stale.
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch")
        + SearchVector("summary", weight="B", config="dutch")
        + SearchVector("intended_result", weight="C", config="dutch"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activiteit")
        verbose_name_plural = _("activiteiten")
        ordering = ["title", "pk"]
        indexes = [
            models.Index(fields=["network", "published_on"], name="activity_network_published"),
            GinIndex(fields=["search"], name="activity_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(opens_on__lte=F("closes_on")),
                name="activity_opens_before_it_closes",
                violation_error_message=_("De activiteit sluit voordat zij opent."),
            ),
            models.CheckConstraint(
                condition=~Q(evidence=Evidence.PROVEN)
                | (
                    ~Q(evidence_baseline="")
                    & ~Q(evidence_instrument="")
                    & ~Q(evidence_result="")
                    & Q(evidence_on__isnull=False)
                ),
                name="activity_proven_only_with_evidence",
                violation_error_message=_(
                    "“Bewezen” kan alleen met uitgangssituatie, meetinstrument, datum en resultaat."
                ),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("activities:detail", args=[self.slug])

    def is_running(self, on):
        """Whether it is published and not ended on the day `on`."""
        return bool(self.published_on and self.published_on <= on) and not (self.ended_on and self.ended_on <= on)


class RevisionQuerySet(models.QuerySet):
    def undecided(self):
        """Drafts and proposals."""
        return self.filter(approved_at=None, rejected_at=None)

    def proposed(self):
        """Proposals that wait for somebody who publishes."""
        return self.undecided().filter(proposed_at__isnull=False)

    def scheduled(self):
        """Approved, and to be published on a day that is still to come."""
        return self.filter(approved_at__isnull=False, applied_at=None)

    def due(self, on):
        """Scheduled for the day `on` or before."""
        return self.scheduled().filter(publish_on__lte=on)


class Revision(models.Model):
    """A change to an activity, or a new one, that is not public yet (settled decision 5).

    `values` holds every field that a person edits, as JSON; `base` those of the approved activity when the
    work began, so that two people who edit the same one see what the other changed. Where it stands follows
    from its moments: a draft, proposed, approved, scheduled, rejected. `typed` keeps what could not be read yet,
    by step of the form, so that nobody loses it by going on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("concept")
        PROPOSED = "proposed", _("voorstel")
        SCHEDULED = "scheduled", _("gepland")
        PUBLISHED = "published", _("gepubliceerd")
        REJECTED = "rejected", _("afgewezen")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    network = models.ForeignKey(Network, models.CASCADE, related_name="revisions", verbose_name=_("netwerk"))
    activity = models.ForeignKey(
        Activity, models.CASCADE, null=True, blank=True, related_name="revisions", verbose_name=_("activiteit")
    )
    values = models.JSONField(_("waarden"), default=dict)
    base = models.JSONField(_("waarden bij het begin"), default=dict)
    typed = models.JSONField(_("nog te verbeteren"), default=dict, blank=True)
    publish_on = models.DateField(_("publiceren op"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("gemaakt door")
    )
    made_at = models.DateTimeField(_("gemaakt op"), auto_now_add=True)
    changed_at = models.DateTimeField(_("gewijzigd op"), auto_now=True)
    proposed_at = models.DateTimeField(_("voorgesteld op"), null=True, blank=True)
    approved_at = models.DateTimeField(_("goedgekeurd op"), null=True, blank=True)
    rejected_at = models.DateTimeField(_("afgewezen op"), null=True, blank=True)
    # When the activity took over the values; later than the approval where a day was chosen.
    applied_at = models.DateTimeField(_("doorgevoerd op"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("besluit van"),
    )
    decision_note = models.TextField(_("toelichting op het besluit"), blank=True, max_length=1000)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("wijziging")
        verbose_name_plural = _("wijzigingen")
        ordering = ["-changed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(rejected_at=None), name="revision_approved_or_rejected_not_both"
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(approved_at__isnull=False),
                name="revision_applied_only_when_approved",
            ),
        ]

    def __str__(self):
        return self.values.get("title") or str(self.activity or _("nieuwe activiteit"))

    def get_absolute_url(self):
        return reverse("workspace:revision", args=[self.uid])

    @property
    def is_decided(self):
        return bool(self.approved_at or self.rejected_at)

    @property
    def state(self):
        if self.rejected_at:
            return self.State.REJECTED
        if self.approved_at:
            return self.State.PUBLISHED if self.applied_at else self.State.SCHEDULED
        return self.State.PROPOSED if self.proposed_at else self.State.DRAFT


class Material(models.Model):
    """Lesson material of an activity, on the site of who made it (R62)."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="materials", verbose_name=_("activiteit"))
    title = models.CharField(_("titel"), max_length=150)
    url = models.URLField(_("adres"))
    subject = models.CharField(_("vak"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("lesmateriaal")
        verbose_name_plural = _("lesmateriaal")
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title


class OccurrenceQuerySet(models.QuerySet):
    def public(self, on=None):
        """Dates of activities that the public may see; cancelled ones too, because they say so."""
        return self.filter(seen_by_all(on or timezone.localdate(), "activity__"))

    def upcoming(self, now):
        """Dates that are not over at the moment `now`."""
        return self.filter(ends_at__gte=now)


class Occurrence(models.Model):
    """A date on which an activity takes place.

    `sequence` and `changed_at` are raised by the database when time, place or cancellation change, so
    that calendars of subscribers follow (iCalendar's SEQUENCE).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="occurrences", verbose_name=_("activiteit"))
    starts_at = models.DateTimeField(_("begint"))
    ends_at = models.DateTimeField(_("eindigt"))
    place = models.CharField(_("plaats"), max_length=150, blank=True)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name=_("gemeente")
    )
    latitude = models.FloatField(_("breedtegraad"), null=True, blank=True)
    longitude = models.FloatField(_("lengtegraad"), null=True, blank=True)
    is_online = models.BooleanField(_("online"), default=False)
    capacity = models.PositiveIntegerField(_("plaatsen"), null=True, blank=True, help_text=_("Leeg: onbekend."))
    # Places that were given outside Loket; the registrations here come on top.
    taken_elsewhere = models.PositiveIntegerField(_("plaatsen elders vergeven"), default=0)
    # What the public reads. As the organiser reported them; once schools register here, `enquiries` keeps them.
    places_left = models.PositiveIntegerField(_("plaatsen vrij"), null=True, blank=True)
    waiting_list_count = models.PositiveIntegerField(_("op de wachtlijst"), null=True, blank=True)
    reported_on = models.DateField(_("plaatsen gemeld op"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("afgelast op"), null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(auto_now_add=True)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("datum")
        verbose_name_plural = _("data")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at"], name="occurrence_starts")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lte=F("ends_at")),
                name="occurrence_starts_before_it_ends",
                violation_error_message=_("De datum eindigt voordat zij begint."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(places_left=None) | Q(places_left__lte=F("capacity")),
                name="occurrence_places_within_capacity",
                violation_error_message=_("Er kunnen niet meer plaatsen vrij zijn dan er plaatsen zijn."),
            ),
        ]

    def __str__(self):
        return f"{self.activity} – {self.starts_at:%Y-%m-%d}"

    @property
    def is_cancelled(self):
        return self.cancelled_at is not None

    @property
    def has_places(self):
        """Whether places are known to be free: never a guess, so unknown is False."""
        return bool(self.places_left) and not self.is_cancelled


class Synonym(models.Model):
    """Words that mean the same in the search of the offer; staff edit them."""

    words = ArrayField(
        models.CharField(max_length=60), verbose_name=_("woorden"), help_text=_("Gescheiden door komma's.")
    )

    class Meta:
        verbose_name = _("synoniem")
        verbose_name_plural = _("synoniemen")

    def __str__(self):
        return ", ".join(self.words)


class SearchMissQuerySet(models.QuerySet):
    def unmet_demand(self, since):
        """What was searched for in vain five times or more from the day `since` on, the most asked first.

        Values: text, filters, search_count (int >= 5), last_on (date), example (pk of one of the rows). A search
        counts as the same when text and filters are equal. Rarer searches are left out: they could
        tell of one person. What is older than twelve months was deleted.
        """
        rows = self.filter(searched_on__gte=since).order_by().values("text", "filters")
        rows = rows.annotate(search_count=Count("pk"), last_on=Max("searched_on"), example=Min("pk"))
        return rows.filter(search_count__gte=SearchMiss.SHOWN_FROM).order_by("-search_count", "text", "example")

    def kept_too_long(self, today):
        """Searches of more than twelve months ago."""
        return self.filter(searched_on__lt=today - SearchMiss.KEPT_FOR)


class SearchMiss(models.Model):
    """A search in the offer that found nothing: unmet demand. Holds no address, no digits, nobody's name."""

    SHOWN_FROM = 5
    KEPT_FOR = timedelta(days=365)

    text = models.CharField(_("gezocht"), max_length=100, blank=True)
    filters = models.JSONField(_("filters"), default=dict)
    searched_on = models.DateField(_("gezocht op"), db_index=True)

    objects = SearchMissQuerySet.as_manager()

    class Meta:
        verbose_name = _("zoekvraag zonder resultaat")
        verbose_name_plural = _("zoekvragen zonder resultaat")
        ordering = ["-searched_on", "pk"]

    def __str__(self):
        return self.text or str(self.filters)


class Note(models.Model):
    """ "Klopt er iets niet?": what a visitor tells the network about an activity. Needs no account."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="notes", verbose_name=_("activiteit"))
    text = models.TextField(_("wat klopt er niet"), max_length=2000)
    sender = models.EmailField(_("e-mailadres van wie het schreef"), blank=True)
    written_at = models.DateTimeField(_("geschreven op"), auto_now_add=True)
    handled_at = models.DateTimeField(_("afgehandeld op"), null=True, blank=True)

    class Meta:
        verbose_name = _("opmerking")
        verbose_name_plural = _("opmerkingen")
        ordering = ["-written_at"]

    def __str__(self):
        return f"{self.activity}: {self.text[:60]}"


class SubsidyQuerySet(models.QuerySet):
    def for_sectors(self, sectors):
        """Subsidies for one of `sectors`, or for every sector."""
        return self.filter(Q(sectors__overlap=list(sectors)) | Q(sectors=[]))

    def for_programmes(self, pks):
        """Subsidies of one of these programmes, or of none in particular."""
        return self.filter(Q(programme__in=list(pks)) | Q(programme=None))

    def now_or_soon(self, day):
        """[(Subsidy, its state)] of those that are open on `day` or will be; one query."""
        states = [(subsidy, subsidy.state_on(day)) for subsidy in self]
        return [pair for pair in states if pair[1] in (Subsidy.State.OPEN, Subsidy.State.EXPECTED)]


class Subsidy(models.Model):
    """A scheme from which schools or networks get money (R2). Its state follows from its dates."""

    class State(models.TextChoices):
        UNKNOWN = "unknown", _("onbekend")
        EXPECTED = "expected", _("gaat nog open")
        OPEN = "open", _("open")
        CLOSED = "closed", _("gesloten")
        WITHHELD = "withheld", _("ingehouden")
        ENDED = "ended", _("beëindigd")

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(_("naam"), max_length=150)
    summary = models.TextField(_("in het kort"), blank=True)
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidies",
        verbose_name=_("programma"),
    )
    provider = models.CharField(_("verstrekker"), max_length=150, blank=True)
    for_whom = models.CharField(_("voor wie"), max_length=150, blank=True)
    sectors = ArrayField(
        models.CharField(max_length=4, choices=Sector.choices),
        verbose_name=_("sectoren"),
        default=list,
        blank=True,
    )
    period = models.CharField(_("periode"), max_length=80, blank=True)
    opens_on = models.DateField(_("open vanaf"), null=True, blank=True)
    closes_on = models.DateField(_("aanvragen tot en met"), null=True, blank=True)
    maximum_euro = models.PositiveIntegerField(_("maximum in euro"), null=True, blank=True)
    cofinancing = models.CharField(_("eigen bijdrage"), max_length=150, blank=True)
    withheld_on = models.DateField(_("ingehouden op"), null=True, blank=True)
    ended_on = models.DateField(_("beëindigd op"), null=True, blank=True)
    facts_as_of = models.DateField(_("gegevens van"), null=True, blank=True)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    objects = SubsidyQuerySet.as_manager()

    class Meta:
        verbose_name = _("subsidie")
        verbose_name_plural = _("subsidies")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def state_on(self, day):
        """Where the scheme stands on `day`; without any date it is unknown."""
        if self.ended_on and self.ended_on <= day:
            return self.State.ENDED
        if self.withheld_on and self.withheld_on <= day:
            return self.State.WITHHELD
        if self.closes_on and self.closes_on < day:
            return self.State.CLOSED
        if self.opens_on and self.opens_on > day:
            return self.State.EXPECTED
        if self.opens_on or self.closes_on:
            return self.State.OPEN
        return self.State.UNKNOWN


class ParticipationQuerySet(models.QuerySet):
    def live(self):
        """Participations that were not stopped."""
        return self.filter(stopped_on=None)

    def taking_part(self):
        """Those not stopped of schools that began or registered. Waiting is not taking part."""
        joined = Q(started_on__isnull=False) | Q(signed_up_on__isnull=False, waiting_from_on=None)
        return self.live().filter(joined)

    def with_school_now(self):
        """Annotate `school_now`, the key of the school that it is of today: history goes along with three mergers."""
        path = "school__successor"
        return self.annotate(
            school_now=Coalesce(
                F(f"{path}__successor__successor_id"), F(f"{path}__successor_id"), F(f"{path}_id"), F("school_id")
            )
        )

    def of_school(self, school):
        """Those of `school` and of the schools that went up in it, so that history survives a merger.

        One query for each generation of predecessors.
        """
        pks, newest = {school.pk}, {school.pk}
        while newest:
            newest = set(School.objects.filter(successor__in=newest).values_list("pk", flat=True)) - pks
            pks |= newest
        return self.filter(school__in=pks)


class Participation(models.Model):
    """A school that takes part in a programme, in one sector and one school year (R46).

    `state` follows from the dates. What happened stands in its entries; nobody counts them twice.
    """

    class State(models.TextChoices):
        SIGNED_UP = "aangemeld", _("aangemeld")
        WAITING = "wachtlijst", _("op de wachtlijst")
        ACTIVE = "actief", _("doet mee")
        STOPPED = "gestopt", _("gestopt")

    class Source(models.TextChoices):
        REGISTRATION = "registration", _("aanmelding in Loket")
        COORDINATOR = "coordinator", _("ingevoerd door de coördinator")
        IMPORT = "import", _("ingelezen lijst")

    school = models.ForeignKey(School, models.PROTECT, related_name="participations", verbose_name=_("school"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="participations", verbose_name=_("programma")
    )
    network = models.ForeignKey(
        Network,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("netwerk"),
    )
    sector = models.CharField(_("sector"), max_length=4, choices=Sector.choices)
    school_year = models.CharField(_("schooljaar"), max_length=9, help_text=_("Zoals 2026-2027."))
    signed_up_on = models.DateField(_("aangemeld op"), null=True, blank=True)
    waiting_from_on = models.DateField(_("op de wachtlijst vanaf"), null=True, blank=True)
    started_on = models.DateField(_("doet mee vanaf"), null=True, blank=True)
    stopped_on = models.DateField(_("gestopt op"), null=True, blank=True)
    stop_reason = models.CharField(_("reden om te stoppen"), max_length=15, choices=StopReason.choices, blank=True)
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact op school"),
    )
    initiatives = _choices(Initiative.choices, _("wie nam het initiatief"))
    source = models.CharField(_("bron"), max_length=12, choices=Source.choices, default=Source.COORDINATOR)
    confirmed_on = models.DateField(_("bevestigd op"), null=True, blank=True)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("deelname")
        verbose_name_plural = _("deelnames")
        ordering = ["-school_year", "programme__name", "sector", "pk"]
        indexes = [models.Index(fields=["network", "school_year"], name="participation_network_year")]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "programme", "network", "sector", "school_year"],
                nulls_distinct=False,
                name="participation_once",
            ),
            models.CheckConstraint(
                condition=Q(school_year__regex=r"^[0-9]{4}-[0-9]{4}$"), name="participation_school_year_form"
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=False) | Q(stop_reason=""),
                name="participation_reason_only_when_stopped",
            ),
        ]

    def __str__(self):
        return f"{self.school} – {self.programme} ({self.sector}, {self.school_year})"

    @property
    def state(self):
        if self.stopped_on:
            return self.State.STOPPED
        if self.started_on:
            return self.State.ACTIVE
        if self.waiting_from_on:
            return self.State.WAITING
        return self.State.SIGNED_UP


class Entry(models.Model):
    """Something that happened within a participation: a date, a kind and numbers, never names (R48)."""

    class Source(models.TextChoices):
        ATTENDANCE = "attendance", _("aanwezigheid")
        HAND = "hand", _("met de hand")
        IMPORT = "import", _("ingelezen lijst")

    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="entries", verbose_name=_("deelname")
    )
    happened_on = models.DateField(_("datum"))
    kind = models.CharField(_("soort"), max_length=20, choices=Kind.choices)
    activity = models.ForeignKey(
        Activity, models.SET_NULL, null=True, blank=True, related_name="entries", verbose_name=_("activiteit")
    )
    occurrence = models.ForeignKey(
        Occurrence,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("datum uit de agenda"),
    )
    pupils_count = models.PositiveIntegerField(_("aantal leerlingen"), null=True, blank=True)
    teachers_count = models.PositiveIntegerField(_("aantal leraren"), null=True, blank=True)
    source = models.CharField(_("bron"), max_length=12, choices=Source.choices, default=Source.HAND)
    recorded_at = models.DateTimeField(_("vastgelegd op"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("vastgelegd door")
    )

    class Meta:
        verbose_name = _("wat er gebeurde")
        verbose_name_plural = _("wat er gebeurde")
        ordering = ["-happened_on", "-pk"]
        indexes = [models.Index(fields=["participation", "happened_on"], name="entry_of_participation")]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "occurrence"],
                condition=Q(occurrence__isnull=False),
                name="entry_once_per_occurrence",
            )
        ]

    def __str__(self):
        # Not get_kind_display(), which translates every kind there is: a list writes thousands of these to the log.
        kind = Kind(self.kind).label if self.kind in Kind else self.kind
        return f"{kind} {self.happened_on}"


class Pin(models.Model):
    """What a coordinator changes in the list of one school, with a note that the school reads (R23)."""

    class Kind(models.TextChoices):
        PIN = "pin", _("bovenaan zetten")
        ADD = "add", _("toevoegen")
        HIDE = "hide", _("weglaten")

    school = models.ForeignKey(School, models.CASCADE, related_name="pins", verbose_name=_("school"))
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="pins", verbose_name=_("activiteit"))
    kind = models.CharField(_("wat"), max_length=4, choices=Kind.choices)
    note = models.CharField(_("toelichting voor de school"), max_length=300)
    made_at = models.DateTimeField(_("gezet op"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("gezet door")
    )

    class Meta:
        verbose_name = _("keuze van de coördinator")
        verbose_name_plural = _("keuzes van de coördinator")
        ordering = ["made_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["school", "activity"], name="pin_once_per_activity")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.activity} – {self.school}"


class Advice(models.Model):
    """What the loket told a school on a day, when a member asked (R25); whether it led to something follows later.

    situation: the query string of "Dit zijn wij". suggestions: [{"activity": pk, "programme": slug, "rank": 1}].
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="advices", verbose_name=_("school"))
    given_at = models.DateTimeField(_("gegeven op"), auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("gevraagd door")
    )
    situation = models.CharField(_("dit zijn wij"), max_length=1000, blank=True)
    suggestions = models.JSONField(_("suggesties"), default=list)

    class Meta:
        verbose_name = _("advies")
        verbose_name_plural = _("adviezen")
        ordering = ["-given_at"]

    def __str__(self):
        return f"{self.school} {self.given_at:%Y-%m-%d}"


class LoadedEntry(models.Model):
    """What `load_catalogue` last wrote for one entry, so that it can tell its own values from those of staff."""

    table = models.CharField(max_length=20)
    slug = models.SlugField(max_length=100)
    values = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "slug"], name="loaded_entry_once")]

    def __str__(self):
        return f"{self.table}: {self.slug}"
