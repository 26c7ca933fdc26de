"""Programmes, the networks that carry them, where these work, and whom to call."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from loket.vocabulary import Availability, ProgrammeStatus, Sector
from regions.models import Landsdeel, Municipality, Organisation, Region


def _sectors():
    return ArrayField(
        models.CharField(max_length=4, choices=Sector.choices),
        verbose_name=_("sectoren"),
        default=list,
        blank=True,
    )


class Programme(models.Model):
    """A national line of support, such as Jet-Net, with the facts the report gives of it (R1, R3).

    `serves`, `scores` and `continuation` are keyed by sector ("po", "vmbo", ...; the surveys split only
    "po" and "vo"); a value that the report does not give is absent, never guessed.
    """

    slug = models.SlugField(unique=True)
    aliases = ArrayField(models.SlugField(), verbose_name=_("andere slugs"), default=list, blank=True)
    name = models.CharField(_("naam"), max_length=120, unique=True)
    abbreviation = models.CharField(_("afkorting"), max_length=20, blank=True)
    in_mbb = models.BooleanField(_("onderdeel van Meer Betere Bèta's"), default=False)
    speerpunt = models.PositiveSmallIntegerField(_("speerpunt"), null=True, blank=True)
    sectors = _sectors()
    organiser = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("organisator"),
    )
    start_year = models.PositiveSmallIntegerField(_("begonnen in"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=ProgrammeStatus.choices)
    availability = models.CharField(_("aanmelden"), max_length=15, choices=Availability.choices)
    availability_note = models.TextField(_("toelichting op aanmelden"), blank=True)
    summary = models.TextField(_("in het kort"), blank=True)
    goals = models.TextField(_("doelen"), blank=True)
    serves = models.JSONField(
        _("helpt bij"),
        default=dict,
        blank=True,
        help_text=_('{"po": {"primary": ["curriculum"], "secondary": []}}'),
    )
    scores = models.JSONField(
        _("oordeel van scholen"),
        default=dict,
        blank=True,
        help_text=_('Schaal 1 tot 5: {"vo": {"goals_clear": 4.4, "fits_school": 4.0, "results": 3.5, "n": 130}}'),
    )
    continuation = models.JSONField(
        _("voornemen om door te gaan (procent)"),
        default=dict,
        blank=True,
        help_text=_('{"vo": {"whole_school": 84, "without_extra_means": 47}}'),
    )
    targets = models.JSONField(_("doelen in cijfers"), default=list, blank=True)
    measurements = models.JSONField(_("gemeten"), default=list, blank=True)
    waiting_list_count = models.PositiveIntegerField(_("scholen op de wachtlijst"), null=True, blank=True)
    waiting_list_on = models.DateField(_("wachtlijst gemeten op"), null=True, blank=True)
    related = models.ManyToManyField("self", blank=True, verbose_name=_("verwante programma's"))
    website = models.CharField(_("website"), max_length=200, blank=True)
    # How long a confirmation of its activities and networks holds (settled decision 7), in months.
    confirm_after_months = models.PositiveSmallIntegerField(_("om bevestiging vragen na (maanden)"), default=6)
    fade_after_months = models.PositiveSmallIntegerField(_("lager in de lijst na (maanden)"), default=9)
    hide_after_months = models.PositiveSmallIntegerField(_("uit de lijst na (maanden)"), default=12)
    meetings_least = models.PositiveSmallIntegerField(_("bijeenkomsten per jaar, ten minste"), null=True, blank=True)
    meetings_most = models.PositiveSmallIntegerField(_("bijeenkomsten per jaar, ten hoogste"), null=True, blank=True)
    # The day the facts are of. They are shown with it and do not age (settled decision 7).
    facts_as_of = models.DateField(_("gegevens van"), null=True, blank=True)

    class Meta:
        verbose_name = _("programma")
        verbose_name_plural = _("programma's")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirm_after_months__lte=models.F("fade_after_months"))
                & Q(fade_after_months__lte=models.F("hide_after_months")),
                name="programme_confirm_fade_hide_in_order",
                violation_error_message=_(
                    "Eerst vragen, dan lager in de lijst, dan eruit: zet de maanden in die volgorde."
                ),
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("activities:programme", args=[self.slug])


class Network(models.Model):
    """The organisations that carry a programme in an area of their own (R27, R32)."""

    class SubsidyState(models.TextChoices):
        UNKNOWN = "", _("onbekend")
        SUBSIDISED = "subsidised", _("met subsidie")
        WITHOUT = "without", _("zonder subsidie")
        ENDED = "ended", _("subsidie beëindigd")

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(_("naam"), max_length=150)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="networks", verbose_name=_("programma"))
    lead = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_networks",
        verbose_name=_("penvoerder"),
    )
    partners = models.ManyToManyField(
        Organisation, through="Partner", related_name="partner_networks", verbose_name=_("partners")
    )
    area = models.ManyToManyField(
        Municipality, through="WorkingArea", related_name="networks", verbose_name=_("werkgebied")
    )
    is_national = models.BooleanField(
        _("hele land"), default=False, help_text=_("Werkt in elke gemeente, ook in een die later ontstaat.")
    )
    website = models.CharField(_("website"), max_length=200, blank=True)
    agenda_text = models.TextField(
        _("agenda"), blank=True, max_length=5000, help_text=_("Waar het netwerk aan werkt. Markdown mag.")
    )
    subsidy_state = models.CharField(
        _("subsidie"), max_length=12, choices=SubsidyState.choices, default=SubsidyState.UNKNOWN, blank=True
    )
    funded_until = models.DateField(_("geld tot"), null=True, blank=True)
    confirmed_on = models.DateField(_("bevestigd op"), null=True, blank=True)
    ended_on = models.DateField(_("gestopt op"), null=True, blank=True)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)
    # Set when its coordinator changed anything of it: from then on the catalogue leaves all of it alone.
    edited_at = models.DateTimeField(_("gewijzigd in Loket op"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("netwerk")
        verbose_name_plural = _("netwerken")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("activities:network", args=[self.slug])


class Partner(models.Model):
    """An organisation in a network. A board as partner covers its schools; they do not yet take part."""

    class Role(models.TextChoices):
        BOARD = "board", _("deelnemend bestuur")
        COMPANY = "company", _("bedrijf")
        KNOWLEDGE = "knowledge", _("kennispartner")
        TRAINING = "training", _("opleiding")
        FUNDER = "funder", _("financier")
        OTHER = "other", _("partner")

    network = models.ForeignKey(Network, models.CASCADE, related_name="partnerships", verbose_name=_("netwerk"))
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="partnerships", verbose_name=_("organisatie")
    )
    role = models.CharField(_("rol"), max_length=12, choices=Role.choices, default=Role.OTHER)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(fields=["network", "organisation", "role"], name="partner_once_per_role")
        ]

    def __str__(self):
        return f"{self.organisation} – {self.network}"


class WorkingArea(models.Model):
    """A municipality in which a network works."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="working_areas", verbose_name=_("netwerk"))
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="working_areas", verbose_name=_("gemeente")
    )

    class Meta:
        verbose_name = _("werkgebied")
        verbose_name_plural = _("werkgebieden")
        constraints = [models.UniqueConstraint(fields=["municipality", "network"], name="working_area_once")]

    def __str__(self):
        return f"{self.network} – {self.municipality}"


