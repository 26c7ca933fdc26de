"""The register of schools: one row for each location (vestiging)."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Replace
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.vocabulary import Barrier, IntakeReason, Need, Phase, SchoolKind, SchoolRole, Sector
from regions.models import HolidayRegion, Municipality, Organisation

BRIN_LENGTH = 4
CODE_PATTERN = r"^[0-9]{2}[A-Z]{2}[0-9]{2}$"
GENERATIONS = 3  # how many mergers a membership moves along with


class PlainWords(models.Func):
    """A text as `schools.words.plain` makes it; the function is in migration `schools.0003`."""

    function = "plain_words"
    arity = 1
    output_field = models.TextField()


class Institution(models.Model):
    """A BRIN: four characters that one or more schools (vestigingen) share."""

    brin = models.CharField(_("BRIN"), max_length=BRIN_LENGTH, primary_key=True)

    class Meta:
        verbose_name = _("instelling")
        verbose_name_plural = _("instellingen")

    def __str__(self):
        return self.brin


class SchoolQuerySet(models.QuerySet):
    def open(self):
        """Schools that are not closed."""
        return self.filter(closed_on=None)

    def for_member(self, user):
        """Open and closed schools of which `user` is a member now, directly or through their board.

        Membership of a closed school goes on at its successor, for GENERATIONS mergers. That of a board does
        not: the successor may be of another board.
        """
        mine = Membership.objects.active().filter(user=user)
        own = mine.exclude(school=None).values("school")
        joined = Q(pk__in=own)
        gone = self.model.objects.filter(pk__in=own, closed_on__isnull=False)
        for _generation in range(GENERATIONS):
            joined |= Q(pk__in=gone.exclude(successor=None).values("successor"))
            gone = self.model.objects.filter(predecessors__in=gone, closed_on__isnull=False)
        return self.filter(joined | Q(board__in=mine.exclude(board=None).values("board")))

    def for_desk(self):
        """With all that the loket page shows of a school itself, in one query."""
        return self.select_related(
            "municipality__region", "municipality__province", "municipality__landsdeel", "successor"
        )


class School(models.Model):
    """A school location with its own 6-character code (R45). Closed schools stay, with the date."""

    code = models.CharField(
        _("vestigingscode"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN, _("Een code heeft de vorm 12AB00."))],
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="schools", verbose_name=_("instelling"))
    name = models.CharField(_("naam"), max_length=200)
    kind = models.CharField(_("soort"), max_length=5, choices=SchoolKind.choices)
    structure = models.CharField(
        _("onderwijsstructuur"), max_length=60, blank=True, help_text=_("Zoals DUO die geeft.")
    )
    sectors = ArrayField(
        models.CharField(max_length=4, choices=Sector.choices),
        verbose_name=_("sectoren"),
        default=list,
        blank=True,
    )
    board = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="schools",
        limit_choices_to={"kind": Organisation.Kind.BOARD},
        verbose_name=_("bestuur"),
    )
    street = models.CharField(_("straat"), max_length=120, blank=True)
    house_number = models.CharField(_("huisnummer"), max_length=30, blank=True)
    postcode = models.CharField(_("postcode"), max_length=7, blank=True, help_text=_("Zoals 1234 AB."))
    place = models.CharField(_("plaats"), max_length=80, blank=True)
    # The code as the source gave it; `municipality` is the one it belongs to today.
    municipality_code = models.CharField(_("gemeentecode in de bron"), max_length=4, blank=True)
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="schools",
        verbose_name=_("gemeente"),
    )
    latitude = models.FloatField(_("breedtegraad"), null=True, blank=True)
    longitude = models.FloatField(_("lengtegraad"), null=True, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    telephone = models.CharField(_("telefoon"), max_length=20, blank=True)
    denomination = models.CharField(_("denominatie"), max_length=80, blank=True)
    pupils = models.PositiveIntegerField(_("leerlingen"), null=True, blank=True)
    pupils_year = models.PositiveSmallIntegerField(_("leerlingen geteld in"), null=True, blank=True)
    holiday_region = models.ForeignKey(
        HolidayRegion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="schools",
        verbose_name=_("vakantieregio"),
    )
    closed_on = models.DateField(_("gesloten op"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("opvolger"),
    )
    source = models.CharField(_("bron"), max_length=120)
    source_date = models.DateField(_("datum van de bron"))
    # The database makes both itself, so no way of writing can leave them stale.
    sort_name = models.GeneratedField(
        expression=PlainWords("name"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("naam in woorden"),
    )
    search = models.GeneratedField(
        expression=SearchVector(PlainWords("name"), config="simple", weight="A")
        + SearchVector(PlainWords("place"), config="simple", weight="B")
        + SearchVector(PlainWords("street"), PlainWords("house_number"), config="simple", weight="C")
        + SearchVector(
            PlainWords(Replace("postcode", models.Value(" "))), PlainWords("code"), config="simple", weight="D"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
        verbose_name=_("zoekwoorden"),
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("scholen")
        ordering = ["name", "code"]
        indexes = [
            # Without a list of waiting entries: after an import the first visitors would wade through it.
            GinIndex(fields=["search"], name="school_search", fastupdate=False),
            models.Index(fields=["postcode"], name="school_postcode"),
        ]

    def __str__(self):
        return f"{self.name} ({self.code})"

    def get_absolute_url(self):
        return reverse("activities:loket", args=[self.code])


class MembershipQuerySet(models.QuerySet):
    def active(self):
        """Memberships that hold now: approved and not ended."""
        return self.filter(approved_at__isnull=False, ended_at=None)

    def pending(self):
        """Asked for, and nobody has decided yet."""
        return self.filter(approved_at=None, refused_at=None, ended_at=None)

    def current(self):
        """Active or pending: of these somebody has one for each school."""
        return self.filter(refused_at=None, ended_at=None)

    def of_school(self, school):
        """Of the school itself, of schools that closed and went up in it, and of its board."""
        which = Q(school=school) | Q(board__isnull=False, board=school.board_id)
        for path, gone in _mergers():
            which |= gone & Q(**{path: school})
        return self.filter(which)

    def schools(self):
        """The schools that these memberships are of, counted as `of_school` does. A queryset of School."""
        found = Q(pk__in=self.exclude(school=None).order_by().values("school"))
        found |= Q(board__in=self.exclude(board=None).order_by().values("board"))
        for path, gone in _mergers():
            found |= Q(pk__in=self.filter(gone).exclude(**{path: None}).order_by().values(path))
        return School.objects.filter(found)


def _mergers():
    """(lookup of the school that came after, condition that those before it closed) for each merger that counts."""
    path, gone = "school", Q()
    for _generation in range(GENERATIONS):
        gone &= Q(**{f"{path}__closed_on__isnull": False})
        path += "__successor"
        yield path, gone


class Membership(models.Model):
    """Somebody who speaks for a school, or for all schools of a board. Its status follows from its moments."""

    class Way(models.TextChoices):
        """What the approval rests on."""

        DOMAIN = "domain", _("e-mailadres van de school")
        INVITATION = "invitation", _("uitgenodigd door een collega")
        COORDINATOR = "coordinator", _("goedgekeurd door de coördinator")
        STAFF = "staff", _("goedgekeurd door het programmabureau")

    class Doubt(models.TextChoices):
        """Why somebody has to look before the approval."""

        UNVERIFIED = "unverified", _("het e-mailadres is niet bevestigd")
        NO_WEBSITE = "no_website", _("van de school kennen wij geen eigen website")
        OTHER_DOMAIN = "other_domain", _("het e-mailadres hoort niet bij de website van de school")
        SHARED_DOMAIN = "shared_domain", _("ook andere organisaties gebruiken de website van de school")
        MAIL_FOR_ALL = "mail_for_all", _("zo’n e-mailadres kan iedereen hebben")
        LEADER = "leader", _("de school heeft al een schoolleider")
        BOARD = "board", _("een bestuur ziet al zijn scholen, dus dat kijken wij altijd na")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("persoon")
    )
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("school")
    )
    board = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        limit_choices_to={"kind": Organisation.Kind.BOARD},
        verbose_name=_("bestuur"),
    )
    role = models.CharField(_("rol"), max_length=12, choices=SchoolRole.choices)
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now)
    doubt = models.CharField(_("waarom niet vanzelf"), max_length=15, choices=Doubt.choices, blank=True)
    explanation = models.CharField(_("toelichting"), max_length=300, blank=True)
    approved_at = models.DateTimeField(_("goedgekeurd op"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("goedgekeurd door"),
    )
    way = models.CharField(_("op grond van"), max_length=12, choices=Way.choices, blank=True)
    refused_at = models.DateTimeField(_("afgewezen op"), null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("afgewezen door"),
    )
    refusal = models.TextField(_("reden van de afwijzing"), max_length=1000, blank=True)
    ended_at = models.DateTimeField(_("beëindigd op"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("beëindigd door"),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("lidmaatschap")
        verbose_name_plural = _("lidmaatschappen")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(school=None) ^ Q(board=None),
                name="membership_of_a_school_or_a_board",
                violation_error_message=_("Kies een school of een bestuur, en niet allebei."),
            ),
            models.CheckConstraint(
                condition=Q(board=None, role__in=[r for r in SchoolRole.values if r != SchoolRole.BOARD])
                | Q(board__isnull=False, role=SchoolRole.BOARD),
                name="membership_board_role_is_for_boards",
                violation_error_message=_("De rol bestuur hoort bij een bestuur, de andere rollen bij een school."),
            ),
            models.UniqueConstraint(
                fields=["user", "school"],
                condition=Q(school__isnull=False, refused_at=None, ended_at=None),
                name="membership_once_per_school",
            ),
            models.UniqueConstraint(
                fields=["user", "board"],
                condition=Q(board__isnull=False, refused_at=None, ended_at=None),
                name="membership_once_per_board",
            ),
            models.CheckConstraint(
                condition=Q(refused_at=None) | Q(approved_at=None),
                name="membership_approved_or_refused",
                violation_error_message=_("Een aanvraag is goedgekeurd of afgewezen, en niet allebei."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.school or self.board}"

    @property
    def is_active(self):
        return self.approved_at is not None and self.ended_at is None

    @property
    def is_pending(self):
        return self.approved_at is None and self.refused_at is None and self.ended_at is None


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Neither accepted nor withdrawn; it may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def valid(self, now):
        """Open, and not expired at the moment `now`."""
        return self.open().filter(expires_at__gt=now)

    def to_addresses(self, emails):
        """Sent to one of `emails`, which are in lower case."""
        return self.alias(to=Lower("email")).filter(to__in=emails)


class Invitation(models.Model):
    """A colleague asked by a member to join a school; accepted by who logs in with this address."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(School, models.CASCADE, related_name="invitations", verbose_name=_("school"))
    email = models.EmailField(_("e-mailadres"))
    role = models.CharField(
        _("rol"), max_length=12, choices=[choice for choice in SchoolRole.choices if choice[0] != SchoolRole.BOARD]
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("uitgenodigd door")
    )
    invited_at = models.DateTimeField(_("uitgenodigd op"), default=timezone.now)
    expires_at = models.DateTimeField(_("geldig tot"))
    accepted_at = models.DateTimeField(_("aangenomen op"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("ingetrokken op"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("uitnodiging")
        verbose_name_plural = _("uitnodigingen")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                F("school"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_once_while_open",
            )
        ]

    def __str__(self):
        # Without the address: the audit log keeps this text longer than the invitation itself.
        return f"{self.school}, {self.get_role_display()}"


class ProfileQuerySet(models.QuerySet):
    def current(self):
        """The newest profile of each school and sector."""
        return self.order_by("school_id", "sector", "-set_at", "-pk").distinct("school_id", "sector")


class Profile(models.Model):
    """What a school says of itself in one sector at one moment (R10). Rows are added, never changed: history."""

    school = models.ForeignKey(School, models.CASCADE, related_name="profiles", verbose_name=_("school"))
    sector = models.CharField(_("sector"), max_length=4, choices=Sector.choices)
    phase = models.CharField(_("fase"), max_length=20, choices=Phase.choices, blank=True)
    needs = ArrayField(
        models.CharField(max_length=20, choices=Need.choices), verbose_name=_("nodig"), default=list, blank=True
    )
    barriers = ArrayField(
        models.CharField(max_length=20, choices=Barrier.choices),
        verbose_name=_("waar u op let"),
        default=list,
        blank=True,
    )
    set_at = models.DateTimeField(_("gezet op"), default=timezone.now)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("gezet door")
    )
    by_coordinator = models.BooleanField(_("door de coördinator"), default=False)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profiel")
        verbose_name_plural = _("profielen")
        ordering = ["-set_at", "-pk"]
        indexes = [models.Index(fields=["school", "sector", "-set_at"], name="profile_newest")]

    def __str__(self):
        return f"{self.school}, {self.sector}"


class Intake(models.Model):
    """Why a school does nothing with science and technology yet, in its own answer (R24)."""

    school = models.ForeignKey(School, models.CASCADE, related_name="intakes", verbose_name=_("school"))
    reasons = ArrayField(
        models.CharField(max_length=20, choices=IntakeReason.choices), verbose_name=_("redenen"), default=list
    )
    answered_at = models.DateTimeField(_("beantwoord op"), default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("beantwoord door")
    )

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        ordering = ["-answered_at"]

    def __str__(self):
        return str(self.school)