class SupportPoint(models.Model):
    """A local address of a network, with contacts of its own (R29)."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="support_points", verbose_name=_("netwerk"))
    name = models.CharField(_("naam"), max_length=150)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="support_points", verbose_name=_("gemeente")
    )
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    class Meta:
        verbose_name = _("steunpunt")
        verbose_name_plural = _("steunpunten")
        constraints = [models.UniqueConstraint(fields=["network", "name"], name="support_point_name_unique")]

    def __str__(self):
        return self.name


class Person(models.Model):
    """Somebody one can call; one person holds several contact roles and is edited once (R55)."""

    name = models.CharField(_("naam"), max_length=120)
    email = models.EmailField(_("e-mailadres"), unique=True)
    telephone = models.CharField(_("telefoon"), max_length=20, blank=True)
    reachable = models.CharField(
        _("bereikbaar"), max_length=120, blank=True, help_text=_("Zoals: ma t/m do, 9-17 uur.")
    )
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    class Meta:
        verbose_name = _("persoon")
        verbose_name_plural = _("personen")
        ordering = ["name"]

    def __str__(self):
        return self.name


class ContactRole(models.Model):
    """A person as contact of exactly one owner, with a title, an order and when it was last confirmed."""

    OWNERS = ("network", "programme", "support_point", "region", "landsdeel", "organisation")

    person = models.ForeignKey(Person, models.CASCADE, related_name="roles", verbose_name=_("persoon"))
    title = models.CharField(_("functie"), max_length=120)
    order = models.PositiveSmallIntegerField(_("volgorde"), default=1)
    confirmed_on = models.DateField(_("bevestigd op"), null=True, blank=True)
    network = models.ForeignKey(Network, models.CASCADE, null=True, blank=True, related_name="contacts")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="contacts")
    support_point = models.ForeignKey(SupportPoint, models.CASCADE, null=True, blank=True, related_name="contacts")
    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True, related_name="contacts")
    landsdeel = models.ForeignKey(Landsdeel, models.CASCADE, null=True, blank=True, related_name="contacts")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="contacts")

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacten")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="contact_has_exactly_one_owner",
                condition=Exact(
                    Func(
                        "network",
                        "programme",
                        "support_point",
                        "region",
                        "landsdeel",
                        "organisation",
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
                violation_error_message=_("Kies precies één eigenaar van dit contact."),
            )
        ]

    def __str__(self):
        return f"{self.person}, {self.title}"

    @property
    def owner(self):
        """The one network, programme, support point, region, landsdeel or organisation this is for."""
        return next(value for value in (getattr(self, name) for name in self.OWNERS) if value is not None)


class AssignmentQuerySet(models.QuerySet):
    def on(self, day):
        """Assignments that hold on `day`, first and last day included."""
        return self.filter(Q(from_on=None) | Q(from_on__lte=day), Q(until_on=None) | Q(until_on__gte=day))


class Assignment(models.Model):
    """What somebody may do for networks and regions (R44); `networks/rights.py` says what each role means."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("coördinator")
        ACCOUNT_MANAGER = "account_manager", _("accountmanager")
        DELEGATE = "delegate", _("vervanger")
        REGION_COORDINATOR = "region_coordinator", _("regiocoördinator")
        COMMITTEE = "committee", _("reviewcommissie (alleen lezen)")
        PROGRAMME_STAFF = "programme_staff", _("programmabureau")
        OBSERVER = "observer", _("ministerie (alleen cijfers)")

    NETWORK_ROLES = (Role.COORDINATOR, Role.ACCOUNT_MANAGER, Role.DELEGATE, Role.COMMITTEE)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name=_("persoon")
    )
    role = models.CharField(_("rol"), max_length=20, choices=Role.choices)
    network = models.ForeignKey(
        Network, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name=_("netwerk")
    )
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name=_("regio")
    )
    from_on = models.DateField(_("vanaf"), null=True, blank=True)
    until_on = models.DateField(_("tot en met"), null=True, blank=True)
    granted_at = models.DateTimeField(_("gegeven op"), auto_now_add=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("door")
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("opdracht")
        verbose_name_plural = _("opdrachten")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    role__in=["coordinator", "account_manager", "delegate", "committee"],
                    network__isnull=False,
                    region=None,
                )
                | Q(role="region_coordinator", network=None, region__isnull=False)
                | Q(role__in=["programme_staff", "observer"], network=None, region=None),
                name="assignment_has_the_scope_of_its_role",
                violation_error_message=_(
                    "Een regiocoördinator heeft een regio, het programmabureau en het ministerie niets, ieder ander "
                    "een netwerk."
                ),
            ),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(from_on__lte=models.F("until_on")),
                name="assignment_begins_before_it_ends",
                violation_error_message=_("De opdracht eindigt voordat zij begint."),
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()} {self.network or self.region or ''}".strip()
